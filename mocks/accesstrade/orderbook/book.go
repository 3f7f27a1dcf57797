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

// schema: times of orders are milliseconds since 1970, as merchants send them; khop's own
// are nanoseconds, NULL where there is none.
const schema = `
CREATE TABLE IF NOT EXISTS accesstrade_orders (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
	time INTEGER NOT NULL, status INTEGER NOT NULL, value TEXT NOT NULL, discount TEXT NOT NULL,
	session TEXT NOT NULL, products INTEGER NOT NULL, postbacks INTEGER NOT NULL,
	reported INTEGER, changed INTEGER);
CREATE INDEX IF NOT EXISTS accesstrade_orders_by_time ON accesstrade_orders (time);
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
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("creating the tables of AccessTrade's orders: %w", err)
	}
	return &Book{db: db, options: options}, nil
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
	if err := handle.Close(); err != nil {
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
