package sharedbook_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/accesstrade/sharedbook"
	"github.com/khop-dev/khop/mocks/accesstrade/storetest"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// database is a new database with khop's tables, and connections to it.
func database(t *testing.T) *pgxpool.Pool {
	t.Helper()
	return connect(t, postgrestest.New(t))
}

// connect joins a database as one more replica does.
func connect(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	store, err := postgres.Open(t.Context(), url, postgres.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	pool, err := store.Connect(t.Context(), sharedbook.Connections)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func execute(t *testing.T, pool *pgxpool.Pool, statement string) {
	t.Helper()
	if _, err := pool.Exec(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestSlowABookIsAStore(t *testing.T) {
	pool := database(t)
	execute(t, pool, "ALTER DATABASE "+pool.Config().ConnConfig.Database+" SET synchronous_commit = off") // no power cut in a test
	storetest.Run(t, func(limit int) (accesstrade.Store, func()) {
		return sharedbook.New(pool, sharedbook.Options{Orders: limit}), func() {
			execute(t, pool, "TRUNCATE khop.accesstrade_orders")
		}
	})
}

func TestSlowABookHasPages(t *testing.T) {
	storetest.RunBook(t, sharedbook.New(database(t), sharedbook.Options{Orders: 100, Calls: 4}))
}

// Several replicas are one endpoint.
func TestSlowReplicasShareABook(t *testing.T) {
	url := postgrestest.New(t)
	const each = 25
	var books []*sharedbook.Book
	for range 2 {
		books = append(books, sharedbook.New(connect(t, url), sharedbook.Options{}))
	}
	var all sync.WaitGroup
	for at, book := range books {
		all.Go(func() {
			for n := range each {
				order := accesstrade.Order{ID: fmt.Sprintf("DH-%d-%d", at, n), Time: time.UnixMilli(0)}
				if repeated, err := book.Put(t.Context(), order); err != nil || repeated {
					t.Errorf("%s: %t, %v", order.ID, repeated, err)
				}
				if _, err := book.Put(t.Context(), accesstrade.Order{ID: "both", Time: time.UnixMilli(0)}); err != nil {
					t.Error(err)
				}
				book.Keep(accesstrade.Entry{Number: n + 1, Message: order.ID})
			}
		})
	}
	all.Wait()
	for _, book := range books {
		orders, err := book.List(t.Context(), accesstrade.Filter{})
		if err != nil || len(orders) != 2*each+1 {
			t.Errorf("%d orders, %v", len(orders), err)
		}
		for _, order := range orders {
			if want := map[bool]int{true: 2 * each, false: 1}[order.ID == "both"]; order.Postbacks != want {
				t.Errorf("%s was reported %d times, want %d", order.ID, order.Postbacks, want)
			}
		}
		if last, err := book.LastCall(t.Context()); err != nil || last != 2*each {
			t.Errorf("%d calls, %v", last, err)
		}
		calls, err := book.Calls(t.Context(), 0, 0)
		if err != nil || len(calls) != 2*each {
			t.Fatalf("%d calls, %v", len(calls), err)
		}
		for i, call := range calls {
			if call.Number != i+1 {
				t.Errorf("call %d has the number %d", i+1, call.Number)
			}
		}
	}
}

func TestSlowADatabaseThatIsGoneIsTold(t *testing.T) {
	var log bytes.Buffer
	pool := database(t)
	book := sharedbook.New(pool, sharedbook.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	execute(t, pool, "INSERT INTO khop.accesstrade_calls VALUES (1, '{')")
	if _, err := book.Calls(t.Context(), 0, 0); err == nil || !strings.Contains(err.Error(), "call 1 is damaged") {
		t.Errorf("read: %v", err)
	}
	execute(t, pool, "DROP TABLE khop.accesstrade_orders, khop.accesstrade_calls")
	for what, err := range map[string]error{
		"writing to the database: ": second(book.Put(t.Context(), accesstrade.Order{})),
		"writing to the ":           second(book.Change(t.Context(), nil, time.Now(), true)),
		"reading the database: ":    second(book.List(t.Context(), accesstrade.Filter{})),
		"reading the ":              second(book.LastCall(t.Context())),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), what) {
			t.Errorf("%s%v", what, err)
		}
	}
	book.Keep(accesstrade.Entry{Call: accesstrade.Postback})
	if !strings.Contains(log.String(), "call=postback") {
		t.Errorf("logged %q", log.String())
	}
}

func second[T any](_ T, err error) error { return err }

// pageWithin is how long a page may take among a hundred thousand orders. The best of a
// few counts: the machine has other things to do.
const pageWithin = 30 * time.Millisecond

func TestSlowAHundredThousandOrdersAreReadInNoTime(t *testing.T) {
	pool := database(t)
	execute(t, pool, `
INSERT INTO khop.accesstrade_orders
SELECT n, convert_to('DH-' || n, 'UTF8'), n, CASE WHEN n < 10 THEN -1 ELSE n % 2 END, '1000', '', '', 1, 1, n, n FROM generate_series(1, 100000) AS n`)
	book := sharedbook.New(pool, sharedbook.Options{Orders: 100_000})
	rare := accesstrade.Cancelled
	for name, page := range map[string]func() (int, error){
		"the newest": func() (int, error) { return count(book.PageOrders(t.Context(), accesstrade.Filter{}, "", 50)) },
		"in between": func() (int, error) { return count(book.PageOrders(t.Context(), accesstrade.Filter{}, "DH-50000", 50)) },
		"a rare kind": func() (int, error) {
			return count(book.PageOrders(t.Context(), accesstrade.Filter{Status: &rare}, "", 9))
		},
	} {
		best := time.Hour
		for range 5 {
			start := time.Now()
			if found, err := page(); err != nil || found < 9 {
				t.Fatalf("%s: %d, %v", name, found, err)
			}
			best = min(best, time.Since(start))
		}
		if t.Logf("%s: %v", name, best); best > pageWithin {
			t.Errorf("%s takes %v", name, best)
		}
	}
	start := time.Now()
	if _, err := book.Put(t.Context(), accesstrade.Order{ID: "one more"}); err != nil {
		t.Fatal(err)
	}
	t.Logf("one more: %v", time.Since(start))
	if orders, err := book.List(t.Context(), accesstrade.Filter{}); err != nil || len(orders) != 100_000 || orders[0].ID != "DH-2" {
		t.Errorf("%d orders, %v", len(orders), err)
	}
}

func count[T any](all []T, err error) (int, error) { return len(all), err }
