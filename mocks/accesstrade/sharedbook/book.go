package sharedbook

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// Connections are as many as a book makes use of: one writes, others read meanwhile.
const Connections = 4

// Options are how much a book holds. The zero value is the usual one. Replicas should
// have the same: each forgets what is beyond its own.
type Options struct {
	// Orders is how many orders are kept, those first reported last; 0 means 10000.
	Orders int
	// Calls is how many calls are kept, the newest ones; 0 means 1000.
	Calls int
	// Log takes what goes wrong while a call is kept; nil keeps nothing.
	Log *slog.Logger
}

// Book is orders and calls in a database. It is safe for concurrent use, also by others
// with books of their own.
type Book struct {
	pool    *pgxpool.Pool
	options Options
}

var _ accesstrade.Store = (*Book)(nil)

// New makes a book of connections to a database that a postgres.Store has opened, whose
// migrations have made the tables. The connections stay the caller's to close.
func New(pool *pgxpool.Pool, options Options) *Book {
	options.Orders = cmp.Or(max(options.Orders, 0), 10_000)
	options.Calls = cmp.Or(max(options.Calls, 0), 1000)
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	return &Book{pool: pool, options: options}
}

// Advisory locks, beside those of the outbox: the class, and who takes turns by which.
const (
	lockClass  = 0x6b68_6174 // "khat"
	lockOrders = 1
	lockCalls  = 2
)

// write does something as a whole or not at all, and lets nobody else write meanwhile who
// takes turns by the same lock.
func (b *Book) write(ctx context.Context, lock int, do func(pgx.Tx) error) error {
	err := pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1, $2)`, lockClass, lock); err != nil {
			return err
		}
		return do(tx)
	})
	if err != nil {
		return fmt.Errorf("writing to the database: %w", err)
	}
	return nil
}

// find reads what a question has for an answer, row by row.
func find[T any](ctx context.Context, b *Book, scan func(pgx.CollectableRow) (T, error), question string, values ...any) ([]T, error) {
	rows, err := b.pool.Query(ctx, question, values...)
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	found, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	return found, nil
}
