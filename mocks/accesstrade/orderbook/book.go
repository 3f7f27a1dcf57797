package orderbook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// Options are how much a book holds. The zero value is the usual one.
type Options struct {
	// Orders is how many orders are kept, those first reported last; 0 means 10000.
	Orders int
	// Calls is how many calls are kept, the newest ones; 0 means 1000.
	Calls int
	// Log takes what goes wrong while a call is kept; nil keeps nothing.
	Log *slog.Logger
}

// Book is a database of orders and calls. It is safe for concurrent use.
type Book struct {
	db      *sql.DB
	own     bool // Close closes the database as well
	options Options
}

var _ accesstrade.Store = (*Book)(nil)

// ErrNewer is why a database is not opened: a khop that knows more has written it.
var ErrNewer = errors.New("a newer khop has written AccessTrade's orders; update khop, or give another file")

// version is the schema's. It is in a table of its own: the file may be somebody else's.
const version = 1

// schema: times of orders are milliseconds since 1970, as merchants send them; khop's own
// are nanoseconds, NULL where there is none.
const schema = `
CREATE TABLE IF NOT EXISTS accesstrade_versions (version INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO accesstrade_versions VALUES (1);
CREATE TABLE IF NOT EXISTS accesstrade_orders (
	seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
	time INTEGER NOT NULL, status INTEGER NOT NULL, value TEXT NOT NULL, discount TEXT NOT NULL,
	session TEXT NOT NULL, products INTEGER NOT NULL, postbacks INTEGER NOT NULL,
	reported INTEGER, changed INTEGER);
CREATE INDEX IF NOT EXISTS accesstrade_orders_by_time ON accesstrade_orders (time);
CREATE INDEX IF NOT EXISTS accesstrade_orders_by_status ON accesstrade_orders (status);
CREATE TABLE IF NOT EXISTS accesstrade_calls (number INTEGER PRIMARY KEY, entry BLOB NOT NULL);
`

// Open makes a book of a database, whose tables are created where they are missing. The
// database stays the caller's to close.
func Open(ctx context.Context, db *sql.DB, options Options) (*Book, error) {
	if options.Orders <= 0 {
		options.Orders = 10_000
	}
	if options.Calls <= 0 {
		options.Calls = 1000
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	if err := prepare(ctx, db); err != nil {
		return nil, err
	}
	return &Book{db: db, options: options}, nil
}

// prepare makes the tables where they are missing, unless a newer khop has made them.
func prepare(ctx context.Context, db *sql.DB) error {
	found, err := foundVersion(ctx, db)
	switch {
	case err != nil:
		return err
	case found > version:
		return fmt.Errorf("%w (its schema is version %d, this khop's is %d)", ErrNewer, found, version)
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("creating the tables of AccessTrade's orders: %w", err)
	}
	return nil
}

// foundVersion is that of the tables which are there; 0 where there are none.
func foundVersion(ctx context.Context, db *sql.DB) (found int, err error) {
	there := 0
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'accesstrade_versions'`).Scan(&there)
	if err == nil && there > 0 {
		err = db.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM accesstrade_versions`).Scan(&found)
	}
	if err != nil {
		return 0, fmt.Errorf("looking for AccessTrade's orders: %w", err)
	}
	return found, nil
}

// OpenFile makes a book of a database file, which may be an outbox's as well: open that
// one first. A new file is for its owner alone. What is committed survives a power cut.
func OpenFile(ctx context.Context, file string, options Options) (*Book, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("finding the database: %w", err)
	}
	handle, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	if err := errors.Join(ownAlone(handle), handle.Close()); err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(wal)", "synchronous(full)"}}
	address := url.URL{Scheme: "file", Path: file, RawQuery: pragmas.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("opening the database %s: %w", file, err)
	}
	db.SetMaxOpenConns(1) // there is one writer at a time anyway
	book, err := Open(ctx, db, options)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the database %s: %w", file, err), db.Close())
	}
	book.own = true
	return book, nil
}

// ownAlone keeps others out of a file that is new, if somebody else has made it.
func ownAlone(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() > 0 {
		return err
	}
	return file.Chmod(0o600)
}

// Close closes a database that OpenFile has opened.
func (b *Book) Close() error {
	if !b.own {
		return nil
	}
	return b.db.Close()
}

// write does something as a whole or not at all. It has to begin with a statement that
// writes: a transaction that reads first cannot always go on to write.
func (b *Book) write(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("writing to the database: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // which is nothing after a commit
	err = do(tx)
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return fmt.Errorf("writing to the database: %w", err)
	}
	return nil
}
