package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/khop-dev/khop/mocks/outbox"
)

// seals turns an app's secrets into what is stored. Without a sealer they stay readable.
type seals struct{ sealer *outbox.Sealer }

// unlock finds out whether a key fits. A database that was used without one is encrypted
// when it gets its first; a wrong key, or none where there has to be one, is refused.
func unlock(ctx context.Context, pool *pgxpool.Pool, key string) (s seals, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		// Locked, because another replica may be giving the database its key.
		var salt, proof []byte
		err := tx.QueryRow(ctx, "SELECT salt, proof FROM khop.house FOR UPDATE").Scan(&salt, &proof)
		switch {
		case err != nil:
			return fmt.Errorf("read about the key: %w", err)
		case key == "" && proof == nil:
			return nil
		case key == "":
			return problem(ErrKey, "give the key", nil)
		case proof == nil:
			s, err = sealAll(ctx, tx, key)
			return err
		}
		if s.sealer, err = outbox.NewSealer(key, salt); err != nil {
			return err
		}
		if _, err := s.sealer.Open(proof); err != nil {
			return problem(ErrKey, "the given key is another; give the right one", err)
		}
		return nil
	})
	return s, err
}

// sealAll gives a database its key, and encrypts what is stored in the open.
func sealAll(ctx context.Context, tx pgx.Tx, key string) (seals, error) {
	salt := outbox.NewSalt()
	sealer, err := outbox.NewSealer(key, salt)
	if err != nil {
		return seals{}, err
	}
	s := seals{sealer}
	rows, err := tx.Query(ctx, "SELECT "+appColumns+" FROM khop.apps WHERE NOT sealed FOR UPDATE")
	if err != nil {
		return seals{}, fmt.Errorf("read the apps: %w", err)
	}
	apps, err := pgx.CollectRows(rows, seals{}.scanApp)
	if err != nil {
		return seals{}, fmt.Errorf("read the apps: %w", err)
	}
	for _, app := range apps {
		secrets, headers, err := s.seal(app)
		if err != nil {
			return seals{}, err
		}
		if _, err := tx.Exec(ctx, "UPDATE khop.apps SET sealed = true, secrets = $2, headers = $3 WHERE id = $1", app.ID, secrets, headers); err != nil {
			return seals{}, fmt.Errorf("encrypt the secrets of app %s: %w", app.ID, err)
		}
	}
	proof, err := sealer.Seal(map[string]string{"khop": "khop"})
	if err != nil {
		return seals{}, err
	}
	if _, err = tx.Exec(ctx, "UPDATE khop.house SET salt = $1, proof = $2", salt, proof); err != nil {
		return seals{}, fmt.Errorf("remember the key: %w", err)
	}
	return s, nil
}

// seal writes an app's secrets and headers for the database.
func (s seals) seal(app outbox.App) (secrets, headers []byte, err error) {
	if secrets, err = s.write(app.Secrets); err == nil {
		headers, err = s.write(app.Headers)
	}
	return secrets, headers, err
}

func (s seals) write(values map[string]string) ([]byte, error) {
	if s.sealer == nil {
		return json.Marshal(values)
	}
	return s.sealer.Seal(values)
}

func (s seals) read(stored []byte, sealed bool) (values map[string]string, err error) {
	switch {
	case !sealed:
		return values, json.Unmarshal(stored, &values)
	case s.sealer == nil:
		return nil, problem(ErrKey, "start khop again with the key", nil)
	}
	return s.sealer.Open(stored)
}
