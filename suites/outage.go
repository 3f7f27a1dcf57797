package suites

import (
	"context"
	"sync"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// Outages need a machine that khop may disturb. What they demand follows from one
// sentence that every provider has in some form: what was acknowledged is done, and
// is not sent again.
var outageRules = []rule{
	outage("killed-between", "an event that was acknowledged is remembered when the target was killed and started again",
		"A deployment, a crash, a power failure. An event that was only in memory is lost, and one that is not recognised afterwards is booked twice.",
		"Store the event, and that it was applied, in one transaction on disk before answering.",
		outageSources,
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var payloads []rawjson.Value
			var replies []Reply
			for _, e := range p.Events() {
				payload := p.Fresh(e)
				if reply := p.Send(ctx, p.Carrying(payload, "%s, before the target is killed", e)); reply.Acknowledged() {
					payloads, replies = append(payloads, payload), append(replies, reply)
				}
			}
			if len(replies) == 0 {
				p.Skip("no delivery was accepted before the outage, which other checks report")
			}
			p.restart(ctx)
			p.expectAll(ctx, g, payloads, replies)
			d := replies[0].exchange.Delivery
			d.Note += ", and again after it was started"
			reply := p.Send(ctx, d)
			g.Expect(reply).To(BeAccepted())
			p.expectOnce(ctx, g, payloads[0], reply)
		}),
	outage("stopped-long", "a target that was away for the provider's whole schedule takes the events that come afterwards",
		"The weekend's outage is over, the provider has given up on some events, and the first new one meets a process that was never tested cold.",
		"Start without anything from before: connections, caches and queues are rebuilt, not assumed.",
		outageSources,
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			payload := p.Sequel(p.Fresh(p.Usual()), -p.policy().Total())
			missed := p.Carrying(payload, "%s, missed in the outage", p.Usual())
			p.disturb(ctx, p.machine.Kill)
			c := &course{probe: p, delivery: missed}
			for number := range p.policy().Sends() {
				c.attempt(ctx, number+1)
			}
			p.disturb(ctx, p.machine.Start)
			missed.Note += ", sent by hand after it"
			late, next := p.Send(ctx, missed), p.Send(ctx, p.Genuine(p.Usual()))
			g.Expect([]Reply{late, next}).To(Each(BeAccepted()))
			p.expectOnce(ctx, g, payload, late)
		}),
	outage("killed-in-burst", "a target that is killed in the middle of a burst has every event once in the end",
		"A restart meets traffic. What was half done must be done again, what was acknowledged must be there, and nothing twice.",
		"Store the event, and that it was applied, in one transaction on disk before answering.",
		outageSources,
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			payloads, deliveries := p.crowdOf(burstOfOutage)
			replies := p.killedAmid(ctx, deliveries)
			for i, reply := range replies {
				if reply.Failure != nil {
					d := deliveries[i]
					d.Note += ", again after the target was started"
					replies[i] = p.Send(ctx, d)
				}
			}
			g.Expect(replies).To(Each(BeAccepted()))
			p.expectAll(ctx, g, payloads, replies)
		}),
	// The last: a target that takes the pause badly may go on doing so.
	outage("paused", "a delivery that falls into a pause is accepted when it is sent again",
		"A garbage collection, a snapshot, a full disk: the process stands still, the provider gives up waiting and tries again, and then both copies are there.",
		"Recognise the event by its identity, also where two copies of it are being worked on at the same time.",
		outageSources,
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			payload := p.Fresh(p.Usual())
			d := p.Carrying(payload, "%s", p.Usual())
			p.disturb(ctx, p.machine.Pause)
			hurried := d
			hurried.Note += ", while the target is paused"
			p.soon().try(ctx, hurried)
			p.disturb(ctx, p.machine.Resume)
			d.Note += ", again after the pause"
			reply := p.Send(ctx, d)
			g.Expect(reply).To(BeAccepted())
			p.expectOnce(ctx, g, payload, reply)
		}),
}

// burstOfOutage is how many events are under way when the target is killed.
const burstOfOutage = 48

var outageSources = demands{
	"superai": must(superaiSuccess),
	"mobio":   must(mobioResend),
	"abaha":   must(abahaRetry),
	"esms":    must(esmsRetry),
}

// outage is a rule that needs a machine.
func outage(name, title, why, fix string, by demands, run func(context.Context, *Probe, gomega.Gomega)) rule {
	return rule{Name: name, Area: Outage, Title: title, Why: why, Fix: fix, For: by, Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
		if p.machine == nil {
			panic(unobserved{howToDisturb})
		}
		run(ctx, p, g)
	}}
}

const howToDisturb = "an outage cannot be made: give --image or --build, so that khop runs the target in a container of its own"

// restart kills the target and starts it again.
func (p *Probe) restart(ctx context.Context) {
	p.disturb(ctx, p.machine.Kill)
	p.disturb(ctx, p.machine.Start)
}

// crowdOf is many deliveries of fresh events.
func (p *Probe) crowdOf(many int) ([]rawjson.Value, []Delivery) {
	var payloads []rawjson.Value
	var deliveries []Delivery
	for i := range many {
		e := p.Applied()[i%len(p.Applied())]
		payloads = append(payloads, p.Fresh(e))
		deliveries = append(deliveries, p.Carrying(payloads[i], "%s in a burst", e))
	}
	return payloads, deliveries
}

// killedAmid delivers a burst, a few at a time, and kills the target when a third of the
// answers are there. It is started again when the rest has failed.
func (p *Probe) killedAmid(ctx context.Context, deliveries []Delivery) []Reply {
	replies := make([]Reply, len(deliveries))
	answered := make(chan struct{}, len(deliveries))
	lanes := make(chan struct{}, 8)
	var all sync.WaitGroup
	all.Go(func() {
		for i, d := range deliveries {
			lanes <- struct{}{}
			all.Go(func() {
				replies[i] = p.soon().try(ctx, d)
				answered <- struct{}{}
				<-lanes
			})
		}
	})
	for range len(deliveries) / 3 {
		<-answered
	}
	err := p.machine.Kill(ctx)
	all.Wait()
	p.disturb(ctx, func(context.Context) error { return err })
	p.disturb(ctx, p.machine.Start)
	return replies
}

// expectOnce holds when an event was applied once, where that can be seen.
func (p *Probe) expectOnce(ctx context.Context, g gomega.Gomega, payload rawjson.Value, reply Reply) {
	if p.observer != nil {
		g.Expect(p.applied(ctx, payload, 1)).To(beApplied(reply, 1))
	}
}

// expectAll holds when every event that was acknowledged was applied once, where that
// can be seen.
func (p *Probe) expectAll(ctx context.Context, g gomega.Gomega, payloads []rawjson.Value, replies []Reply) {
	for i, reply := range replies {
		if reply.Acknowledged() {
			p.expectOnce(ctx, g, payloads[i], reply)
		}
	}
}
