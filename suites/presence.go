package suites

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/khop-dev/khop/suites/target"
)

// insistOnTarget ends the check when a reply shows that the target is gone.
func (p *Probe) insistOnTarget(ctx context.Context, reply Reply) {
	switch failure := reply.Failure; {
	case failure == nil:
	case ctx.Err() != nil, failure.Kind == target.Canceled:
		panic(interrupted{context.Cause(ctx)})
	case failure.Kind == target.TLS:
		panic(gone{failure})
	case failure.Kind == target.Unreachable: // it was waited for already
		if err := p.target.Alive(ctx, aMoment); err != nil {
			panic(gone{failure})
		}
	case failure.Kind == target.Closed && p.machine != nil && p.baseline.took == 0:
		// An engine takes connections for a container that has ended already.
		if ended := p.machine.Ended(ctx); ended != nil {
			panic(gone{ended})
		}
	case failure.Kind == target.Closed && p.target.Alive(ctx, 0) != nil:
		if err := p.target.Alive(ctx, p.baseline.recovery()); err != nil {
			panic(gone{fmt.Errorf("it went away during %q: %w", reply.exchange.Note, err)})
		}
		p.insistOnEndurance(ctx, reply.exchange.Delivery)
	}
}

// insistOnEndurance sends again what a target has gone away over that somebody started
// anew: it may have been a coincidence. Twice, it ends the process.
func (p *Probe) insistOnEndurance(ctx context.Context, d Delivery) {
	again := d
	again.Note += ", once more after the target was started again"
	reply := p.transmit(ctx, again)
	if reply.Failure == nil || reply.Failure.Kind != target.Closed || p.target.Alive(ctx, 0) == nil {
		return
	}
	reply.exchange.disappoint("an answer, and a target that goes on", "the target went away")
	_ = p.target.Alive(ctx, p.baseline.recovery()) // for the checks that follow
	panic(disappointed{fmt.Sprintf("%s: the target went away, was started again, and went away again: it takes one request to end it", d.Note)})
}

// recovery is how long a target may be away until it counts as gone. One that has
// answered already may have fallen over a delivery, and be started again by whoever
// watches over it.
func (b *baseline) recovery() time.Duration {
	if b.took > 0 {
		return 5 * time.Second
	}
	return aMoment
}

// aMoment is how long a target that was not there yet may be away.
const aMoment = 500 * time.Millisecond

// insistOnAnswers ends the check when the target does not answer an ordinary
// delivery any more: it has stopped, and waiting for it check after check would take
// an hour and say nothing.
func (p *Probe) insistOnAnswers(ctx context.Context) {
	d := p.Genuine(p.Usual())
	d.Note += ", to see whether the target still answers"
	reply := p.try(ctx, d)
	p.insistOnTarget(ctx, reply)
	if reply.Failure != nil && reply.Failure.Kind == target.Timeout {
		panic(gone{errors.New("it takes connections and no longer answers anything")})
	}
}
