package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Accept stores events and a job for each in one transaction, which others who accept
// at the same moment share.
func (s *Store) Accept(ctx context.Context, events []outbox.Event) ([]int64, error) {
	if len(events) == 0 {
		return nil, nil
	}
	ids, err := s.accepts.ask(ctx, s.open, events)
	return ids, doing("accept events", err)
}

func weighEvents(events []outbox.Event) int { return len(events) }

func (s *Store) accept(ctx context.Context, groups [][]outbox.Event) ([][]int64, error) {
	var events []outbox.Event
	for _, group := range groups {
		events = append(events, group...)
	}
	err := s.inTx(ctx, func(tx pgx.Tx) error { return s.acceptTx(ctx, tx, events) })
	if err != nil {
		return nil, err
	}
	ids := make([][]int64, len(groups))
	for i, group := range groups {
		for range group {
			ids[i] = append(ids[i], events[0].ID)
			events = events[1:]
		}
	}
	return ids, nil
}

func (s *Store) acceptTx(ctx context.Context, tx pgx.Tx, events []outbox.Event) error {
	if err := number(ctx, tx, events); err != nil {
		return err
	}
	now := time.Now()
	_, err := tx.CopyFrom(ctx, pgx.Identifier{schema, "events"},
		[]string{"id", "app", "type", "object", "state", "times", "next", "by_hand", "fault", "parked", "turn", "created", "updated"},
		pgx.CopyFromSlice(len(events), func(i int) ([]any, error) {
			e := events[i]
			return []any{e.ID, e.App, text(e.Type), text(e.Object), string(outbox.Due), 0, now, false, string(e.Fault), false, 0, now, now}, nil
		}))
	if err != nil {
		return fmt.Errorf("store the events: %w", err)
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{schema, "bodies"}, []string{"event", "body"},
		pgx.CopyFromSlice(len(events), func(i int) ([]any, error) {
			return []any{events[i].ID, append([]byte{}, events[i].Body...)}, nil // null is not the empty body
		}))
	if err != nil {
		return fmt.Errorf("store the bodies: %w", err)
	}
	turns := make([]turn, len(events))
	for i, event := range events {
		turns[i] = turn{Event: event.ID}
	}
	return s.enqueue(ctx, tx, turns)
}

// number gives events their IDs, and keeps everybody else from taking any until the
// transaction is over: so they become visible in their order. The app's row is locked
// against being dropped.
func number(ctx context.Context, tx pgx.Tx, events []outbox.Event) error {
	apps := map[string]bool{}
	for _, event := range events {
		apps[event.App] = false
	}
	var ids []int64
	work := &pgx.Batch{}
	work.Queue("SELECT id FROM khop.apps WHERE id = ANY($1) FOR KEY SHARE", slices.Sorted(maps.Keys(apps))).Query(func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, app := range found {
			apps[app] = true
		}
		return err
	})
	work.Queue("SELECT pg_advisory_xact_lock($1, $2)", lockClass, lockAccepting)
	work.Queue("SELECT nextval('khop.event_ids') FROM generate_series(1, $1)", len(events)).Query(func(rows pgx.Rows) (err error) {
		ids, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		return err
	})
	if err := tx.SendBatch(ctx, work).Close(); err != nil {
		return fmt.Errorf("number the events: %w", err)
	}
	for i := range events {
		if !apps[events[i].App] {
			return fmt.Errorf("app %q: %w", events[i].App, outbox.ErrUnknown)
		}
		events[i].ID = ids[i]
	}
	return nil
}

// enqueue gives River a job for each turn.
func (s *Store) enqueue(ctx context.Context, tx pgx.Tx, turns []turn) error {
	if len(turns) == 0 {
		return nil
	}
	jobs := make([]river.InsertManyParams, len(turns))
	for i, turn := range turns {
		jobs[i].Args = turn
	}
	if _, err := s.queue.InsertManyFastTx(ctx, tx, jobs); err != nil {
		return fmt.Errorf("queue the deliveries: %w", err)
	}
	return nil
}

// text is a text as PostgreSQL can store it: what comes out of a payload may be
// anything.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
