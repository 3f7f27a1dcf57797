package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/khop-dev/khop/mocks/outbox"
)

// seal writes apps down, encrypted where there is a sealer.
type seal struct{ sealer *outbox.Sealer }

// names in the table meta
const (
	metaSalt  = "salt"
	metaCheck = "check" // something sealed, by which the key is known again
)

// write is an app as it is stored.
func (s seal) write(a outbox.App) ([]byte, error) {
	plain, err := json.Marshal(a)
	if err != nil || s.sealer == nil {
		return plain, err
	}
	return s.sealer.Seal(map[string]string{"app": string(plain)})
}

// read is the way back.
func (s seal) read(stored []byte) (a outbox.App, err error) {
	if s.sealer != nil {
		opened, err := s.sealer.Open(stored)
		if err != nil {
			return a, err
		}
		stored = []byte(opened["app"])
	}
	return a, json.Unmarshal(stored, &a)
}

// unlock finds out whether a key fits the database. One without a key is encrypted now.
func unlock(ctx context.Context, conn *sql.Conn, file, key string) (seal, error) {
	check, err := metaValue(ctx, conn, metaCheck)
	switch {
	case err != nil:
		return seal{}, err
	case key == "" && check == nil:
		return seal{}, nil
	case key == "":
		return seal{}, fmt.Errorf("the database %s: %w: give the key", file, ErrKey)
	case check == nil:
		return sealAll(ctx, conn, key)
	}
	salt, err := metaValue(ctx, conn, metaSalt)
	if err != nil {
		return seal{}, err
	}
	sealer, err := outbox.NewSealer(key, salt)
	if err != nil {
		return seal{}, err
	}
	if _, err := sealer.Open(check); err != nil {
		return seal{}, fmt.Errorf("the database %s: %w, and this is another: give the right one", file, ErrKey)
	}
	return seal{sealer}, nil
}

// sealAll gives a database its key. What stood there unencrypted is wiped out of the file.
func sealAll(ctx context.Context, conn *sql.Conn, key string) (seal, error) {
	salt := outbox.NewSalt()
	sealer, err := outbox.NewSealer(key, salt)
	if err != nil {
		return seal{}, err
	}
	s := seal{sealer}
	if _, err := conn.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return seal{}, fmt.Errorf("encrypting the secrets: %w", err)
	}
	if err := within(ctx, conn, func() error { return s.rewrite(ctx, conn, salt) }); err != nil {
		return seal{}, fmt.Errorf("encrypting the secrets: %w", err)
	}
	if _, err = conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA secure_delete = OFF"); err != nil {
		return seal{}, fmt.Errorf("wiping out the secrets: %w", err)
	}
	return s, nil
}

// rewrite encrypts every app, and remembers the key by something that it has sealed.
func (s seal) rewrite(ctx context.Context, conn *sql.Conn, salt []byte) error {
	stored, err := readApps(ctx, conn)
	if err != nil {
		return err
	}
	for _, row := range stored {
		if row.dropped {
			continue
		}
		a, err := seal{}.read(row.data)
		if err != nil {
			return fmt.Errorf("reading app %s: %w", row.id, err)
		}
		data, err := s.write(a)
		if err != nil {
			return fmt.Errorf("encrypting app %s: %w", row.id, err)
		}
		if _, err := conn.ExecContext(ctx, `UPDATE apps SET data = ? WHERE seq = ?`, data, row.seq); err != nil {
			return fmt.Errorf("storing app %s: %w", row.id, err)
		}
	}
	check, err := s.sealer.Seal(map[string]string{"khop": "khop"})
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `INSERT INTO meta VALUES (?, ?), (?, ?)`, metaSalt, salt, metaCheck, check)
	return err
}

// within runs something in a transaction of its own.
func within(ctx context.Context, conn *sql.Conn, do func() error) error {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := do()
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // SQLite may have done so
	}
	return err
}

func metaValue(ctx context.Context, conn *sql.Conn, name string) ([]byte, error) {
	var value []byte
	err := conn.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = ?`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return value, err
}
