package sqlite_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
	_ "github.com/khop-dev/khop/mocks/superai" // registers superai
	"github.com/khop-dev/khop/schemas/rawjson"
)

// BenchmarkDurableDelivery measures the whole way: accepted in batches as an API takes
// them, on the disk, signed, sent to a target in the same process, answered, and the
// attempt on the disk.
func BenchmarkDurableDelivery(b *testing.B) {
	for _, atOnce := range []int{16, 64} {
		b.Run(fmt.Sprintf("at once %d", atOnce), func(b *testing.B) { deliverAll(b, atOnce) })
	}
}

func deliverAll(b *testing.B, atOnce int) {
	var got atomic.Int64
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		got.Add(1)
		_, _ = w.Write([]byte("OK"))
	}))
	defer target.Close()
	store := open(b, filepath.Join(b.TempDir(), "khop.db"), sqlite.Options{})
	app := newApp(b, store, target.URL)
	courier := outbox.NewCourier(outbox.CourierOptions{})
	defer courier.Close()
	batch := samples(b, app, 100)

	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx, courier.Deliver, atOnce) }()
	before := processorTime(b)
	b.ResetTimer()
	acceptAll(b, store, batch)
	for delivered(b, store) < b.N {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/event")
	cancel()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	if int(got.Load()) != b.N {
		b.Fatalf("%d events reached the target, not %d", got.Load(), b.N)
	}
}

// callers is how many API calls come at once.
const callers = 4

// acceptAll takes on b.N events, batch by batch, several callers at once.
func acceptAll(b *testing.B, store *sqlite.Store, batch []outbox.Event) {
	var left atomic.Int64
	left.Store(int64(b.N))
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for {
				rest := int(left.Add(-int64(len(batch)))) + len(batch)
				if rest <= 0 {
					return
				}
				if _, err := store.Accept(b.Context(), batch[:min(rest, len(batch))]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

func newApp(t testing.TB, store *sqlite.Store, target string) outbox.App {
	t.Helper()
	app, err := store.PutApp(t.Context(), outbox.App{
		Name: "shop", Provider: "superai", Target: target + "/hook", Secrets: map[string]string{"partner_code": "PARTNER-42"},
		Headers: map[string]string{"X-Shop": "0123456789"}, Speed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// samples are documented events of an app.
func samples(t testing.TB, app outbox.App, count int) []outbox.Event {
	t.Helper()
	provider, err := mocks.Lookup(app.Provider)
	if err != nil {
		t.Fatal(err)
	}
	event := provider.Events()[0]
	body := provider.Write(event.Payload, rawjson.Compact)
	events := make([]outbox.Event, count)
	for i := range events {
		events[i] = outbox.Event{App: app.ID, Type: event.Type, Object: provider.Identity(event.Payload), Body: body}
	}
	return events
}

func delivered(t testing.TB, store *sqlite.Store) int {
	t.Helper()
	stats, err := store.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return stats.ByState[outbox.Delivered]
}

// processorTime is what this process has used of all processors, target included.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
