package suites

import (
	"context"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target"
)

// retryRules: the same event arrives again, or did not arrive whole, or late.
var retryRules = []rule{
	{
		Name: "redelivery", Area: Retry,
		Title: "an identical redelivery is acknowledged again",
		Why:   "The sender could not know that the first one arrived. Refused, it tries on or gives the event up as lost; either way somebody is called.",
		Fix:   "Recognise the event by its identity, do nothing a second time, and answer 200.",
		For:   demands{"superai": must(superaiSuccess), "mobio": must(mobioResend), "abaha": must(abahaRetry), "esms": must(esmsRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var again []Reply
			for _, d := range p.GenuineEach() {
				if !p.Send(ctx, d).Acknowledged() {
					continue
				}
				d.Note += ", delivered again"
				again = append(again, p.Send(ctx, d))
				if again[len(again)-1].Failure != nil {
					break // a hang each would take minutes
				}
				again = append(again, p.Send(ctx, d))
			}
			if len(again) == 0 {
				p.Skip("no first delivery was accepted, which other checks report")
			}
			g.Expect(again).To(Each(BeAccepted()))
		},
	},
	{
		Name: "answer-lost", Area: Retry,
		Title: "a redelivery is acknowledged when the first answer was lost on the way",
		Why:   "The connection broke after the work was done: the provider never saw the 200.",
		Fix:   "Keep what was applied when the client hangs up, and acknowledge the redelivery.",
		For:   demands{"superai": must(superaiSuccess), "mobio": must(mobioResend), "abaha": must(abahaRetry), "esms": must(esmsRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			d := p.Genuine(p.Usual())
			p.Send(ctx, d.In(target.Manner{LoseAnswer: true}, "answer lost"))
			d.Note += ", delivered again after its answer was lost"
			g.Expect(p.Send(ctx, d)).To(BeAccepted())
		},
	},
	{
		Name: "at-once", Area: Retry,
		Title: "identical deliveries that arrive at the same time are all acknowledged",
		Why:   "Two workers look whether the event is new, both find that it is, and one breaks on the unique key.",
		Fix:   "Let the database decide (insert, on conflict do nothing) and answer 200 in both cases.",
		For:   demands{"superai": must(superaiSuccess), "mobio": must(mobioResend), "abaha": must(abahaRetry), "esms": must(esmsRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			const rounds, twins = 4, 8
			var replies []Reply
			for range rounds {
				d := p.Genuine(p.Usual())
				d.Note += ", eight times at once"
				same := make([]Delivery, twins)
				for i := range same {
					same[i] = d
				}
				replies = append(replies, p.SendTogether(ctx, same)...)
			}
			g.Expect(replies).To(Each(BeAccepted()))
		},
	},
	{
		Name: "cut-off", Area: Retry,
		Title: "a delivery cut off half way is not acknowledged, and the whole one after it is",
		Why:   "Half an event that is acknowledged never comes whole.",
		Fix:   "Treat a body that is shorter than its Content-Length as an error.",
		For:   demands{"superai": must(superaiSignature), "mobio": must(mobioSignature), "abaha": must(abahaAnswer)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			d := p.Genuine(p.Usual())
			half := p.Send(ctx, d.In(target.Manner{CutAfter: len(d.Body) / 2}, "cut off half way"))
			g.Expect(half).To(BeRefused())
			nearly := p.Send(ctx, d.In(target.Manner{CutAfter: len(d.Body) - 1}, "cut off before the last byte"))
			g.Expect(nearly).To(BeRefused())
			d.Note += ", whole after being cut off"
			g.Expect(p.Send(ctx, d)).To(BeAccepted())
		},
	},
	{
		Name: "next-event", Area: Retry,
		Title: "a later event of the same thing is accepted",
		Why:   "A deal, a parcel, an order lives on: it has many events, its state also goes back (postponed after out for delivery), and what looks like the end is none (reconciled after delivered). A receiver that takes the first event of a thing, rising states only, or none for a closed one, loses the others.",
		Fix:   "Recognise an event by its own identity, not by the thing that it is about; take any state after any other.",
		For: demands{
			"superai": must(superaiDoc + ", Cập Nhật Mẫu: an update with every change of state"),
			"mobio":   must(mobioSales + ", every section: an event with every change of a deal"),
			"abaha":   must(abahaDoc + ", section A: an event with every change of an order, product or customer"),
			"esms":    should(esmsTable + ": SendStatus tells the stations of one message"),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var later []Reply
			for _, e := range p.Events() {
				first, next := p.firstAndNext(e, time.Minute)
				p.Send(ctx, p.Carrying(first, "%s, the first", e))
				later = append(later, p.Send(ctx, p.Carrying(next, "%s, a later one of the same thing", e)))
			}
			for _, r := range p.profile.routes {
				later = append(later, p.along(ctx, r)...)
			}
			g.Expect(later).To(Each(BeAccepted()))
		},
	},
	{
		Name: "stale", Area: Retry,
		Title: "an older event that arrives after a newer one gets no 5xx",
		Why:   "A resend is older than what came in between. A state machine that throws on a step back turns it into an outage.",
		Fix:   "Compare the event's time with the last applied one; acknowledge and ignore what is older.",
		For:   demands{"superai": must(superaiSuccess + "; " + ownFault), "mobio": must(mobioResend), "abaha": must(abahaRetry), "esms": must(esmsRetry)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var stale []Reply
			for _, e := range p.Events() {
				newer := p.Fresh(e)
				p.Send(ctx, p.Carrying(newer, "%s, the newer one first", e))
				older := p.Sequel(newer, -10*time.Minute)
				stale = append(stale, p.Send(ctx, p.Carrying(older, "%s, ten minutes older than the one before", e)))
			}
			g.Expect(stale).To(Each(BeSurvived()))
		},
	},
}
