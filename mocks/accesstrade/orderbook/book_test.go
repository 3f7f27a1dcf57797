package orderbook_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/accesstrade/orderbook"
	"github.com/khop-dev/khop/mocks/accesstrade/storetest"
	"github.com/khop-dev/khop/schemas/rawjson"
)

func TestABookIsAStore(t *testing.T) {
	quick := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(wal)", "synchronous(off)"}} // no power cut in a test
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "khop.db")+"?"+quick.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	storetest.Run(t, func(limit int) (accesstrade.Store, func()) {
		book, err := orderbook.Open(context.Background(), db, orderbook.Options{Orders: limit})
		if err != nil {
			t.Fatal(err)
		}
		return book, func() {
			if err := book.Close(); err != nil { // which leaves the database open
				t.Error(err)
			}
			if _, err := db.ExecContext(context.Background(), `DELETE FROM accesstrade_orders`); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestABookHasPages(t *testing.T) {
	book, err := orderbook.OpenFile(t.Context(), filepath.Join(t.TempDir(), "khop.db"), orderbook.Options{Orders: 100, Calls: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	storetest.RunBook(t, book)
}

func TestSlowAHundredThousandOrdersAreReadInNoTime(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "khop.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	book, err := orderbook.Open(t.Context(), db, orderbook.Options{Orders: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `
WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 100000)
INSERT INTO accesstrade_orders SELECT n, 'DH-' || n, n, CASE WHEN n < 10 THEN -1 ELSE n % 2 END, '1000', '', '', 1, 1, n, n FROM series`); err != nil {
		t.Fatal(err)
	}
	rare := accesstrade.Cancelled
	for before, filter := range map[string]accesstrade.Filter{"": {}, "DH-50000": {}, "DH-99999": {Status: &rare}} {
		best := time.Hour
		for range 5 {
			start := time.Now()
			if page, err := book.PageOrders(t.Context(), filter, before, 9); err != nil || len(page) != 9 {
				t.Fatalf("%d, %v", len(page), err)
			}
			best = min(best, time.Since(start))
		}
		if t.Logf("before %q: %v", before, best); best > 30*time.Millisecond {
			t.Errorf("a page before %q takes %v", before, best)
		}
	}
	if _, err := book.Put(t.Context(), accesstrade.Order{ID: "one more"}); err != nil {
		t.Fatal(err)
	}
	if orders, err := book.List(t.Context(), accesstrade.Filter{}); err != nil || len(orders) != 100_000 || orders[0].ID != "DH-2" {
		t.Errorf("%d orders, %v", len(orders), err)
	}
}

func TestWhatANewerKhopHasWrittenIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	book, err := orderbook.OpenFile(t.Context(), file, orderbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO accesstrade_versions VALUES (2)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := orderbook.OpenFile(t.Context(), file, orderbook.Options{}); !errors.Is(err, orderbook.ErrNewer) || !strings.Contains(err.Error(), file) {
		t.Errorf("opened: %v", err)
	}
}

var merchant = accesstrade.Merchant{AccessKey: "khop-access-key-1", SecretKey: "khop-s3cret/key+1"}

// endpoint is AccessTrade's side over a book in a file.
func endpoint(t *testing.T, file string, options orderbook.Options) (*accesstrade.Endpoint, *orderbook.Book) {
	t.Helper()
	book, err := orderbook.OpenFile(t.Context(), file, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	past, err := book.Calls(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	e, err := accesstrade.New(accesstrade.Config{
		AccessKey: merchant.AccessKey, SecretKey: merchant.SecretKey, Keep: options.Calls,
		Store: book, Past: past, Watch: book.Keep,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e, book
}

// report posts an order back.
func report(t *testing.T, e *accesstrade.Endpoint, id string) string {
	t.Helper()
	payload := rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload).With("/transaction_id", rawjson.Text(id))
	call := merchant.Postback(payload)
	answer := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), call.Method, call.Path, bytes.NewReader(call.Body))
	r.Header = call.Header
	e.ServeHTTP(answer, r)
	return answer.Body.String()
}

func TestOrdersAndCallsAreThereAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	first, _ := endpoint(t, file, orderbook.Options{})
	for _, id := range []string{"A", "B", "A"} {
		if answer := report(t, first, id); !strings.Contains(answer, `"status":true`) {
			t.Fatal(answer)
		}
	}
	report(t, first, "")                                   // refused
	second, book := endpoint(t, file, orderbook.Options{}) // nobody has closed the first one
	orders, err := book.List(t.Context(), accesstrade.Filter{})
	if err != nil || len(orders) != 2 || orders[0].ID != "A" || orders[0].Postbacks != 2 {
		t.Errorf("orders %+v, %v", orders, err)
	}
	before, after := first.Journal(), second.Journal()
	if len(after) != 4 || !reflect.DeepEqual(written(t, before), written(t, after)) {
		t.Errorf("the journal was %s\nand is %s", written(t, before), written(t, after))
	}
	report(t, second, "A")
	calls := second.Journal()
	if last := calls[len(calls)-1]; last.Number != 5 || !last.Repeated {
		t.Errorf("the next call is %+v", last)
	}
}

// written is a journal as its readers see it.
func written(t *testing.T, calls []accesstrade.Entry) string {
	t.Helper()
	text, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheNewestCallsStay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	for range 3 {
		e, book := endpoint(t, file, orderbook.Options{Calls: 4})
		for range 3 {
			report(t, e, "A")
		}
		calls, err := book.Calls(t.Context(), 0, 0)
		if err != nil || !reflect.DeepEqual(numbers(calls), numbers(e.Journal())) || len(calls) > 4 {
			t.Errorf("kept %v, the journal has %v, %v", numbers(calls), numbers(e.Journal()), err)
		}
	}
	_, book := endpoint(t, file, orderbook.Options{Calls: 4})
	if calls, err := book.Calls(t.Context(), 0, 0); err != nil || !reflect.DeepEqual(numbers(calls), []int{6, 7, 8, 9}) {
		t.Errorf("kept %v, %v", numbers(calls), err)
	}
}

func numbers(calls []accesstrade.Entry) []int {
	var all []int
	for _, c := range calls {
		all = append(all, c.Number)
	}
	return all
}

func TestNoKeyIsOnTheDisk(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	e, book := endpoint(t, file, orderbook.Options{})
	report(t, e, "A")
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	if about, err := os.Stat(file); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("others may read the file: %v, %v", about, err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(text, []byte("transaction_id")) {
		t.Fatalf("the call is not in the file: %v", err)
	}
	for _, key := range []string{merchant.AccessKey, merchant.SecretKey} {
		if bytes.Contains(text, []byte(key)) {
			t.Errorf("%s is in the file", key)
		}
	}
}

func TestAClosedBookFailsAloud(t *testing.T) {
	var log bytes.Buffer
	e, book := endpoint(t, filepath.Join(t.TempDir(), "khop.db"), orderbook.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	if answer := report(t, e, "A"); !strings.Contains(answer, "khop's own store failed: keep the order: writing to the database: ") {
		t.Errorf("answered %s", answer)
	}
	if !strings.Contains(log.String(), "number=1") {
		t.Errorf("logged %q", log.String())
	}
	for what, err := range map[string]error{
		"change": second(book.Change(t.Context(), []accesstrade.Change{{ID: "A"}}, time.Now(), true)),
		"list":   second(book.List(t.Context(), accesstrade.Filter{})),
		"calls":  second(book.Calls(t.Context(), 0, 0)),
	} {
		if err == nil || !strings.Contains(err.Error(), "ing the database: ") && !strings.Contains(err.Error(), "ing to the database: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestWhatIsNoDatabaseIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{file, filepath.Join(file, "below.db")} {
		if _, err := orderbook.OpenFile(t.Context(), file, orderbook.Options{}); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("opened: %v", err)
		}
	}
}

func TestADamagedCallIsNamed(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "khop.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	book, err := orderbook.Open(t.Context(), db, orderbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	book.Keep(accesstrade.Entry{Number: 1, Request: accesstrade.Received{Method: http.MethodGet}})
	if _, err := db.ExecContext(t.Context(), `UPDATE accesstrade_calls SET entry = '{'`); err != nil {
		t.Fatal(err)
	}
	if _, err := book.Calls(t.Context(), 0, 0); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("read: %v", err)
	}
}
