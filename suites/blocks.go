package suites

import (
	"context"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/mobio"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// blockRules: a delivery may carry several events.
var blockRules = []rule{
	inBlocks(effect("block-of-events", Payload, "every event of a block is applied once, a new one beside a known one as well",
		"block_event is a list. A receiver that takes its first entry, or takes the whole block for a duplicate because it knows one of its events, has acknowledged the others and never applies them.",
		"Go through the list, and tell for each event by its own message_id whether it is new.",
		demands{"mobio": must(mobioSales + ", every section: the sample is one event of a block; " + mobioSuccess)},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.insistOnUse()
			events := make([]rawjson.Value, 5)
			for i := range events {
				events[i] = p.Fresh(p.Usual())
			}
			blocks := []Delivery{
				p.block("a block of new events", events[0], events[1], events[2]),
				p.block("a block of a known event and a new one", events[0], events[3]),
				p.block("a block of a new event and a known one", events[4], events[0]),
			}
			var replies []Reply
			for _, d := range blocks { // in this order, or nothing is known
				replies = append(replies, p.Send(ctx, d))
			}
			g.Expect(replies).To(Each(BeAccepted()))
			for i, of := range []int{0, 0, 0, 1, 2} {
				g.Expect(p.applied(ctx, events[i], 1)).To(beApplied(replies[of], 1), "event %s", p.Provider.Identity(events[i]))
			}
		})),
}

// inBlocks is a rule about blocks, where events come in them.
func inBlocks(r rule) rule {
	run := r.Run
	r.Run = func(ctx context.Context, p *Probe, g gomega.Gomega) {
		if p.Account.Settings[mobio.Envelope] != mobio.Block {
			p.Skip("events come one by one: with --set envelope=block they come in blocks")
		}
		run(ctx, p, g)
	}
	return r
}

// block is a genuine delivery of several events in one envelope.
func (p *Probe) block(note string, events ...rawjson.Value) Delivery {
	return p.Signed(p.settled(events[0], func(envelope rawjson.Value) []byte {
		first, _ := envelope.Get("/block_event/0")
		entries := append([]rawjson.Value{first}, events[1:]...)
		return p.Provider.Write(envelope.With("/block_event", rawjson.List(entries...)), p.baseline.style)
	}), "%s", note)
}
