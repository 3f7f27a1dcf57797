package pages_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// memory is an outbox for tests: everything is in memory, and nothing is durable.
type memory struct {
	mu       sync.Mutex
	apps     []outbox.App
	events   []outbox.Event // in their order: the first has ID 1
	attempts map[int64][]outbox.Attempt
	hub      *outbox.Hub
	wake     chan struct{}
	broken   error // what every call of it answers
}

var _ outbox.Backend = (*memory)(nil)

func newMemory() *memory {
	return &memory{attempts: map[int64][]outbox.Attempt{}, hub: &outbox.Hub{}, wake: make(chan struct{}, 1)}
}

func (m *memory) lock() func() { m.mu.Lock(); return m.mu.Unlock }

func (m *memory) PutApp(_ context.Context, app outbox.App) (outbox.App, error) {
	defer m.lock()()
	defer m.nudge()
	if app.ID == "" {
		app.ID, app.Created = fmt.Sprintf("app_%d", len(m.apps)+1), time.Now()
		m.apps = append(m.apps, app)
		return app, m.broken
	}
	for i := range m.apps {
		if m.apps[i].ID == app.ID {
			m.apps[i] = app
		}
	}
	return app, m.broken
}

func (m *memory) App(_ context.Context, id string) (outbox.App, error) {
	defer m.lock()()
	return m.app(id)
}

func (m *memory) app(id string) (outbox.App, error) {
	for _, app := range m.apps {
		if app.ID == id {
			return app, m.broken
		}
	}
	return outbox.App{}, fmt.Errorf("app %q: %w", id, outbox.ErrUnknown)
}

func (m *memory) Apps(context.Context) ([]outbox.App, error) {
	defer m.lock()()
	return slices.Clone(m.apps), m.broken
}

// hurry sets an app's time scale while others may look at it.
func (m *memory) hurry(id string, speed float64) {
	defer m.lock()()
	for i := range m.apps {
		if m.apps[i].ID == id {
			m.apps[i].Speed = speed
		}
	}
}

func (m *memory) DropApp(_ context.Context, id string) error {
	defer m.lock()()
	if _, err := m.app(id); err != nil {
		return err
	}
	m.apps = slices.DeleteFunc(m.apps, func(a outbox.App) bool { return a.ID == id })
	for i := range m.events {
		if m.events[i].App == id {
			m.events[i].App = "" // nobody finds it any more
		}
	}
	return nil
}

func (m *memory) Accept(_ context.Context, events []outbox.Event) ([]int64, error) {
	defer m.lock()()
	if m.broken != nil {
		return nil, m.broken
	}
	var ids []int64
	for _, event := range events {
		event.ID, event.State = int64(len(m.events)+1), outbox.Due
		event.Created, event.Next, event.Updated = time.Now(), time.Now(), time.Now()
		m.events = append(m.events, event)
		ids = append(ids, event.ID)
		m.tell(event)
	}
	m.nudge()
	return ids, nil
}

func (m *memory) nudge() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

func (m *memory) tell(e outbox.Event) {
	m.hub.Tell(outbox.Change{ID: e.ID, App: e.App, State: e.State, Times: e.Times})
}

// Run delivers one event after another.
func (m *memory) Run(ctx context.Context, deliver outbox.Deliver, _ int) error {
	for {
		app, event, wait := m.next()
		if event.ID == 0 {
			select {
			case <-ctx.Done():
				return nil
			case <-m.wake:
			case <-time.After(wait):
			}
			continue
		}
		result, err := deliver(ctx, app, event)
		if err != nil {
			return nil
		}
		m.note(event.ID, result)
	}
}

// next is the event that is due, or how long it is until one is.
func (m *memory) next() (outbox.App, outbox.Event, time.Duration) {
	defer m.lock()()
	wait := time.Hour
	for _, event := range m.events {
		app, err := m.app(event.App)
		if err != nil || app.Paused || event.State != outbox.Due {
			continue
		}
		until := time.Until(event.Next)
		if until <= 0 {
			return app, event, 0
		}
		wait = min(wait, until)
	}
	return outbox.App{}, outbox.Event{}, wait
}

