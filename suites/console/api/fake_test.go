package api_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// store is an outbox in memory. Nothing runs by itself in it: a spec settles events.
type store struct {
	mu       sync.Mutex
	apps     []outbox.App
	events   []outbox.Event // their IDs are their places, from 1
	attempts map[int64][]outbox.Attempt
	watchers map[chan outbox.Change]bool
	broken   error // what every method fails with, where it is set
}

var _ outbox.Backend = (*store)(nil)

func newStore() *store {
	return &store{attempts: map[int64][]outbox.Attempt{}, watchers: map[chan outbox.Change]bool{}}
}

// use locks the store for one method; it fails where the store is broken.
func (s *store) use() (func(), error) {
	s.mu.Lock()
	return s.mu.Unlock, s.broken
}

func (s *store) breakWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func (s *store) PutApp(_ context.Context, app outbox.App) (outbox.App, error) {
	done, err := s.use()
	defer done()
	if app.ID == "" {
		app.ID, app.Created = fmt.Sprintf("app_%d", len(s.apps)+1), time.Now()
		s.apps = append(s.apps, app)
		return app, err
	}
	at := slices.IndexFunc(s.apps, func(other outbox.App) bool { return other.ID == app.ID })
	if at < 0 {
		return app, outbox.ErrUnknown
	}
	s.apps[at] = app
	return app, err
}

func (s *store) App(_ context.Context, id string) (outbox.App, error) {
	done, err := s.use()
	defer done()
	for _, app := range s.apps {
		if app.ID == id {
			return app, err
		}
	}
	return outbox.App{}, errors.Join(err, fmt.Errorf("app %q: %w", id, outbox.ErrUnknown))
}

func (s *store) Apps(context.Context) ([]outbox.App, error) {
	done, err := s.use()
	defer done()
	return slices.Clone(s.apps), err
}

func (s *store) DropApp(_ context.Context, id string) error {
	done, err := s.use()
	defer done()
	before := len(s.apps)
	s.apps = slices.DeleteFunc(s.apps, func(app outbox.App) bool { return app.ID == id })
	if len(s.apps) == before {
		return outbox.ErrUnknown
	}
	return err
}

func (s *store) Accept(_ context.Context, events []outbox.Event) ([]int64, error) {
	done, err := s.use()
	defer done()
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, event := range events {
		event.ID, event.State = int64(len(s.events)+1), outbox.Due
		event.Created = time.Now()
		event.Updated, event.Next = event.Created, event.Created
		s.events = append(s.events, event)
		ids = append(ids, event.ID)
		s.tell(event)
	}
	return ids, nil
}

// forget makes room: what was accepted so far is gone.
func (s *store) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events, s.attempts = nil, map[int64][]outbox.Attempt{}
}

// settle notes an attempt as if it had been made.
func (s *store) settle(id int64, result outbox.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	event := &s.events[id-1]
	event.State, event.Next = result.State, result.Next
	event.Times++
	event.Updated = time.Now()
	result.Attempt.Event, result.Attempt.Number = id, event.Times
	s.attempts[id] = append(s.attempts[id], result.Attempt)
	s.tell(*event)
}

func (s *store) Run(ctx context.Context, _ outbox.Deliver, _ int) error {
	<-ctx.Done()
	return nil
}

func (s *store) Resend(_ context.Context, ids ...int64) error {
	done, err := s.use()
	defer done()
	for _, id := range ids {
		s.again(id)
	}
	return err
}

func (s *store) again(id int64) {
	event := &s.events[id-1]
	event.State, event.ByHand, event.Next = outbox.Due, true, time.Now()
	s.tell(*event)
}

func (s *store) ResendFailed(ctx context.Context, query outbox.Query) (int, error) {
	query.State = outbox.Failed
	found, err := s.Events(ctx, query)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, event := range found {
		s.again(event.ID)
	}
	return len(found), err
}

func (s *store) Event(_ context.Context, id int64) (outbox.Event, error) {
	done, err := s.use()
	defer done()
	if id < 1 || id > int64(len(s.events)) {
		return outbox.Event{}, errors.Join(err, fmt.Errorf("event %d: %w", id, outbox.ErrUnknown))
	}
	return s.events[id-1], err
}

func (s *store) Attempts(_ context.Context, event int64) ([]outbox.Attempt, error) {
	done, err := s.use()
	defer done()
	return slices.Clone(s.attempts[event]), err
}

func (s *store) Events(_ context.Context, query outbox.Query) ([]outbox.Event, error) {
	done, err := s.use()
	defer done()
	var found []outbox.Event
	events := slices.Clone(s.events)
	if !query.Rising {
		slices.Reverse(events)
	}
	for _, event := range events {
		if fits(event, query) && (query.Limit == 0 || len(found) < query.Limit) {
			found = append(found, event)
		}
	}
	return found, err
}

func fits(e outbox.Event, q outbox.Query) bool {
	return (q.App == "" || e.App == q.App) && (q.State == "" || e.State == q.State) &&
		(q.Type == "" || e.Type == q.Type) && (q.Before == 0 || e.ID < q.Before) && e.ID > q.After &&
		(strings.Contains(e.Object, q.Search) || strconv.FormatInt(e.ID, 10) == q.Search)
}

func (s *store) Stats(context.Context) (outbox.Stats, error) {
	done, err := s.use()
	defer done()
	stats := outbox.Stats{Events: len(s.events), ByState: map[outbox.State]int{}}
	for _, event := range s.events {
		stats.ByState[event.State]++
	}
	return stats, err
}

func (s *store) Prune(context.Context, outbox.Keep) (int, error) { return 0, nil }

func (s *store) Watch(ctx context.Context) <-chan outbox.Change {
	watcher := make(chan outbox.Change, 4096)
	s.mu.Lock()
	s.watchers[watcher] = true
	s.mu.Unlock()
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, watcher)
		close(watcher)
	})
	return watcher
}

// tell is called with the lock held.
func (s *store) tell(e outbox.Event) {
	for watcher := range s.watchers {
		watcher <- outbox.Change{ID: e.ID, App: e.App, State: e.State, Times: e.Times}
	}
}

func (s *store) Healthy(context.Context) error {
	done, err := s.use()
	defer done()
	return err
}

func (s *store) Close() error { return nil }
