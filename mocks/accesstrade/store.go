package accesstrade

import (
	"context"
	"sync"
	"time"
)

// The states of an order, as the document numbers them.
const (
	Pending   = 0
	Success   = 1
	Cancelled = -1
)

// Order is what the endpoint knows of one order.
type Order struct {
	ID     string    `json:"transaction_id"`
	Time   time.Time `json:"transaction_time"` // to the millisecond
	Status int       `json:"status"`           // Pending, Success or Cancelled
	// Value is the reported total and Discount the discount, in VND and as they were
	// written; empty when they were not reported.
	Value    string `json:"transaction_value,omitempty"`
	Discount string `json:"transaction_discount,omitempty"`
	Session  string `json:"session_id,omitempty"`
	Products int    `json:"products"` // how many kinds of product
	// Postbacks is how often the order was reported, and Reported when, at first and
	// at last; Changed is when a postback or a bulk update last touched it.
	Postbacks int       `json:"postbacks"`
	Reported  time.Time `json:"reported"`
	Changed   time.Time `json:"changed"`
}

// Change is a new state for one order.
type Change struct {
	ID     string
	Status int
}

// Filter picks orders. The zero Filter picks all.
type Filter struct {
	// From and Before bound the order's own time, From included; a zero time is no
	// bound.
	From, Before time.Time
	// Status is the state wanted; nil wants them all.
	Status *int
}

// Store keeps orders. It is safe for concurrent use, and each of its methods
// happens as a whole or not at all.
type Store interface {
	// Put keeps an order, in place of the one with the same ID if there is one,
	// whose Reported time and count of Postbacks it carries on; it tells whether there was one.
	Put(ctx context.Context, order Order) (repeated bool, err error)
	// Change gives orders new states, in the order given, at a time. It returns the
	// IDs that it does not know; unless skip is set, one of them is enough to change
	// nothing.
	Change(ctx context.Context, changes []Change, at time.Time, skip bool) (unknown []string, err error)
	// List returns the orders that fit, in the order in which they were first
	// reported.
	List(ctx context.Context, filter Filter) ([]Order, error)
}

// Memory is a Store in memory. It holds a limited number of orders and forgets the
// one that was first reported the longest time ago.
type Memory struct {
	limit int

	mu     sync.Mutex
	orders []Order        // grows up to the limit and is then written round
	oldest int            // where the one is that was first reported first
	places map[string]int // in orders, by ID
}

// NewMemory returns an empty store for so many orders; 0 means 10000.
func NewMemory(limit int) *Memory {
	if limit <= 0 {
		limit = 10_000
	}
	return &Memory{limit: limit, places: map[string]int{}}
}

// Put keeps an order.
func (m *Memory) Put(_ context.Context, order Order) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	order.Postbacks = 1
	if place, repeated := m.places[order.ID]; repeated {
		before := m.orders[place]
		order.Postbacks += before.Postbacks
		order.Reported = before.Reported
		m.orders[place] = order
		return true, nil
	}
	m.places[order.ID] = m.append(order)
	return false, nil
}

// append adds an order, in place of the oldest one where there are enough, and returns
// its place.
func (m *Memory) append(order Order) (place int) {
	if len(m.orders) < m.limit {
		m.orders = append(m.orders, order)
		return len(m.orders) - 1
	}
	place = m.oldest
	delete(m.places, m.orders[place].ID)
	m.orders[place] = order
	m.oldest = (place + 1) % m.limit
	return place
}

// Change gives orders new states.
func (m *Memory) Change(_ context.Context, changes []Change, at time.Time, skip bool) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var unknown []string
	for _, c := range changes {
		if _, known := m.places[c.ID]; !known {
			unknown = append(unknown, c.ID)
		}
	}
	if len(unknown) > 0 && !skip {
		return unknown, nil
	}
	for _, c := range changes {
		if place, known := m.places[c.ID]; known {
			m.orders[place].Status, m.orders[place].Changed = c.Status, at
		}
	}
	return unknown, nil
}

// List returns the orders that fit.
func (m *Memory) List(_ context.Context, filter Filter) ([]Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := []Order{}
	for n := range m.orders {
		if order := m.orders[(m.oldest+n)%len(m.orders)]; filter.picks(order) {
			found = append(found, order)
		}
	}
	return found, nil
}

func (f Filter) picks(o Order) bool {
	return (f.From.IsZero() || !o.Time.Before(f.From)) &&
		(f.Before.IsZero() || o.Time.Before(f.Before)) &&
		(f.Status == nil || o.Status == *f.Status)
}
