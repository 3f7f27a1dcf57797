package outboxtest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Setup is how the suite gets at a backend.
type Setup struct {
	// New prepares an empty database, which is gone after the test. What it returns opens
	// a backend on it: once more after the last one was closed, and while others are open
	// where Replicas is set.
	New func(t *testing.T) (open func(t *testing.T) outbox.Backend)
	// Replicas says that several backends may share a database.
	Replicas bool
}

// property is one thing that a backend promises.
type property struct {
	name string
	test func(w *world)
}

// Conformance runs the whole suite as subtests.
func Conformance(t *testing.T, setup Setup) {
	all := [][]property{acceptance, deliveries, resends, interruptions, pages, history, apps}
	if setup.Replicas {
		all = append(all, replicas)
	}
	for _, some := range all {
		for _, p := range some {
			t.Run(p.name, func(t *testing.T) { p.test(newWorld(t, setup)) })
		}
	}
}

// patience is how long something may take that should be over at once, on a busy machine.
const patience = 30 * time.Second

// world is one database, with a backend open on it.
type world struct {
	*testing.T
	gomega.Gomega
	outbox.Backend
	open func(t *testing.T) outbox.Backend
	ctx  context.Context
}

func newWorld(t *testing.T, setup Setup) *world {
	g := gomega.NewWithT(t)
	g.SetDefaultEventuallyTimeout(patience)
	g.SetDefaultEventuallyPollingInterval(2 * time.Millisecond)
	w := &world{T: t, Gomega: g, open: setup.New(t), ctx: t.Context()}
	w.Backend = w.open(t)
	t.Cleanup(func() { _ = w.Backend.Close() }) // a test may have closed it
	return w
}

// another opens one more backend on the same database.
func (w *world) another() *world {
	w.Helper()
	other := *w
	other.Backend = w.open(w.T)
	w.Cleanup(func() { _ = other.Backend.Close() })
	return &other
}

// reopen closes the backend and opens the database again.
func (w *world) reopen() {
	w.Helper()
	w.Expect(w.Backend.Close()).To(gomega.Succeed())
	w.Backend = w.open(w.T)
}

// app stores one.
func (w *world) app(change ...func(*outbox.App)) outbox.App {
	w.Helper()
	app := outbox.App{
		Name: "shop", Provider: "superai", Target: "http://127.0.0.1:1/hook", Speed: 60,
		Secrets: map[string]string{"partner_code": "PARTNER-42"}, Headers: map[string]string{"X-Shop": "seven"}, Settings: map[string]string{},
	}
	for _, do := range change {
		do(&app)
	}
	stored, err := w.PutApp(w.ctx, app)
	w.Expect(err).NotTo(gomega.HaveOccurred())
	return stored
}

// accept takes on so many events of an app, whose objects are numbered.
func (w *world) accept(app outbox.App, count int) []int64 {
	w.Helper()
	events := make([]outbox.Event, count)
	for i := range events {
		events[i] = outbox.Event{App: app.ID, Type: "update_status", Object: fmt.Sprintf("S%04d", i), Body: fmt.Appendf(nil, `{"n":%d}`, i)}
	}
	ids, err := w.Accept(w.ctx, events)
	w.Expect(err).NotTo(gomega.HaveOccurred())
	w.Expect(ids).To(gomega.HaveLen(count))
	return ids
}

// run delivers until the test is over or what it returns is called.
func (w *world) run(deliver outbox.Deliver, atOnce int) (stop func()) {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	backend := w.Backend
	go func() { done <- backend.Run(ctx, deliver, atOnce) }()
	stop = sync.OnceFunc(func() {
		w.Helper()
		cancel()
		w.Eventually(done).Should(gomega.Receive(gomega.BeNil()))
	})
	w.Cleanup(stop)
	return stop
}

// event reads one.
func (w *world) event(id int64) outbox.Event {
	w.Helper()
	event, err := w.Event(w.ctx, id)
	w.Expect(err).NotTo(gomega.HaveOccurred())
	return event
}

// attempts reads an event's.
func (w *world) attempts(id int64) []outbox.Attempt {
	w.Helper()
	attempts, err := w.Attempts(w.ctx, id)
	w.Expect(err).NotTo(gomega.HaveOccurred())
	return attempts
}

// settles waits until an event is in a state.
func (w *world) settles(id int64, state outbox.State) {
	w.Helper()
	w.Eventually(func() (outbox.State, error) {
		event, err := w.Event(w.ctx, id)
		return event.State, err
	}).Should(gomega.Equal(state), "event %d", id)
}

// count waits until so many events are in a state.
func (w *world) counts(state outbox.State, number int) {
	w.Helper()
	w.Eventually(func() (int, error) {
		stats, err := w.Stats(w.ctx)
		return stats.ByState[state], err
	}).Should(gomega.Equal(number))
}

// find asks for events and gives their IDs.
func (w *world) find(query outbox.Query) []int64 {
	w.Helper()
	events, err := w.Events(w.ctx, query)
	w.Expect(err).NotTo(gomega.HaveOccurred())
	ids := make([]int64, len(events))
	for i, event := range events {
		ids[i] = event.ID
	}
	return ids
}
