package postgres

import (
	"context"
	"sync"
	"time"
)

// alarm wakes the keeper at the earliest time that somebody has set.
type alarm struct {
	mu     sync.Mutex
	at     time.Time // zero: none is set
	nearer chan struct{}
}

func newAlarm() *alarm { return &alarm{nearer: make(chan struct{}, 1)} }

// set makes the alarm go off at a time, or at the one set before if that is earlier.
func (a *alarm) set(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.at.IsZero() && !at.Before(a.at) {
		return
	}
	a.at = at
	select {
	case a.nearer <- struct{}{}:
	default: // it has been told
	}
}

// ring sets the alarm off.
func (a *alarm) ring() { a.set(time.Unix(0, 0)) }

// wait waits until the alarm goes off, but no longer than last, and clears it.
func (a *alarm) wait(ctx context.Context, last time.Time) {
	for {
		timer := time.NewTimer(time.Until(a.earliest(last)))
		select {
		case <-timer.C:
			a.clear()
			return
		case <-ctx.Done():
			timer.Stop()
			return
		case <-a.nearer:
			timer.Stop()
		}
	}
}

func (a *alarm) earliest(last time.Time) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at.IsZero() || a.at.After(last) {
		return last
	}
	return a.at
}

// clear forgets what was set: who waits looks for everything that is due, and for what
// comes next.
func (a *alarm) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = time.Time{}
}
