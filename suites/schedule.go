package suites

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/target"
)

const backOff = "Take an event when it comes, however long after it happened, and acknowledge it again when it comes again."

// scheduleRules run the provider's own policy over a failing link: what the target
// gets is late, repeated or out of order, as it would be on a bad day.
var scheduleRules = []rule{
	{
		Name: "refused-connection", Area: Retry,
		Title: "an event whose connection was refused at first is accepted when it comes again",
		Why:   "After a deployment the events of the last minutes come again, as old as they are by then. A receiver that takes fresh ones only loses them all.",
		Fix:   backOff,
		For:   demands{"mobio": must(mobioResend), "abaha": must(abahaRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var last []Reply
			for _, e := range p.Events() {
				faults := slices.Repeat([]target.Fault{target.Refuse}, p.policy().Sends()-1)
				last = append(last, p.follow(ctx, p.longAgo(e), faults...).last(ctx))
			}
			g.Expect(last).To(Each(BeAccepted()))
		},
	},
	{
		Name: "answered-late", Area: Retry,
		Title: "an event whose answers came too late is accepted each time it comes again",
		Why:   "The provider gave up waiting although the work was done, and sends again.",
		Fix:   backOff,
		For:   demands{"esms": must(esmsRetry), "abaha": must(abahaRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			faults := slices.Repeat([]target.Fault{target.Swallow}, p.policy().Sends()-1)
			g.Expect(p.follow(ctx, p.longAgo(p.Usual()), faults...).last(ctx)).To(BeAccepted())
		},
	},
	{
		Name: "reset-then-whole", Area: Retry,
		Title: "an event whose connection was reset is accepted when it comes again",
		Why:   "A reset in the middle of a request leaves half an event behind; the whole one follows.",
		Fix:   "Apply an event only when all of it has arrived.",
		For:   demands{"abaha": must(abahaRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var last []Reply
			for _, faults := range [][]target.Fault{
				{target.ResetBefore, target.ResetDuring},
				{target.ResetDuring, target.ResetAfter},
			} {
				last = append(last, p.follow(ctx, p.longAgo(p.Usual()), faults...).last(ctx))
			}
			g.Expect(last).To(Each(BeAccepted()))
		},
	},
	{
		Name: "interleaved", Area: Retry,
		Title: "another event may arrive between two attempts of one",
		Why:   "While one event waits for its next attempt, others go on arriving. Their order is no order of time.",
		Fix:   "Keep what you know by event and by object, not in one place for all.",
		For:   demands{"mobio": must(mobioResend), "abaha": must(abahaRetry), "esms": must(esmsRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			first := &course{probe: p, delivery: p.longAgo(p.Usual()), faults: []target.Fault{p.retried()}}
			first.attempt(ctx, 1)
			between := p.Send(ctx, p.Genuine(p.Usual()))
			first.attempt(ctx, 2)
			g.Expect([]Reply{between, first.last(ctx)}).To(Each(BeAccepted()))
		},
	},
	{
		Name: "used-up", Area: Retry,
		Title: "an event that is sent again by hand, after all automatic sends failed, is accepted",
		Why:   "The shop's staff presses the button days later.",
		Fix:   backOff,
		For:   demands{"abaha": must(abahaDoc + ", section C.I.7: an event can be sent again by hand")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			faults := slices.Repeat([]target.Fault{target.Refuse}, p.policy().Sends())
			lying := p.births.past(p.Provider, p.Usual().Payload, daysLying*24*time.Hour)
			c := p.follow(ctx, p.Carrying(lying, "%s of %d days ago", p.Usual(), daysLying), faults...)
			c.journal.Resend(ctx, c.attempt)
			g.Expect(c.last(ctx)).To(BeAccepted())
		},
	},
	{
		Name: "flapping", Area: Retry,
		Title: "a burst of events over a link that fails now and then all arrive in the end",
		Why:   "Outages end with a flood: old events, new ones and repeated ones at the same time.",
		Fix:   backOff,
		For:   demands{"mobio": must(mobioResend), "abaha": must(abahaRetry), "esms": must(esmsRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var last []Reply
			for _, c := range p.flap(ctx, p.Events()) {
				last = append(last, c.last(ctx))
			}
			g.Expect(p.stragglers(ctx, last)).To(Each(BeAccepted()))
		},
	},
}

// daysLying is how long an event may lie until somebody sees that it never arrived: over
// Tết, nobody is in the shop.
const daysLying = 9

// flap sends a burst of events over a link that fails each of them once or more.
func (p *Probe) flap(ctx context.Context, events []mocks.Event) []*course {
	const many = 32
	own := *p
	own.over = p.target.Patient()
	courses := make([]*course, many)
	var all sync.WaitGroup
	for i := range many {
		d := p.longAgo(events[i%len(events)])
		faults := slices.Repeat([]target.Fault{p.retried()}, 1+i%(p.policy().Sends()-1))
		all.Go(func() { courses[i] = own.follow(ctx, d, faults...) })
	}
	all.Wait()
	return courses
}
