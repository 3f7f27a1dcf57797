package outbox

import (
	"context"
	"errors"
	"time"
)

// Deliver makes one attempt of an event. It does not fail: whatever goes wrong is part
// of the result. A context that ends in the middle makes it return ErrInterrupted, and
// the attempt counts as not made.
type Deliver func(ctx context.Context, app App, event Event) (Result, error)

// ErrInterrupted is why an attempt was not made: khop is stopping.
var ErrInterrupted = errors.New("interrupted")

// ErrUnknown is why something cannot be found: there is none by that ID.
var ErrUnknown = errors.New("there is none")

// Backend stores apps, events and attempts, and runs the queue. It is safe for
// concurrent use; each method happens as a whole or not at all.
type Backend interface {
	// PutApp stores an app, a new one without an ID or a changed one, and returns it.
	PutApp(ctx context.Context, app App) (App, error)
	App(ctx context.Context, id string) (App, error)
	Apps(ctx context.Context) ([]App, error) // oldest first
	// DropApp removes an app with its events and attempts.
	DropApp(ctx context.Context, id string) error

	// Accept takes events on: they are durable when it returns, and it returns their
	// IDs in order. App, Type, Object and Body of each are given.
	Accept(ctx context.Context, events []Event) ([]int64, error)
	// Run delivers what is due until ctx ends, at most so many at a time. Attempts
	// that a killed process left behind are made again.
	Run(ctx context.Context, deliver Deliver, atOnce int) error
	// Resend makes one more attempt of each event as soon as possible, outside the
	// policy. An event that is due already is not sent twice: where it waits for a later
	// attempt of its policy, that one is made now.
	Resend(ctx context.Context, ids ...int64) error
	// ResendFailed does so for every failed event that the query finds, and returns how
	// many. A limit of 0 sets none here.
	ResendFailed(ctx context.Context, query Query) (int, error)

	Event(ctx context.Context, id int64) (Event, error)
	Attempts(ctx context.Context, event int64) ([]Attempt, error) // in their order
	// Events finds events, newest first, without their bodies; a query that is Rising finds
	// the oldest, oldest first.
	Events(ctx context.Context, query Query) ([]Event, error)
	Stats(ctx context.Context) (Stats, error)
	// Prune forgets the oldest events that are not due, and their attempts.
	Prune(ctx context.Context, keep Keep) (int, error)
	// Watch tells of every event that was accepted or whose state has changed, until
	// ctx ends. Who reads too slowly misses some, and is told so by a Change without ID.
	Watch(ctx context.Context) <-chan Change

	// Healthy tells whether the store can be written.
	Healthy(ctx context.Context) error
	Close() error
}

// Query picks events. The zero Query finds the newest of all.
type Query struct {
	App    string
	State  State
	Type   string
	Search string // part of the object's identity, or the whole ID
	Before int64  // only events with a smaller ID: the next page
	After  int64  // only events with a greater ID
	Rising bool   // the oldest, in the order of their IDs: with After the page before
	Limit  int    // 0: DefaultLimit
}

// DefaultLimit is how many events a query finds at most, and MaxLimit the most that it
// may ask for.
const (
	DefaultLimit = 50
	MaxLimit     = 1000
)

// Change is news of one event.
type Change struct {
	ID    int64  `json:"id"` // 0: some were missed
	App   string `json:"app"`
	State State  `json:"state"`
	Times int    `json:"times"`
}

// Stats counts the events.
type Stats struct {
	Events  int           `json:"events"`
	ByState map[State]int `json:"by_state"`
	Oldest  time.Time     `json:"oldest"` // due time of the event that has waited longest; zero where none is due
}

// Keep bounds the history; zero bounds nothing.
type Keep struct {
	Age  time.Duration
	Rows int
}
