package postgres_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

// BenchmarkDeliver measures events from accepted to stored as delivered, by a target
// that answers at once.
func BenchmarkDeliver(b *testing.B) {
	const events, together, senders = 20_000, 50, 8
	for b.Loop() {
		b.StopTimer()
		ctx, cancel := context.WithCancel(b.Context())
		store, app := benchStore(b)
		done := make(chan struct{})
		var delivered atomic.Int64
		finished := make(chan error, 1)
		go func() {
			finished <- store.Run(ctx, func(_ context.Context, _ outbox.App, event outbox.Event) (outbox.Result, error) {
				if delivered.Add(1) == events {
					close(done)
				}
				return accepted(event), nil
			}, 128)
		}()
		b.StartTimer()
		var all sync.WaitGroup
		for range senders {
			all.Go(func() {
				for range events / together / senders {
					if _, err := store.Accept(ctx, benchEvents(app, together)); err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
		<-done
		b.StopTimer()
		cancel()
		if err := <-finished; err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(events*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkAccept measures one event at a time, from eight who do so at once.
func BenchmarkAccept(b *testing.B) {
	store, app := benchStore(b)
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := store.Accept(b.Context(), benchEvents(app, 1)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func benchStore(b *testing.B) (*postgres.Store, outbox.App) {
	store, err := postgres.Open(b.Context(), postgrestest.New(b), postgres.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	app, err := store.PutApp(b.Context(), outbox.App{Name: "bench", Target: "http://127.0.0.1:1/"})
	if err != nil {
		b.Fatal(err)
	}
	return store, app
}

func benchEvents(app outbox.App, count int) []outbox.Event {
	events := make([]outbox.Event, count)
	for i := range events {
		events[i] = outbox.Event{App: app.ID, Type: "update_status", Object: "S1234567", Body: make([]byte, 600)}
	}
	return events
}
