package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// writer makes all changes to the file, one goroutine of it. What is asked for while it
// commits is committed together afterwards: one sync for many callers.
type writer struct {
	file string
	conn *single
	*catalog
	hub    *outbox.Hub
	do     statements
	lastID int64 // the greatest event ID ever given

	mu     sync.RWMutex // held for reading while a job is handed over
	closed bool
	jobs   chan *job
	over   chan struct{} // closed when the last job is done
}

// job is one write. It happens as a whole or not at all; it may be tried twice.
type job struct {
	ctx  context.Context
	rows int
	do   func(*batch) error
	done func(error)
	err  error
}

// maxRows bounds what is committed together.
const maxRows = 8192

// write makes a change and waits until it is on the disk.
func (w *writer) write(ctx context.Context, rows int, do func(*batch) error) error {
	done := make(chan error, 1)
	w.submit(&job{ctx: ctx, rows: rows, do: do, done: func(err error) { done <- err }})
	return <-done
}

// submit hands a job over; its done is called once it is on the disk, or has failed.
func (w *writer) submit(j *job) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		j.done(problem(w.file, ErrClosed, nil))
		return
	}
	w.jobs <- j
}

// close waits for what was handed over.
func (w *writer) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.jobs)
	}
	w.mu.Unlock()
	<-w.over
}

// run commits jobs until the writer is closed.
func (w *writer) run() {
	defer close(w.over)
	for first := range w.jobs {
		w.commit(w.gather(first))
	}
}

// gather takes along what waits already.
func (w *writer) gather(first *job) []*job {
	jobs, rows := []*job{first}, first.rows
	for rows < maxRows {
		select {
		case j, open := <-w.jobs:
			if !open {
				return jobs
			}
			jobs, rows = append(jobs, j), rows+j.rows
		default:
			return jobs
		}
	}
	return jobs
}

// commit makes changes together. Where one of them fails, all are taken back, and each is
// tried alone: only those fail that have to.
func (w *writer) commit(jobs []*job) {
	err := w.together(jobs)
	if err != nil && len(jobs) > 1 {
		for _, j := range jobs {
			w.commit([]*job{j})
		}
		return
	}
	for _, j := range jobs {
		j.done(errors.Join(err, j.err))
	}
}

// together makes changes in one transaction. A job whose caller has left is passed over.
func (w *writer) together(jobs []*job) error {
	ctx := context.Background() // a transaction is not left half-way
	b := &batch{writer: w, now: time.Now(), next: w.lastID, lanes: map[*lane]counts{}, born: map[laneKey]*lane{}}
	err := within(ctx, w.conn.Conn, func() error {
		for _, j := range jobs {
			if j.err = j.ctx.Err(); j.err != nil {
				continue
			}
			if err := j.do(b); err != nil {
				return err
			}
		}
		return b.count()
	})
	if err != nil {
		return Explain(w.file, err)
	}
	b.publish()
	return nil
}

// batch is what changes together.
type batch struct {
	*writer
	now   time.Time
	next  int64 // the greatest event ID given
	lanes map[*lane]counts
	born  map[laneKey]*lane
	after []func() // done once it is on the disk, in the order of the jobs
	news  []outbox.Change
}

// publish tells everybody what is on the disk now.
func (b *batch) publish() {
	b.lastID = b.next
	b.change(b.lanes)
	for _, do := range b.after {
		do()
	}
	if len(b.news) > 0 {
		b.hub.Tell(b.news...)
	}
}

// laneOf finds the lane of an app and a type, or makes one.
func (b *batch) laneOf(app int64, kind string) (*lane, error) {
	key := laneKey{app, kind}
	if l, known := b.lane(key); known {
		return l, nil
	}
	if l, known := b.born[key]; known {
		return l, nil
	}
	done, err := b.exec(b.do.addLane, app, kind)
	if err != nil {
		return nil, fmt.Errorf("adding a lane: %w", err)
	}
	id, err := done.LastInsertId()
	l := &lane{id: id, app: app, kind: kind}
	b.born[key] = l
	return l, err
}

// move counts an event out of one state and into another; a state below zero is none.
func (b *batch) move(l *lane, from, to int) {
	n := b.lanes[l]
	if from >= 0 {
		n[from]--
	}
	if to >= 0 {
		n[to]++
	}
	b.lanes[l] = n
}

// tell is news of an event.
func (b *batch) tell(event outbox.Event) {
	b.news = append(b.news, outbox.Change{ID: event.ID, App: event.App, State: event.State, Times: event.Times})
}

// count writes down the numbers of events that have changed.
func (b *batch) count() error {
	for l, n := range b.lanes {
		if _, err := b.exec(b.do.count, n[due], n[delivered], n[failed], l.id); err != nil {
			return fmt.Errorf("counting events: %w", err)
		}
	}
	return nil
}

func (b *batch) exec(statement *sql.Stmt, args ...any) (sql.Result, error) {
	return statement.ExecContext(context.Background(), args...)
}

// statements are the writer's own, prepared once.
type statements struct {
	addLane, count                    *sql.Stmt
	addEvent, addBody, addAttempt     *sql.Stmt
	settle, redo, read                *sql.Stmt
	putApp, dropApp                   *sql.Stmt
	forget, forgetBody, forgetTries   *sql.Stmt
	forgetLanes, forgetApp, heartbeat *sql.Stmt
}

func (w *writer) prepare(ctx context.Context) error {
	for statement, text := range map[**sql.Stmt]string{
		&w.do.addLane:     `INSERT INTO lanes (app, type) VALUES (?, ?)`,
		&w.do.count:       `UPDATE lanes SET due = due + ?, delivered = delivered + ?, failed = failed + ? WHERE id = ?`,
		&w.do.addEvent:    `INSERT INTO events VALUES (?, ?, ?, 0, ?, 0, ?, 0, ?, ?, ?)`,
		&w.do.addBody:     `INSERT INTO bodies VALUES (?, ?)`,
		&w.do.addAttempt:  `INSERT INTO attempts VALUES (?, ?)`,
		&w.do.settle:      `UPDATE events SET state = ?, times = ?, next = ?, by_hand = 0, updated = ? WHERE id = ?`,
		&w.do.redo:        `UPDATE events SET state = 0, next = ?, by_hand = ?, updated = ? WHERE id = ?`,
		&w.do.read:        `SELECT ` + columns + ` FROM events WHERE id = ?`,
		&w.do.putApp:      `INSERT INTO apps (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data`,
		&w.do.dropApp:     `UPDATE apps SET dropped = 1, data = x'' WHERE seq = ?`,
		&w.do.forget:      `DELETE FROM events WHERE id = ?`,
		&w.do.forgetBody:  `DELETE FROM bodies WHERE event = ?`,
		&w.do.forgetTries: `DELETE FROM attempts WHERE id BETWEEN ? AND ?`,
		&w.do.forgetLanes: `DELETE FROM lanes WHERE app = ?`,
		&w.do.forgetApp:   `DELETE FROM apps WHERE seq = ?`,
		&w.do.heartbeat:   `INSERT INTO meta VALUES ('seen', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
	} {
		var err error
		if *statement, err = w.conn.prepare(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
