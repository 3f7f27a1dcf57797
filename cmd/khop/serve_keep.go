package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/accesstrade/orderbook"
	"github.com/khop-dev/khop/mocks/accesstrade/sharedbook"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
	"github.com/khop-dev/khop/suites/console/desk"
)

// kept is where a khop serve keeps what is to last: in files, or in PostgreSQL.
type kept struct {
	backend outbox.Backend
	book    book
	past    []accesstrade.Entry // the calls of the endpoint's own earlier life
	close   func()
}

// book is where AccessTrade's orders and calls are kept, and can be looked at.
type book interface {
	accesstrade.Store
	desk.Book
	Keep(accesstrade.Entry)
}

func (s *serving) open(ctx context.Context, log *slog.Logger) (*kept, error) {
	if s.database != "" {
		return s.openDatabase(ctx, log)
	}
	return s.openFiles(ctx, log)
}

// openFiles keeps the events in one file, and AccessTrade's orders in one beside it.
func (s *serving) openFiles(ctx context.Context, log *slog.Logger) (*kept, error) {
	if s.data == dataFile() { // the folder of another file is its owner's business
		if err := os.MkdirAll(filepath.Dir(s.data), 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of %s: %w", s.data, err)
		}
	}
	events, err := sqlite.Open(ctx, s.data, sqlite.Options{Key: s.key, Log: log})
	if err != nil {
		return nil, err
	}
	file := ordersFile(s.data)
	orders, err := orderbook.OpenFile(ctx, file, orderbook.Options{Log: log})
	if err != nil {
		return nil, errors.Join(sqlite.Explain(file, err), events.Close())
	}
	past, err := orders.Calls(ctx, 0, 0)
	if err != nil {
		return nil, errors.Join(sqlite.Explain(file, err), orders.Close(), events.Close())
	}
	// What fails while closing has been committed before.
	return &kept{events, orders, past, func() { _, _ = orders.Close(), events.Close() }}, nil
}

// openDatabase shares everything with the others that use the database. The endpoint's
// own journal then begins empty: it is not the one that is shown.
func (s *serving) openDatabase(ctx context.Context, log *slog.Logger) (*kept, error) {
	events, err := postgres.Open(ctx, s.database, postgres.Options{Key: s.key, Log: log})
	if err != nil {
		return nil, err
	}
	pool, err := events.Connect(ctx, sharedbook.Connections)
	if err != nil {
		return nil, errors.Join(err, events.Close())
	}
	orders := sharedbook.New(pool, sharedbook.Options{Log: log})
	return &kept{backend: events, book: orders, close: func() { pool.Close(); _ = events.Close() }}, nil
}

// endpoint is AccessTrade's, which keeps what it takes.
func (k *kept) endpoint(accessKey, secretKey string) (*accesstrade.Endpoint, error) {
	return accesstrade.New(accesstrade.Config{
		AccessKey: accessKey, SecretKey: secretKey, Store: k.book, Past: k.past, Watch: k.book.Keep,
	})
}

// ordersFile is where AccessTrade's orders are kept, beside the events: khop.db,
// khop-accesstrade.db.
func ordersFile(file string) string {
	extension := filepath.Ext(file)
	return strings.TrimSuffix(file, extension) + "-accesstrade" + extension
}

// dataFile is where everything is kept by default: the place that the XDG base
// directory specification has for it, or the current folder where there is no home.
func dataFile() string {
	base := os.Getenv("XDG_DATA_HOME")
	if home, err := os.UserHomeDir(); base == "" && err == nil {
		base = filepath.Join(home, ".local", "share")
	}
	if base == "" {
		return "khop.db"
	}
	return filepath.Join(base, "khop", "khop.db")
}

// shown is a path with the home folder written as ~.
func shown(file string) string {
	home, err := os.UserHomeDir()
	if rest, below := strings.CutPrefix(file, home+string(filepath.Separator)); err == nil && below {
		return filepath.Join("~", rest)
	}
	return file
}
