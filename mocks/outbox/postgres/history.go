package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Stats reads the counts that are kept along with the events.
func (s *Store) Stats(ctx context.Context) (outbox.Stats, error) {
	stats := outbox.Stats{ByState: map[outbox.State]int{}}
	for _, state := range outbox.States {
		stats.ByState[state] = 0
	}
	rows, err := s.pool.Query(ctx, "SELECT state, sum(events)::bigint FROM khop.counts GROUP BY state")
	if err != nil {
		return outbox.Stats{}, doing("count the events", err)
	}
	var state outbox.State
	var events int
	_, err = pgx.ForEachRow(rows, []any{&state, &events}, func() error {
		stats.ByState[state] = events
		stats.Events += events
		return nil
	})
	if err != nil {
		return outbox.Stats{}, doing("count the events", err)
	}
	var oldest *time.Time
	if err := s.pool.QueryRow(ctx, "SELECT min(next) FROM khop.events WHERE state = 'due'").Scan(&oldest); err != nil {
		return outbox.Stats{}, doing("look for the event that has waited longest", err)
	}
	if oldest != nil {
		stats.Oldest = oldest.UTC()
	}
	return stats, nil
}

// pruneAtOnce is how many events one transaction forgets: deliveries go on between.
const pruneAtOnce = 2000

// Prune forgets what is too old, and then the oldest of what is too much.
func (s *Store) Prune(ctx context.Context, keep outbox.Keep) (int, error) {
	forgotten := 0
	if keep.Age > 0 {
		// Created in the order of the IDs: everything before the first that is young
		// enough is too old.
		var bound int64
		err := s.pool.QueryRow(ctx, `
			SELECT coalesce((SELECT id FROM khop.events WHERE created >= $1 ORDER BY id LIMIT 1), 9223372036854775807)`,
			time.Now().Add(-keep.Age)).Scan(&bound)
		if err != nil {
			return 0, doing("look for old events", err)
		}
		n, err := s.forget(ctx, bound, -1)
		if forgotten += n; err != nil {
			return forgotten, doing("forget old events", err)
		}
	}
	if keep.Rows > 0 {
		stats, err := s.Stats(ctx)
		if err != nil {
			return forgotten, err
		}
		n, err := s.forget(ctx, 1<<63-1, max(0, stats.Events-keep.Rows))
		if forgotten += n; err != nil {
			return forgotten, doing("forget events that are too many", err)
		}
	}
	return forgotten, nil
}

// forget removes the oldest events before a bound that are not due, so many at most
// where most is not negative.
func (s *Store) forget(ctx context.Context, bound int64, most int) (int, error) {
	forgotten := 0
	for last := int64(0); most < 0 || forgotten < most; {
		limit := pruneAtOnce
		if most >= 0 {
			limit = min(limit, most-forgotten)
		}
		var n int
		var reached *int64
		err := s.inTx(ctx, func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, forgetSQL, last, bound, limit).Scan(&n, &reached)
		})
		if err != nil {
			return forgotten, err
		}
		forgotten += n
		if reached == nil {
			break
		}
		last = *reached
	}
	return forgotten, nil
}

// forgetSQL goes on behind the last event that it has forgotten: the index before that
// is full of what is gone.
const forgetSQL = `
	WITH old AS (
		SELECT id FROM khop.events WHERE id > $1 AND id < $2 AND state <> 'due'
		ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
	), gone AS (
		DELETE FROM khop.events AS e USING old WHERE e.id = old.id RETURNING e.id
	), attempts AS (
		DELETE FROM khop.attempts USING gone WHERE event = id
	), bodies AS (
		DELETE FROM khop.bodies USING gone WHERE event = id
	)
	SELECT count(*)::integer, max(id) FROM gone`
