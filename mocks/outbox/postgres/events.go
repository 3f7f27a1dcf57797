package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/outbox"
)

const eventColumns = "e.id, e.app, e.type, e.object, e.state, e.times, e.next, e.by_hand, e.fault, e.created, e.updated"

// scanEvent reads eventColumns, and more columns behind them.
func scanEvent(row pgx.CollectableRow, more ...any) (e outbox.Event, err error) {
	var next *time.Time
	err = row.Scan(append([]any{&e.ID, &e.App, &e.Type, &e.Object, &e.State, &e.Times, &next, &e.ByHand, &e.Fault, &e.Created, &e.Updated}, more...)...)
	if next != nil {
		e.Next = next.UTC()
	}
	e.Created, e.Updated = e.Created.UTC(), e.Updated.UTC()
	return e, err
}

// Event finds an event with its body.
func (s *Store) Event(ctx context.Context, id int64) (outbox.Event, error) {
	what := fmt.Sprintf("read event %d", id)
	rows, err := s.pool.Query(ctx, "SELECT "+eventColumns+", b.body FROM khop.events AS e JOIN khop.bodies AS b ON b.event = e.id WHERE e.id = $1", id)
	if err != nil {
		return outbox.Event{}, doing(what, err)
	}
	event, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (outbox.Event, error) {
		var body []byte
		event, err := scanEvent(row, &body)
		event.Body = body
		return event, err
	})
	return event, doing(what, unknown(err))
}

// Attempts lists an event's attempts.
func (s *Store) Attempts(ctx context.Context, event int64) ([]outbox.Attempt, error) {
	what := fmt.Sprintf("read the attempts of event %d", event)
	rows, err := s.pool.Query(ctx, "SELECT record FROM khop.events LEFT JOIN khop.attempts ON event = id WHERE id = $1 ORDER BY number", event)
	if err != nil {
		return nil, doing(what, err)
	}
	there := false
	attempts := []outbox.Attempt{}
	var record []byte
	_, err = pgx.ForEachRow(rows, []any{&record}, func() error {
		there = true
		if record == nil {
			return nil // the event's own row: no attempt was made yet
		}
		var attempt outbox.Attempt
		if err := json.Unmarshal(record, &attempt); err != nil {
			return err
		}
		attempts = append(attempts, attempt)
		return nil
	})
	if err == nil && !there {
		err = outbox.ErrUnknown
	}
	return attempts, doing(what, err)
}
