package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/khop-dev/khop/mocks/outbox"
)

// app is an app as it is stored. It is never changed: another takes its place.
type app struct {
	seq int64
	outbox.App
}

// lane is what the events of one app and one type have in common. The writer alone
// changes its counts.
type lane struct {
	id     int64
	app    int64
	kind   string
	counts counts
}

// counts are numbers of events by their state.
type counts [3]int64

// The states as they are stored, and as counts are ordered.
const (
	due = iota
	delivered
	failed
)

var states = [...]outbox.State{due: outbox.Due, delivered: outbox.Delivered, failed: outbox.Failed}

func stateNumber(state outbox.State) (int, error) {
	for number, known := range states {
		if state == known {
			return number, nil
		}
	}
	return 0, fmt.Errorf("there is no state %q", state)
}

// laneKey finds a lane.
type laneKey struct {
	app  int64
	kind string
}

// catalog is what is known in memory: all apps and lanes, which are few.
type catalog struct {
	mu    sync.RWMutex
	apps  []*app // oldest first
	byID  map[string]*app
	bySeq map[int64]*app
	lanes map[laneKey]*lane
	byNum map[int64]*lane
}

func newCatalog() *catalog {
	return &catalog{byID: map[string]*app{}, bySeq: map[int64]*app{}, lanes: map[laneKey]*lane{}, byNum: map[int64]*lane{}}
}

// app finds an app by its ID.
func (c *catalog) app(id string) (*app, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if known, ok := c.byID[id]; ok {
		return known, nil
	}
	return nil, fmt.Errorf("app %q: %w", id, outbox.ErrUnknown)
}

func (c *catalog) put(a *app) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.byID[a.ID]; !known {
		c.apps = append(c.apps, a)
	}
	for i := range c.apps {
		if c.apps[i].seq == a.seq {
			c.apps[i] = a
		}
	}
	c.byID[a.ID], c.bySeq[a.seq] = a, a
}

// drop forgets an app; its lanes go with it.
func (c *catalog) drop(a *app) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.byID, a.ID)
	delete(c.bySeq, a.seq)
	kept := make([]*app, 0, len(c.apps))
	for _, other := range c.apps {
		if other.seq != a.seq {
			kept = append(kept, other)
		}
	}
	c.apps = kept
	for key, l := range c.lanes {
		if key.app == a.seq {
			delete(c.lanes, key)
			delete(c.byNum, l.id)
		}
	}
}

func (c *catalog) lane(key laneKey) (*lane, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	l, ok := c.lanes[key]
	return l, ok
}

// change adds to the counts of lanes, new ones included. Those of an app that is gone stay away.
func (c *catalog) change(changes map[*lane]counts) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for l, by := range changes {
		if _, here := c.bySeq[l.app]; !here {
			continue
		}
		c.lanes[laneKey{l.app, l.kind}], c.byNum[l.id] = l, l
		l.counts.add(by)
	}
}

func (c *counts) add(by counts) {
	for state := range c {
		c[state] += by[state]
	}
}

// list copies the apps, oldest first.
func (c *catalog) list() []*app {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return append([]*app(nil), c.apps...)
}

// sums are the numbers of events, all apps together.
func (c *catalog) sums() counts {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var all counts
	for _, l := range c.lanes {
		all.add(l.counts)
	}
	return all
}

// storedApp is a row of the table apps.
type storedApp struct {
	seq     int64
	id      string
	dropped bool
	data    []byte
}

func readApps(ctx context.Context, conn *sql.Conn) ([]storedApp, error) {
	rows, err := conn.QueryContext(ctx, `SELECT seq, id, dropped, data FROM apps ORDER BY seq`)
	if err != nil {
		return nil, fmt.Errorf("reading the apps: %w", err)
	}
	defer rows.Close()
	var all []storedApp
	for rows.Next() {
		var row storedApp
		if err := rows.Scan(&row.seq, &row.id, &row.dropped, &row.data); err != nil {
			return nil, fmt.Errorf("reading the apps: %w", err)
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// load fills the catalog, and returns the apps whose removal is not over.
func (c *catalog) load(ctx context.Context, conn *sql.Conn, seals seal) (dropped []int64, err error) {
	stored, err := readApps(ctx, conn)
	if err != nil {
		return nil, err
	}
	for _, row := range stored {
		if row.dropped {
			dropped = append(dropped, row.seq)
			continue
		}
		known, err := seals.read(row.data)
		if err != nil {
			return nil, fmt.Errorf("reading app %s: %w", row.id, err)
		}
		c.put(&app{row.seq, known})
	}
	return dropped, c.loadLanes(ctx, conn)
}

func (c *catalog) loadLanes(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, `SELECT id, app, type, due, delivered, failed FROM lanes`)
	if err != nil {
		return fmt.Errorf("reading the lanes: %w", err)
	}
	defer rows.Close()
	found := map[*lane]counts{}
	for rows.Next() {
		l, n := &lane{}, counts{}
		if err := rows.Scan(&l.id, &l.app, &l.kind, &n[due], &n[delivered], &n[failed]); err != nil {
			return fmt.Errorf("reading the lanes: %w", err)
		}
		found[l] = n
	}
	c.change(found)
	return rows.Err()
}
