package suites

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/suites/target"
)

// longestPause is how long the provider's longest wait takes in a run, unless the
// user chose a speed.
const longestPause = 10 * time.Millisecond

// policy is the provider's own, in this account.
func (p *Probe) policy() delivery.Policy { return p.Provider.Policy(p.Account) }

// speed compresses the policy's schedule.
func (p *Probe) speed() float64 {
	if p.hurry > 0 {
		return p.hurry
	}
	longest := longestPause
	for _, wait := range p.policy().Waits {
		longest = max(longest, wait)
	}
	return float64(longest) / float64(longestPause)
}

// retried is the first fault after which the provider tries again.
func (p *Probe) retried() target.Fault {
	for _, f := range []target.Fault{target.Refuse, target.Swallow, target.ResetAfter} {
		if slices.Contains(p.policy().On, outcomeOf(f)) {
			return f
		}
	}
	return target.NoFault
}

// outcomeOf is how the provider sees a fault.
func outcomeOf(fault target.Fault) delivery.Outcome {
	switch fault {
	case target.Refuse:
		return delivery.Unopened
	case target.Swallow, target.Late:
		return delivery.TimedOut
	}
	return delivery.Broken
}

// outcome is how the provider sees a reply.
func (p *Probe) outcome(r Reply) delivery.Outcome {
	if r.Failure == nil {
		if accepted(r) {
			return delivery.Accepted
		}
		return delivery.Refused
	}
	return r.Failure.Outcome()
}

// course is the life of one event under the provider's policy, over a link that
// fails as planned and then no more.
type course struct {
	probe    *Probe
	delivery Delivery
	faults   []target.Fault
	replies  []Reply
	journal  *delivery.Journal
}

// longAgo is a genuine delivery of an event that happened as long ago as the
// policy's last attempt is late: what a compressed schedule delivers must look the
// way it would at its true time.
func (p *Probe) longAgo(e mocks.Event) Delivery {
	born := p.Sequel(p.Fresh(e), -p.policy().Total())
	return p.Carrying(born, "%s of %s ago", e, p.policy().Total())
}

// follow runs the course to its end.
func (p *Probe) follow(ctx context.Context, d Delivery, faults ...target.Fault) *course {
	c := &course{probe: p, delivery: d, faults: faults}
	c.journal = delivery.Run(ctx, p.policy(), delivery.Options{Speed: p.speed()}, c.attempt)
	return c
}

// attempt makes one attempt and tells how the provider sees it.
func (c *course) attempt(ctx context.Context, number int) delivery.Outcome {
	d := c.delivery
	if number <= len(c.faults) && c.faults[number-1] != target.NoFault {
		d = d.In(target.Manner{Fault: c.faults[number-1]}, fmt.Sprintf("attempt %d, %s by the link", number, c.faults[number-1]))
	} else {
		d.Note += fmt.Sprintf(", attempt %d", number)
	}
	if due := c.probe.policy().Schedule(); number <= len(due) {
		d.Attempt, d.Due = number, due[number-1]
	}
	reply := c.probe.try(ctx, d)
	c.replies = append(c.replies, reply)
	return c.probe.outcome(reply)
}

// last is the reply to the last attempt. It ends the check when the target is gone, and
// where no attempt was made: the context had ended before the first.
func (c *course) last(ctx context.Context) Reply {
	if len(c.replies) == 0 {
		panic(interrupted{context.Cause(ctx)})
	}
	reply := c.replies[len(c.replies)-1]
	c.probe.insistOnTarget(ctx, reply)
	return reply
}
