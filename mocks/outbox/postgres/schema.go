package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// migrations are the steps of our own schema; the first is version 1.
//
//go:embed migrations/*.sql
var migrations embed.FS

// Advisory locks of khop: the class, and the numbers within. Numbers from 1 are
// replicas.
const (
	lockClass     = 0x6b686f70 // "khop"
	lockAccepting = 0
	lockMigrating = -1
)

// prepare brings the schema up to date, one replica at a time. Where there is nothing
// to do, it only looks.
func prepare(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if err := writable(ctx, conn); err != nil {
		return err
	}
	steps, err := steps()
	if err != nil {
		return err
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema, Logger: silent()})
	if err != nil {
		return fmt.Errorf("set up the queue's migrations: %w", err)
	}
	all := migrator.AllVersions()
	known := versions{own: len(steps), queue: all[len(all)-1].Version}

	found, err := findVersions(ctx, conn)
	if err != nil || found == known {
		return err
	}
	if found.own > known.own || found.queue > known.queue {
		return problem(ErrNewer, "update khop, or give another database", fmt.Errorf("schema %s; this khop knows %s", found, known))
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1, $2)", lockClass, lockMigrating); err != nil {
		return fmt.Errorf("wait for other replicas: %w", err)
	}
	defer unlockMigrating(conn)
	return migrate(ctx, conn, migrator, steps)
}

func unlockMigrating(conn *pgxpool.Conn) {
	// Closing the connection unlocks as well.
	if _, err := conn.Exec(context.Background(), "SELECT pg_advisory_unlock($1, $2)", lockClass, lockMigrating); err != nil {
		conn.Conn().Close(context.Background())
	}
}

func migrate(ctx context.Context, conn *pgxpool.Conn, migrator *rivermigrate.Migrator[pgx.Tx], steps []string) error {
	if err := createSchema(ctx, conn); err != nil {
		return fmt.Errorf("create the schema: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("create the queue's tables: %w", err)
	}
	found, err := findVersions(ctx, conn)
	if err != nil {
		return err
	}
	for step := found.own; step < len(steps); step++ {
		err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, steps[step], pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "INSERT INTO khop.versions (version) VALUES ($1)", step+1)
			return err
		})
		if err != nil {
			return fmt.Errorf("bring the schema to version %d: %w", step+1, err)
		}
	}
	return nil
}

// createSchema does not ask for a right that it does not need: somebody may have made
// the schema for us.
func createSchema(ctx context.Context, conn *pgxpool.Conn) error {
	var there bool
	if err := conn.QueryRow(ctx, "SELECT to_regnamespace('khop') IS NOT NULL").Scan(&there); err != nil {
		return err
	}
	statement := "CREATE TABLE IF NOT EXISTS khop.versions (version integer PRIMARY KEY, since timestamptz NOT NULL DEFAULT now())"
	if !there {
		statement = "CREATE SCHEMA khop; " + statement
	}
	_, err := conn.Exec(ctx, statement, pgx.QueryExecModeSimpleProtocol)
	return err
}

// writable refuses a server that only reads, before anything else fails on it.
func writable(ctx context.Context, conn *pgxpool.Conn) error {
	var readOnly bool
	err := conn.QueryRow(ctx, "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean").Scan(&readOnly)
	if err == nil && readOnly {
		return problem(ErrReadOnly, wayToPrimary, nil)
	}
	return err
}

// versions is how far a schema is: our own tables, and River's.
type versions struct{ own, queue int }

func (v versions) String() string { return fmt.Sprintf("%d, queue %d", v.own, v.queue) }

// findVersions says how far the database is; zero is nothing at all.
func findVersions(ctx context.Context, conn *pgxpool.Conn) (found versions, err error) {
	for table, version := range map[string]*int{"khop.versions": &found.own, "khop.river_migration": &found.queue} {
		var there bool
		if err := conn.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", table).Scan(&there); err != nil {
			return found, fmt.Errorf("look for the schema: %w", err)
		}
		if !there {
			continue
		}
		if err := conn.QueryRow(ctx, "SELECT coalesce(max(version), 0)::integer FROM "+table).Scan(version); err != nil {
			return found, fmt.Errorf("read the schema's version: %w", err)
		}
	}
	return found, nil
}

func steps() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]string, len(names))
	for i, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps[i] = string(text)
	}
	return steps, nil
}
