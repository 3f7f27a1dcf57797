package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/outboxtest"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
)

const (
	million = 1_000_000
	// atMost is how long anybody waits for a first page, or for a start.
	atMost = 50 * time.Millisecond
	memory = 150 << 20
)

// TestSlowMillion fills a log with a million events, and measures what a page, a start
// and the whole process cost then.
func TestSlowMillion(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	store := open(t, file, sqlite.Options{})
	apps := fill(t, store, million)
	t.Logf("memory after %d events: %d MiB (at most %d MiB)", million, resident(t, "VmRSS")>>20, resident(t, "VmHWM")>>20)
	if got := resident(t, "VmRSS"); got > memory {
		t.Errorf("khop holds %d MiB, more than %d", got>>20, memory>>20)
	}
	for _, query := range append(pages(apps, million), outbox.Query{Search: "S999999"}, outbox.Query{Search: strconv.Itoa(million - 1)}) {
		took := best(func() { look(t, store, query) })
		t.Logf("%8s for %+v", took.Round(10*time.Microsecond), query)
		if took > atMost && query.Search == "" {
			t.Errorf("%+v took %s, longer than %s", query, took, atMost)
		}
	}
	started := best(func() {
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		store = open(t, file, sqlite.Options{})
		t.Logf("opened in %s", time.Since(began).Round(10*time.Microsecond))
	})
	if started > 4*atMost { // closing included
		t.Errorf("closing and opening took %s", started)
	}
	if info, err := os.Stat(file); err == nil {
		t.Logf("%d bytes an event in the file", info.Size()/million)
	}
}

// BenchmarkFirstPage looks at the first page of a log with a million events, or with ten
// thousand where it is to be short, and tells what else such a log costs: the slowest of
// all other pages, a start, and memory.
func BenchmarkFirstPage(b *testing.B) {
	many := million
	if testing.Short() {
		many = 10_000
	}
	file := filepath.Join(b.TempDir(), "khop.db")
	store := open(b, file, sqlite.Options{})
	apps := fill(b, store, many)
	held := resident(b, "VmRSS")
	for b.Loop() {
		look(b, store, outbox.Query{})
	}
	var slowest time.Duration
	for _, query := range pages(apps, many) {
		slowest = max(slowest, best(func() { look(b, store, query) }))
	}
	opened := time.Hour
	for range 3 {
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		opened = min(opened, took(func() { store = open(b, file, sqlite.Options{}) }))
	}
	b.ReportMetric(float64(many), "events")
	b.ReportMetric(slowest.Seconds()*1000, "slowest-page-ms")
	b.ReportMetric(opened.Seconds()*1000, "open-ms")
	b.ReportMetric(float64(held)/(1<<20), "resident-MiB")
}

// pages are queries of all kinds for a log of so many events.
func pages(apps []outbox.App, many int) []outbox.Query {
	return []outbox.Query{
		{},
		{Before: int64(many / 2)},
		{App: apps[0].ID},
		{App: apps[1].ID, State: outbox.Failed, Before: int64(many / 3)},
		{State: outbox.Failed},
		{State: outbox.Due},
		{State: outbox.Delivered, Type: "type 3"},
		{App: apps[2].ID, State: outbox.Delivered, Type: "type 4", Before: 1000},
		{App: apps[2].ID, Limit: outbox.MaxLimit},
	}
}

// look takes one page, which has something on it.
func look(t testing.TB, store *sqlite.Store, query outbox.Query) {
	t.Helper()
	if found, err := store.Events(t.Context(), query); err != nil || len(found) == 0 && query.State != outbox.Due {
		t.Errorf("%+v: %d events, %v", query, len(found), err)
	}
}

// fill accepts so many events of three apps and five types, and lets all be delivered or
// fail.
func fill(t testing.TB, store *sqlite.Store, many int) []outbox.App {
	t.Helper()
	var apps []outbox.App
	for range 3 {
		apps = append(apps, newApp(t, store, "http://127.0.0.1:1"))
	}
	body := []byte(`{"partner_code":"PARTNER-42","status":12,"note":"` + strings.Repeat("x", 400) + `"}`)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx, settle, 64) }()
	began := time.Now()
	for from := 0; from < many; {
		events := make([]outbox.Event, 500)
		for i := range events {
			from++
			events[i] = outbox.Event{App: apps[from%3].ID, Type: fmt.Sprintf("type %d", from%5), Object: fmt.Sprintf("S%06d", from), Body: body}
		}
		if _, err := store.Accept(ctx, events); err != nil {
			t.Fatal(err)
		}
	}
	accepted := time.Since(began)
	for left := -1; left != 0; {
		stats, err := store.Stats(ctx)
		if err != nil {
			t.Fatal(err)
		}
		left = stats.ByState[outbox.Due]
		time.Sleep(time.Millisecond)
	}
	t.Logf("accepted after %s, delivered after %s", accepted.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return apps
}

// settle lets one in a thousand events fail.
func settle(_ context.Context, _ outbox.App, event outbox.Event) (outbox.Result, error) {
	if event.ID%1000 == 0 {
		return outboxtest.Failed(event), nil
	}
	return outboxtest.Accepted(event), nil
}

// best is the shortest time of three: others may use the machine as well.
func best(do func()) time.Duration {
	return min(took(do), took(do), took(do))
}

func took(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

// resident reads a figure of this process's memory, in bytes.
func resident(t testing.TB, name string) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("WITHOUT /proc: memory cannot be measured")
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	t.Fatalf("%s is not in /proc/self/status", name)
	return 0
}
