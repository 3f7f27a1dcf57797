package outbox

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Farewell lets attempts that are under way when khop stops come to their end: a target
// that has taken an event has its answer put on record, and does not get it again.
type Farewell struct {
	stop  context.Context
	grace time.Duration

	underWay, cut atomic.Int64
}

// NewFarewell gives attempts so much time beyond the end of stop.
func NewFarewell(stop context.Context, grace time.Duration) *Farewell {
	return &Farewell{stop: stop, grace: grace}
}

// Deliver makes no attempt any more when its context has ended, and lets those that have
// begun go on where the reason for the end is that khop stops. Where a replica is told to
// give its events to another, they end at once.
func (f *Farewell) Deliver(deliver Deliver) Deliver {
	return func(ctx context.Context, app App, event Event) (Result, error) {
		if ctx.Err() != nil {
			return Result{}, ErrInterrupted
		}
		f.underWay.Add(1)
		defer f.underWay.Add(-1)
		longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
		defer cancel()
		defer context.AfterFunc(ctx, func() {
			if f.stop.Err() == nil {
				cancel()
				return
			}
			time.AfterFunc(f.grace, cancel)
		})()
		result, err := deliver(longer, app, event)
		if errors.Is(err, ErrInterrupted) {
			f.cut.Add(1)
		}
		return result, err
	}
}

// UnderWay is how many attempts are being made.
func (f *Farewell) UnderWay() int { return int(f.underWay.Load()) }

// Cut is how many had to be given up: each of their events is due still.
func (f *Farewell) Cut() int { return int(f.cut.Load()) }
