package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/outbox"
)

// load finds the events whose turn it is, with their apps; nil where the turn is over.
func (s *Store) load(ctx context.Context, turns []turn) ([]*task, error) {
	ids, numbers := columns(turns)
	rows, err := s.pool.Query(ctx, "SELECT "+eventColumns+`, b.body, e.turn
		FROM unnest($1::bigint[], $2::integer[]) AS t (event, turn)
		JOIN khop.events AS e ON e.id = t.event AND e.turn = t.turn
		JOIN khop.bodies AS b USING (event)`, ids, numbers)
	if err != nil {
		return nil, err
	}
	tasks := map[turn]*task{}
	names := map[string]bool{}
	for rows.Next() {
		t := &task{}
		var body []byte
		if t.event, err = scanEvent(rows, &body, &t.turn.Turn); err != nil {
			break
		}
		t.turn.Event, t.event.Body = t.event.ID, body
		tasks[t.turn] = t
		names[t.event.App] = true
	}
	rows.Close()
	if err == nil {
		err = rows.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	apps, err := s.appsByID(ctx, slices.Sorted(maps.Keys(names)))
	if err != nil {
		return nil, err
	}
	found := make([]*task, len(turns))
	for i, turn := range turns {
		if t := tasks[turn]; t != nil {
			if app, there := apps[t.event.App]; there {
				t.app, found[i] = app, t
			}
		}
	}
	return found, nil
}

func (s *Store) appsByID(ctx context.Context, ids []string) (map[string]outbox.App, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.pool.Query(ctx, "SELECT "+appColumns+" FROM khop.apps WHERE id = ANY($1)", ids)
	if err != nil {
		return nil, fmt.Errorf("read apps: %w", err)
	}
	apps, err := pgx.CollectRows(rows, s.seals.scanApp)
	if err != nil {
		return nil, fmt.Errorf("read apps: %w", err)
	}
	byID := make(map[string]outbox.App, len(apps))
	for _, app := range apps {
		byID[app.ID] = app
	}
	return byID, nil
}
