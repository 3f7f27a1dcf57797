package delivery

import (
	"context"
	"time"
)

// Send makes one attempt, counted from 1, and reads its answer as the provider
// does.
type Send func(ctx context.Context, attempt int) Outcome

// Options are how a policy is run.
type Options struct {
	// Speed is how many times faster than the provider the waits pass: at 60000 five
	// minutes are five milliseconds. 1 and everything below is real time.
	Speed float64
	// Watch is told of every attempt as soon as it is over; nil tells nobody.
	Watch func(Attempt)
}

// Run sends one event until it is accepted, the policy gives up, or the context
// ends; a context that has ended already makes no attempt. An attempt that fails
// while the context ends is kept in the journal, and the journal's end is Canceled:
// what became of such an attempt says nothing about the receiver.
func Run(ctx context.Context, policy Policy, options Options, send Send) *Journal {
	journal := &Journal{Policy: policy}
	for due, number := time.Duration(0), 1; ctx.Err() == nil; number++ {
		attempt := journal.attempt(ctx, send, Attempt{Due: due})
		if options.Watch != nil {
			options.Watch(attempt)
		}
		wait, again := policy.Next(number, attempt.Outcome)
		if !again {
			journal.End = policy.end(ctx, attempt.Outcome)
			return journal
		}
		due += wait
		pause(ctx, Compress(wait, options.Speed))
	}
	journal.End = Canceled
	return journal
}

// end is why nothing follows an attempt with this outcome.
func (p Policy) end(ctx context.Context, outcome Outcome) End {
	switch {
	case outcome == Accepted:
		return WasAccepted
	case ctx.Err() != nil:
		return Canceled
	case p.retries(outcome):
		return UsedUp
	default:
		return NotRetried
	}
}

// Compress is how long a wait lasts at a speed, rounded up so that no attempt comes
// early. 1 and everything below is real time.
func Compress(wait time.Duration, speed float64) time.Duration {
	if !(speed > 1) { // not a number is real time too
		return wait
	}
	return min(wait, time.Duration(float64(wait)/speed)+1)
}

// pause waits, or returns at once when the context ends.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
