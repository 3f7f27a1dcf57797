package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/outbox"
)

const appColumns = "id, name, provider, target, settings, speed, paused, sealed, secrets, headers, created"

// PutApp stores an app. Where it is not paused any more, its events go on.
func (s *Store) PutApp(ctx context.Context, app outbox.App) (outbox.App, error) {
	values, err := s.appValues(app)
	if err != nil {
		return outbox.App{}, err
	}
	if app.ID == "" {
		app.ID = outbox.NewAppID()
		app.Created = time.Now().UTC().Truncate(time.Microsecond)
		_, err = s.pool.Exec(ctx, "INSERT INTO khop.apps ("+appColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
			append(append([]any{app.ID}, values...), app.Created)...)
		return app, doing("store an app", err)
	}
	err = s.pool.QueryRow(ctx, `
		UPDATE khop.apps SET (name, provider, target, settings, speed, paused, sealed, secrets, headers)
			= ($2, $3, $4, $5, $6, $7, $8, $9, $10)
		WHERE id = $1 RETURNING created`, append([]any{app.ID}, values...)...).Scan(&app.Created)
	if err != nil {
		return outbox.App{}, doing("store app "+app.ID, unknown(err))
	}
	app.Created = app.Created.UTC()
	s.keeping.ring()
	return app, nil
}

// appValues are the columns of an app between its ID and its creation.
func (s *Store) appValues(app outbox.App) ([]any, error) {
	settings, err := json.Marshal(app.Settings)
	if err != nil {
		return nil, fmt.Errorf("write the settings: %w", err)
	}
	secrets, headers, err := s.seals.seal(app)
	if err != nil {
		return nil, err
	}
	return []any{text(app.Name), app.Provider, text(app.Target), string(settings), app.Speed, app.Paused, s.seals.sealer != nil, secrets, headers}, nil
}

// App finds an app.
func (s *Store) App(ctx context.Context, id string) (outbox.App, error) {
	rows, err := s.pool.Query(ctx, "SELECT "+appColumns+" FROM khop.apps WHERE id = $1", id)
	if err != nil {
		return outbox.App{}, doing("read app "+id, err)
	}
	app, err := pgx.CollectExactlyOneRow(rows, s.seals.scanApp)
	return app, doing("read app "+id, unknown(err))
}

// Apps lists them in the order in which they were made.
func (s *Store) Apps(ctx context.Context) ([]outbox.App, error) {
	rows, err := s.pool.Query(ctx, "SELECT "+appColumns+" FROM khop.apps ORDER BY place")
	if err != nil {
		return nil, doing("read the apps", err)
	}
	apps, err := pgx.CollectRows(rows, s.seals.scanApp)
	return apps, doing("read the apps", err)
}

func (s seals) scanApp(row pgx.CollectableRow) (app outbox.App, err error) {
	var sealed bool
	var secrets, headers []byte
	err = row.Scan(&app.ID, &app.Name, &app.Provider, &app.Target, &app.Settings, &app.Speed, &app.Paused, &sealed, &secrets, &headers, &app.Created)
	if err != nil {
		return app, err
	}
	app.Created = app.Created.UTC()
	if app.Secrets, err = s.read(secrets, sealed); err == nil {
		app.Headers, err = s.read(headers, sealed)
	}
	if err != nil {
		return app, fmt.Errorf("app %s: %w", app.ID, err)
	}
	return app, nil
}

// DropApp removes an app with everything. What River still has of it finds nothing.
func (s *Store) DropApp(ctx context.Context, id string) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		// First of all, so that nothing is accepted for it meanwhile.
		gone, err := tx.Exec(ctx, "DELETE FROM khop.apps WHERE id = $1", id)
		if err != nil {
			return err
		}
		if gone.RowsAffected() == 0 {
			return outbox.ErrUnknown
		}
		_, err = tx.Exec(ctx, `
			WITH gone AS (DELETE FROM khop.events WHERE app = $1 RETURNING id),
				attempts AS (DELETE FROM khop.attempts USING gone WHERE event = id)
			DELETE FROM khop.bodies USING gone WHERE event = id`, id)
		return err
	})
	return doing("drop app "+id, err)
}

// unknown is what it means that there is no row.
func unknown(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return outbox.ErrUnknown
	}
	return err
}
