package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// feed fetches from the file what is due, whenever the queue has room for it.
func (s *Store) feed(ctx context.Context) {
	for ctx.Err() == nil {
		l, at := s.queue.wants(time.Now())
		if l == nil {
			wait(ctx, s.queue.hungry, at)
			continue
		}
		if err := s.fetch(ctx, l); err != nil && ctx.Err() == nil {
			s.log.Error("events that are due cannot be read", "error", Explain(s.file, err))
			wait(ctx, nil, time.Now().Add(again))
		}
	}
}

// wait returns when it is woken, at a time, or when ctx ends.
func wait(ctx context.Context, woken <-chan struct{}, at time.Time) {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-woken:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// wants picks the app for which most has to be fetched, or says when one may want
// something.
func (q *queue) wants(now time.Time) (*line, time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var best *line
	earliest := now.Add(time.Hour)
	for _, l := range q.lines {
		if l.app.Paused || l.missing == never || l.held > q.room()/2 {
			continue
		}
		if from := time.Unix(0, l.missing).Add(-soon); from.After(now) {
			earliest = minTime(earliest, from)
		} else if best == nil || l.held < best.held {
			best = l
		}
	}
	return best, earliest
}

// fetch fills a line up.
func (s *Store) fetch(ctx context.Context, l *line) error {
	app, known, limit := s.queue.look(l)
	entries, missing, err := s.reader.due(ctx, app, known, limit)
	s.queue.found(l, entries, missing)
	return err
}

// due reads so many events of an app that are due soon, but not those that are known; and
// from when on there are more.
func (r *reader) due(ctx context.Context, app int64, known map[int64]bool, limit int) ([]*entry, int64, error) {
	rows, err := r.soon.QueryContext(ctx, app, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("looking for events that are due: %w", err)
	}
	ids, next, err := scanPairs(rows)
	if err != nil {
		return nil, 0, err
	}
	missing := int64(never)
	if len(ids) == limit {
		missing = next[limit-1]
	}
	horizon := time.Now().Add(soon).UnixNano()
	wanted := make([]any, 0, len(ids))
	for i, id := range ids {
		if next[i] > horizon {
			missing = next[i]
			break
		}
		if !known[id] {
			wanted = append(wanted, id)
		}
	}
	entries, err := r.entries(ctx, wanted)
	if err != nil {
		return nil, 0, err
	}
	return entries, missing, nil
}

// entries reads due events as they are held.
func (r *reader) entries(ctx context.Context, ids []any) ([]*entry, error) {
	entries := make([]*entry, 0, len(ids))
	for some := range slices.Chunk(ids, atATime) {
		padded := append(make([]any, 0, atATime), some...)
		for len(padded) < atATime {
			padded = append(padded, 0) // an ID that no event has
		}
		rows, err := r.whole.QueryContext(ctx, padded...)
		if err != nil {
			return nil, fmt.Errorf("reading events that are due: %w", err)
		}
		if entries, err = r.collect(rows, entries); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func (r *reader) collect(rows *sql.Rows, entries []*entry) ([]*entry, error) {
	defer rows.Close()
	for rows.Next() {
		var body []byte
		e, _, err := r.scan(rows, &body)
		switch {
		case errors.Is(err, sql.ErrNoRows): // its app has just been dropped
		case err != nil:
			return nil, fmt.Errorf("reading events that are due: %w", err)
		default:
			e.event.Body = body
			entries = append(entries, e)
		}
	}
	return entries, rows.Err()
}

// look begins to look for more events of an app. What is let go from now on may still be
// in what the file shows, and is not held again because of that.
func (q *queue) look(l *line) (app int64, known map[int64]bool, limit int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.missing, q.settled = never, map[int64]bool{}
	known = make(map[int64]bool, l.held)
	for id, e := range q.held {
		if e.owner == l.app.seq {
			known[id] = true
		}
	}
	return l.app.seq, known, len(known) + q.room() + 1
}

// found holds what was found, and knows from when on there is more.
func (q *queue) found(l *line, entries []*entry, missing int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range entries {
		switch {
		case q.held[e.event.ID] != nil || q.settled[e.event.ID]:
		case q.lines[e.owner] != l || l.app.Paused:
			missing = 0
		default:
			q.hold(l, e)
		}
	}
	l.missing, q.settled = min(l.missing, missing), nil
	signal(q.ready)
}
