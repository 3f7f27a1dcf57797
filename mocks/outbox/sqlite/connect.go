package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
)

// patiently lets a connection wait for others of this process, in milliseconds.
const patiently = "busy_timeout(5000)"

// single is one connection that stays open.
type single struct {
	*sql.Conn
	db         *sql.DB
	statements []*sql.Stmt
}

func openSingle(ctx context.Context, file string, pragmas ...string) (*single, error) {
	db, err := open(file, 1, pragmas...)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &single{Conn: conn, db: db}, nil
}

// prepare makes a statement that is closed with the connection.
func (s *single) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	statement, err := s.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", text, err)
	}
	s.statements = append(s.statements, statement)
	return statement, nil
}

// Close closes the connection, and with it all that was begun over it. Statements come
// first: SQLite keeps a connection open for them.
func (s *single) Close() error {
	var failures []error
	for _, statement := range s.statements {
		failures = append(failures, statement.Close())
	}
	return errors.Join(append(failures, s.Conn.Close(), s.db.Close())...)
}

// newWriter opens the one connection that writes. Every commit is synced, so that what
// was told is true after a power cut as well.
func newWriter(ctx context.Context, file string) (*writer, error) {
	conn, err := openSingle(ctx, file, patiently, "journal_mode(wal)", "synchronous(full)", "cache_size(-16384)", "wal_autocheckpoint(4000)")
	if err != nil {
		return nil, err
	}
	return &writer{file: file, conn: conn, catalog: newCatalog(), jobs: make(chan *job, 1024), over: make(chan struct{})}, nil
}

// lock keeps every other khop out for as long as this process lives, however it ends. It
// is held in a file of its own: connections to the database itself come and go.
func lock(ctx context.Context, file string) (*single, error) {
	if err := prepareFile(lockOf(file)); err != nil {
		return nil, err
	}
	conn, err := openSingle(ctx, lockOf(file))
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// lockOf is the file that is locked for a database.
func lockOf(file string) string { return file + "-lock" }

// refuseForeign leaves a file alone that is somebody else's: it is not even locked. Where
// there is a lock beside it, a khop has opened it before.
func refuseForeign(ctx context.Context, file string) error {
	if _, err := os.Stat(lockOf(file)); err == nil {
		return nil
	}
	conn, err := openSingle(ctx, file)
	if err != nil {
		return Explain(file, err)
	}
	_, _, err = identify(ctx, conn.Conn, file)
	return errors.Join(Explain(file, err), conn.Close())
}

// reader answers questions, several at once, and never waits for the writer.
type reader struct {
	*catalog
	db                                 *sql.DB
	event, body, attempts, soon, first *sql.Stmt
	inLane, risingInLane, old, whole   *sql.Stmt
}

// columns of an event without its body.
const columns = `id, lane, state, object, times, next, by_hand, created, updated, fault`

// wholeEvents reads several due events, with the bodies that are small enough to be held.
var wholeEvents = fmt.Sprintf(`SELECT %s, CASE WHEN length(body) <= %d THEN body END FROM events JOIN bodies ON event = id WHERE id IN (?%s) AND state = 0`,
	columns, maxHeld, strings.Repeat(", ?", atATime-1))

// atATime is how many events are read together.
const atATime = 100

func newReader(ctx context.Context, file string, c *catalog) (*reader, error) {
	db, err := open(file, readers, patiently, "query_only(1)", "cache_size(-4096)")
	if err != nil {
		return nil, err
	}
	r := &reader{catalog: c, db: db}
	for statement, text := range map[**sql.Stmt]string{
		&r.whole:        wholeEvents,
		&r.event:        `SELECT ` + columns + ` FROM events WHERE id = ?`,
		&r.body:         `SELECT body FROM bodies WHERE event = ?`,
		&r.attempts:     `SELECT id, data FROM attempts WHERE id BETWEEN ? AND ? ORDER BY id`,
		&r.soon:         `SELECT id, next FROM events INDEXED BY events_due WHERE app = ? AND state = 0 ORDER BY next, id LIMIT ?`,
		&r.first:        `SELECT next FROM events INDEXED BY events_due WHERE app = ? AND state = 0 ORDER BY next LIMIT 1`,
		&r.inLane:       `SELECT id FROM events INDEXED BY events_by_lane WHERE lane = ? AND state = ? AND id > ? AND id < ? ORDER BY id DESC LIMIT ?`,
		&r.risingInLane: `SELECT id FROM events INDEXED BY events_by_lane WHERE lane = ? AND state = ? AND id > ? AND id < ? ORDER BY id LIMIT ?`,
		&r.old:          `SELECT id, created FROM events WHERE id > ? AND state <> 0 ORDER BY id LIMIT ?`,
	} {
		if *statement, err = db.PrepareContext(ctx, text); err != nil {
			return nil, errors.Join(fmt.Errorf("preparing %q: %w", text, err), db.Close())
		}
	}
	return r, nil
}

func (r *reader) close() error { return r.db.Close() }

// oldest is when the event was due that has waited longest; 0 where none waits.
func (r *reader) oldest(ctx context.Context) (int64, error) {
	var oldest int64
	for _, a := range r.list() {
		var next int64
		err := r.first.QueryRowContext(ctx, a.seq).Scan(&next)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return 0, fmt.Errorf("looking for the oldest event: %w", err)
		case oldest == 0 || next < oldest:
			oldest = next
		}
	}
	return oldest, nil
}