func (m *memory) note(id int64, result outbox.Result) {
	defer m.lock()()
	event := &m.events[id-1]
	m.attempts[id] = append(m.attempts[id], result.Attempt)
	event.Times++
	event.State, event.Next, event.ByHand, event.Updated = result.State, result.Next, false, time.Now()
	m.tell(*event)
}

func (m *memory) Resend(_ context.Context, ids ...int64) error {
	defer m.lock()()
	for _, id := range ids {
		if id > int64(len(m.events)) {
			return fmt.Errorf("event %d: %w", id, outbox.ErrUnknown)
		}
		if event := &m.events[id-1]; event.State != outbox.Due {
			event.State, event.ByHand, event.Next = outbox.Due, true, time.Now()
			m.tell(*event)
		}
	}
	m.nudge()
	return m.broken
}

func (m *memory) ResendFailed(ctx context.Context, query outbox.Query) (int, error) {
	query.State, query.Limit = outbox.Failed, outbox.MaxLimit
	failed, err := m.Events(ctx, query)
	if err != nil {
		return 0, err
	}
	var ids []int64
	for _, event := range failed {
		ids = append(ids, event.ID)
	}
	return len(ids), m.Resend(ctx, ids...)
}

func (m *memory) Event(_ context.Context, id int64) (outbox.Event, error) {
	defer m.lock()()
	if id < 1 || id > int64(len(m.events)) {
		return outbox.Event{}, fmt.Errorf("event %d: %w", id, outbox.ErrUnknown)
	}
	return m.events[id-1], m.broken
}

func (m *memory) Attempts(_ context.Context, event int64) ([]outbox.Attempt, error) {
	defer m.lock()()
	return slices.Clone(m.attempts[event]), m.broken
}

func (m *memory) Events(_ context.Context, q outbox.Query) ([]outbox.Event, error) {
	defer m.lock()()
	var found []outbox.Event
	events := slices.Clone(m.events)
	if !q.Rising {
		slices.Reverse(events)
	}
	for _, e := range events {
		fits := e.App != "" && (q.App == "" || e.App == q.App) && (q.State == "" || e.State == q.State) && (q.Type == "" || e.Type == q.Type) &&
			(q.Search == "" || strings.Contains(e.Object, q.Search) || fmt.Sprint(e.ID) == q.Search) &&
			(q.Before == 0 || e.ID < q.Before) && e.ID > q.After
		if fits && len(found) < cmp.Or(q.Limit, outbox.DefaultLimit) {
			found = append(found, e)
		}
	}
	return found, m.broken
}

func (m *memory) Stats(context.Context) (outbox.Stats, error) {
	defer m.lock()()
	stats := outbox.Stats{Events: len(m.events), ByState: map[outbox.State]int{}}
	for _, event := range m.events {
		stats.ByState[event.State]++
		if event.State == outbox.Due && (stats.Oldest.IsZero() || event.Next.Before(stats.Oldest)) {
			stats.Oldest = event.Next
		}
	}
	return stats, m.broken
}

func (m *memory) Prune(context.Context, outbox.Keep) (int, error) { return 0, nil }
func (m *memory) Watch(ctx context.Context) <-chan outbox.Change  { return m.hub.Watch(ctx) }
func (m *memory) Healthy(context.Context) error                   { return m.broken }
func (m *memory) Close() error                                    { m.hub.Close(); return nil }

// secretsOf are what an app lets somebody in with, for tests that look for them.
func (m *memory) secretsOf(id string) []string {
	defer m.lock()()
	app, _ := m.app(id)
	return slices.Concat(slices.Collect(maps.Values(app.Secrets)), slices.Collect(maps.Values(app.Headers)))
}
