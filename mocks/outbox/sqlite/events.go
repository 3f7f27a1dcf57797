package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// scanner is a row, or one of many.
type scanner interface{ Scan(...any) error }

// scan reads an event's columns, and more where a row has more. Those of an app that is
// gone are not there.
func (c *catalog) scan(row scanner, more ...any) (*entry, int, error) {
	var id, in, next, created, updated int64
	var state int
	e := &entry{}
	own := [...]any{&id, &in, &state, &e.event.Object, &e.event.Times, &next, &e.event.ByHand, &created, &updated, &e.event.Fault}
	if err := row.Scan(append(own[:], more...)...); err != nil {
		return nil, 0, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	l, known := c.byNum[in]
	if !known {
		return nil, 0, sql.ErrNoRows
	}
	e.owner, e.event.App, e.event.Type = l.app, c.bySeq[l.app].ID, l.kind
	e.event.ID, e.event.State, e.event.Next = id, states[state], moment(next)
	e.event.Created, e.event.Updated = moment(created), moment(updated)
	return e, state, nil
}

// moment is a stored time; 0 is none.
func moment(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos)
}

// instant is a time as it is stored; none is 0.
func instant(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// unknown says which event there is none of.
func unknown(id int64, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("event %d: %w", id, outbox.ErrUnknown)
	}
	return fmt.Errorf("reading event %d: %w", id, err)
}

func ignoreUnknown(err error) error {
	if errors.Is(err, outbox.ErrUnknown) {
		return nil
	}
	return err
}

// event reads an event as it is within the batch.
func (b *batch) event(id int64) (*entry, int, error) {
	e, state, err := b.scan(b.do.read.QueryRowContext(context.Background(), id))
	if err != nil {
		return nil, 0, unknown(id, err)
	}
	return e, state, nil
}

// entry reads an event without its body.
func (r *reader) entry(ctx context.Context, id int64) (*entry, error) {
	e, _, err := r.scan(r.event.QueryRowContext(ctx, id))
	if err != nil {
		return nil, unknown(id, err)
	}
	return e, nil
}

// wire reads an event's body.
func (r *reader) wire(ctx context.Context, id int64) ([]byte, error) {
	var body []byte
	if err := r.body.QueryRowContext(ctx, id).Scan(&body); err != nil {
		return nil, unknown(id, err)
	}
	return body, nil
}

// Event finds an event with its body.
func (s *Store) Event(ctx context.Context, id int64) (outbox.Event, error) {
	e, err := s.reader.entry(ctx, id)
	if err != nil {
		return outbox.Event{}, Explain(s.file, err)
	}
	e.event.Body, err = s.reader.wire(ctx, id)
	return e.event, Explain(s.file, err)
}

// Attempts lists those of an event in their order.
func (s *Store) Attempts(ctx context.Context, event int64) ([]outbox.Attempt, error) {
	if _, err := s.reader.entry(ctx, event); err != nil {
		return nil, Explain(s.file, err)
	}
	rows, err := s.reader.attempts.QueryContext(ctx, event<<attemptBits, (event+1)<<attemptBits-1)
	if err != nil {
		return nil, Explain(s.file, fmt.Errorf("reading the attempts of event %d: %w", event, err))
	}
	defer rows.Close()
	var attempts []outbox.Attempt
	for rows.Next() {
		var key int64
		var data sql.RawBytes
		if err := rows.Scan(&key, &data); err != nil {
			return nil, Explain(s.file, fmt.Errorf("reading the attempts of event %d: %w", event, err))
		}
		attempt, err := decode(key, data)
		if err != nil {
			return nil, problem(s.file, ErrDamaged, err)
		}
		attempts = append(attempts, attempt)
	}
	return attempts, Explain(s.file, rows.Err())
}

// scanIDs reads rows of one number.
func scanIDs(rows *sql.Rows) (ids []int64, err error) {
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("reading events: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// scanPairs reads rows of two numbers.
func scanPairs(rows *sql.Rows) (first, second []int64, err error) {
	defer rows.Close()
	for rows.Next() {
		var a, b int64
		if err := rows.Scan(&a, &b); err != nil {
			return nil, nil, fmt.Errorf("reading events: %w", err)
		}
		first, second = append(first, a), append(second, b)
	}
	return first, second, rows.Err()
}
