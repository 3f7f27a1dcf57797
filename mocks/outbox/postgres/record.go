package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/outbox"
)

// outcome is what became of a turn.
type outcome struct {
	turn   turn
	result outbox.Result
}

// settleTurn stores an attempt and what follows from it. An attempt whose turn has
// been given to somebody else is not on record: it counts as not made.
func (s *Store) settleTurn(ctx context.Context, o outcome) error {
	counted, err := s.records.ask(ctx, s.ctx, o)
	if err != nil {
		return doing("store an attempt", err)
	}
	if counted && o.result.State == outbox.Due {
		s.keeping.set(o.result.Next)
	}
	return nil
}

// record stores attempts, moves their events on, and queues those that are due at once.
// The others are parked.
func (s *Store) record(ctx context.Context, outcomes []outcome) ([]bool, error) {
	rows, err := rowsOf(outcomes)
	if err != nil {
		return nil, err
	}
	var counted map[int64]bool
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		counted = map[int64]bool{}
		var next []turn
		found, err := tx.Query(ctx, recordSQL, rows.ids, rows.turns, rows.states, rows.nexts, rows.attempts, time.Now())
		if err != nil {
			return err
		}
		var moved turn
		var queued bool
		_, err = pgx.ForEachRow(found, []any{&moved.Event, &moved.Turn, &queued}, func() error {
			counted[moved.Event] = true
			if queued {
				next = append(next, moved)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("store attempts: %w", err)
		}
		return s.enqueue(ctx, tx, next)
	})
	if err != nil {
		return nil, err
	}
	answers := make([]bool, len(outcomes))
	for i, o := range outcomes {
		answers[i] = counted[o.turn.Event]
	}
	return answers, nil
}

const recordSQL = `
	WITH result AS (
		SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::timestamptz[], $5::text[])
			AS result (id, turn, state, next, attempt)
	), moved AS (
		UPDATE khop.events AS e
		SET state = r.state, times = e.times + 1, next = r.next, by_hand = false, updated = $6,
			turn = e.turn + 1, parked = r.state = 'due' AND r.next > $6
		FROM result AS r
		WHERE e.id = r.id AND e.turn = r.turn
		RETURNING e.id, e.turn, e.times, e.state = 'due' AND NOT e.parked AS queued
	), noted AS (
		INSERT INTO khop.attempts (event, number, record)
		SELECT id, moved.times, attempt::json FROM moved JOIN result USING (id)
	)
	SELECT id, turn, queued FROM moved`

// resultRows are outcomes as columns.
type resultRows struct {
	ids      []int64
	turns    []int
	states   []string
	nexts    []*time.Time
	attempts []string
}

func rowsOf(outcomes []outcome) (rows resultRows, err error) {
	for _, o := range outcomes {
		attempt, err := json.Marshal(o.result.Attempt)
		if err != nil {
			return rows, fmt.Errorf("write attempt %d of event %d: %w", o.result.Attempt.Number, o.turn.Event, err)
		}
		var next *time.Time
		if o.result.State == outbox.Due {
			next = &o.result.Next
		}
		rows.ids = append(rows.ids, o.turn.Event)
		rows.turns = append(rows.turns, o.turn.Turn)
		rows.states = append(rows.states, string(o.result.State))
		rows.nexts = append(rows.nexts, next)
		rows.attempts = append(rows.attempts, string(attempt))
	}
	return rows, nil
}

// parkAll ends turns without an attempt. The events are due as before, for the keeper.
func (s *Store) parkAll(ctx context.Context, turns []turn) ([]struct{}, error) {
	ids, numbers := columns(turns)
	_, err := s.pool.Exec(ctx, `
		UPDATE khop.events AS e SET parked = true, turn = e.turn + 1
		FROM unnest($1::bigint[], $2::integer[]) AS t (event, turn)
		WHERE e.id = t.event AND e.turn = t.turn`, ids, numbers)
	return make([]struct{}, len(turns)), err
}

// columns are turns as PostgreSQL takes them.
func columns(turns []turn) (ids []int64, numbers []int) {
	for _, t := range turns {
		ids, numbers = append(ids, t.Event), append(numbers, t.Turn)
	}
	return ids, numbers
}
