package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

const (
	// application marks a database as khop's: "khop" in ASCII.
	application = 0x6b686f70
	// version is the schema's; a greater one is none of this khop's business.
	version = 1
)

// schema keeps small and apart what changes (events) and what is only added (bodies,
// attempts), so that a change rewrites little.
//
// A lane is what the events of one app and one type have in common; it counts them. An
// attempt's id is its event's, shifted, and its number. Times are nanoseconds since 1970.
const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE apps (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
	dropped INTEGER NOT NULL DEFAULT 0, data BLOB NOT NULL);
CREATE TABLE lanes (
	id INTEGER PRIMARY KEY, app INTEGER NOT NULL, type TEXT NOT NULL,
	due INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
	UNIQUE (app, type));
CREATE TABLE events (
	id INTEGER PRIMARY KEY AUTOINCREMENT, app INTEGER NOT NULL, lane INTEGER NOT NULL,
	state INTEGER NOT NULL, object TEXT NOT NULL, times INTEGER NOT NULL, next INTEGER NOT NULL,
	by_hand INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
	fault TEXT NOT NULL);
CREATE INDEX events_by_lane ON events (lane, state);
CREATE INDEX events_due ON events (app, next) WHERE state = 0;
CREATE TABLE bodies (event INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE attempts (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
`

// attemptBits are the bits of an attempt's id that hold its number.
const attemptBits = 20

// open prepares connections to a file, each with some pragmas.
func open(file string, connections int, pragmas ...string) (*sql.DB, error) {
	query := url.Values{"_pragma": pragmas}
	address := url.URL{Scheme: "file", Path: file, RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// prepareSchema finds out what a file holds, and makes a new one khop's.
func prepareSchema(ctx context.Context, conn *sql.Conn, file string) error {
	own, has, err := identify(ctx, conn, file)
	switch {
	case err != nil:
		return err
	case own && has > version:
		return problem(file, ErrNewer, fmt.Errorf("its schema is version %d, this khop's is %d", has, version))
	case own:
		return checkSmall(ctx, conn, file)
	}
	return create(ctx, conn)
}

// identify tells whether a file is a database of khop's, and of which version. It is none
// yet where it is empty, and else somebody else's.
func identify(ctx context.Context, conn *sql.Conn, file string) (own bool, has int64, err error) {
	var app, tables int64
	err = conn.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)`).Scan(&app, &has, &tables)
	if err == nil && app != application && tables > 0 {
		err = problem(file, ErrForeign, nil)
	}
	return app == application, has, err
}

func create(ctx context.Context, conn *sql.Conn) error {
	script := fmt.Sprintf("BEGIN IMMEDIATE;%sPRAGMA application_id = %d;PRAGMA user_version = %d;COMMIT", schema, application, version)
	if _, err := conn.ExecContext(ctx, script); err != nil {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return fmt.Errorf("creating the tables: %w", err)
	}
	return nil
}

// checkSmall looks for damage in the tables without which nothing works, and which are
// small. Damage elsewhere shows when it is read; to look for it in gigabytes would keep
// everybody waiting.
func checkSmall(ctx context.Context, conn *sql.Conn, file string) error {
	for _, table := range []string{"meta", "apps", "lanes"} {
		var found string
		if err := conn.QueryRowContext(ctx, "PRAGMA quick_check("+table+")").Scan(&found); err != nil {
			return err
		}
		if found != "ok" {
			return problem(file, ErrDamaged, fmt.Errorf("table %s: %s", table, strings.Join(strings.Fields(found), " ")))
		}
	}
	return nil
}
