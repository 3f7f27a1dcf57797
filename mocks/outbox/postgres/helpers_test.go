package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

// patience is how long something may take that should be over at once, on a busy machine.
const patience = 20 * time.Second

func logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(GinkgoWriter, nil))
}

// open opens a store of a database, to be closed after the spec.
func open(ctx context.Context, url string) *postgres.Store {
	GinkgoHelper()
	store, err := postgres.Open(ctx, url, postgres.Options{Log: logger()})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(store.Close)
	return store
}

// fresh opens a store of a new database.
func fresh(ctx context.Context) *postgres.Store {
	GinkgoHelper()
	return open(ctx, postgrestest.New(GinkgoT()))
}

func newApp(ctx context.Context, store outbox.Backend) outbox.App {
	GinkgoHelper()
	app, err := store.PutApp(ctx, outbox.App{
		Name: "shop", Provider: "superai", Target: "http://127.0.0.1:1/hook",
		Secrets: map[string]string{"partner_code": "hidden"}, Headers: map[string]string{"X-Key": "hidden too"},
		Settings: map[string]string{"dialect": "plain"}, Speed: 60,
	})
	Expect(err).NotTo(HaveOccurred())
	return app
}

// accept takes on so many events of an app.
func accept(ctx context.Context, store outbox.Backend, app outbox.App, count int) []int64 {
	GinkgoHelper()
	events := make([]outbox.Event, count)
	for i := range events {
		events[i] = outbox.Event{App: app.ID, Type: "update_status", Object: fmt.Sprintf("S%06d", i), Body: fmt.Appendf(nil, `{"n":%d}`, i)}
	}
	ids, err := store.Accept(ctx, events)
	Expect(err).NotTo(HaveOccurred())
	Expect(ids).To(HaveLen(count))
	return ids
}

// run lets a store deliver until the spec is over, or what it returns is called.
func run(store outbox.Backend, deliver outbox.Deliver, atOnce int) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx, deliver, atOnce) }()
	stop = sync.OnceFunc(func() {
		cancel()
		Eventually(done).WithTimeout(patience).Should(Receive(BeNil()))
	})
	DeferCleanup(stop)
	return stop
}

// target counts what it gets, and answers as it is told.
type target struct {
	mu     sync.Mutex
	got    map[int64]int // by event
	busy   map[int64]bool
	double []int64 // events that came while they were being delivered already
	answer func(outbox.Event) outbox.Result
}

func newTarget(answer func(outbox.Event) outbox.Result) *target {
	return &target{got: map[int64]int{}, busy: map[int64]bool{}, answer: answer}
}

// Deliver is an outbox.Deliver.
func (t *target) Deliver(_ context.Context, _ outbox.App, event outbox.Event) (outbox.Result, error) {
	t.mu.Lock()
	if t.busy[event.ID] {
		t.double = append(t.double, event.ID)
	}
	t.busy[event.ID] = true
	t.got[event.ID]++
	t.mu.Unlock()
	result := t.answer(event)
	t.mu.Lock()
	t.busy[event.ID] = false
	t.mu.Unlock()
	return result, nil
}

func (t *target) times(id int64) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.got[id]
}

func (t *target) twice() []int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.double
}

func (t *target) events() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.got)
}

func attempt(event outbox.Event, status int) outbox.Attempt {
	return outbox.Attempt{
		ByHand: event.ByHand, Started: time.Now().UTC(), Took: 3 * time.Millisecond, Status: status, Outcome: "whatever",
		Request: outbox.Request{Method: "POST", URL: "http://127.0.0.1:1/hook", Header: [][2]string{{"X-Key", "***"}}},
		Answer:  []byte("a\x00b\xff"),
	}
}

func accepted(event outbox.Event) outbox.Result {
	return outbox.Result{Attempt: attempt(event, 200), State: outbox.Delivered}
}

func failed(event outbox.Event) outbox.Result {
	return outbox.Result{Attempt: attempt(event, 500), State: outbox.Failed}
}

// after refuses so many times, and has the next attempt made after a while.
func after(times int, wait time.Duration) func(outbox.Event) outbox.Result {
	return func(event outbox.Event) outbox.Result {
		if event.Times < times {
			return outbox.Result{Attempt: attempt(event, 500), State: outbox.Due, Next: time.Now().Add(wait)}
		}
		return accepted(event)
	}
}

// state is where an event has got; for Eventually.
func state(ctx context.Context, store outbox.Backend, id int64) func() (outbox.State, error) {
	return func() (outbox.State, error) {
		event, err := store.Event(ctx, id)
		return event.State, err
	}
}

// count is how many events there are in a state; for Eventually.
func count(ctx context.Context, store outbox.Backend, state outbox.State) func() (int, error) {
	return func() (int, error) {
		stats, err := store.Stats(ctx)
		return stats.ByState[state], err
	}
}
