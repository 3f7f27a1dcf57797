package suites

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/onsi/gomega"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
)

// generatedPayloads is how many payloads the check draws.
const generatedPayloads = 50

// acceptsGenerated draws valid payloads and sends them. Where one is refused, it shows
// as little of it as is still refused.
func acceptsGenerated(ctx context.Context, p *Probe, g gomega.Gomega) {
	drawn := p.drawGenerated()
	if len(drawn) == 0 {
		p.Skip("the target takes none of the documented events from which payloads are generated")
	}
	var deliveries []Delivery
	for _, payload := range drawn {
		deliveries = append(deliveries, p.generated(payload))
	}
	for i, reply := range p.SendEach(ctx, deliveries) {
		if reply.Failure != nil {
			g.Expect(reply).To(BeAccepted())
		}
		if !accepted(reply) {
			smallest, found := p.narrow(ctx, drawn[i], reply)
			p.insistOnTarget(ctx, smallest)
			g.Expect(smallest).To(BeAccepted(), "refused a valid payload, %s (--seed %d draws it again)", found, p.Seed)
		}
	}
}

// drawGenerated draws the payloads of the seed, less those of event types that the
// target refuses anyway.
func (p *Probe) drawGenerated() []generate.Payload {
	draw, err := generate.For(p.Provider.Name)
	if err != nil {
		panic(err)
	}
	payloads, seeds := rapid.Custom(draw), rand.New(rand.NewPCG(p.Seed, 0))
	var drawn []generate.Payload
	for range generatedPayloads {
		if payload := payloads.Example(int(seeds.Int64())); p.takes(payload.Event) {
			drawn = append(drawn, payload)
		}
	}
	return drawn
}

func (p *Probe) generated(payload generate.Payload) Delivery {
	fresh := p.births.fresh(p.Provider, p.Provider.Parse(payload.Body))
	return p.Carrying(fresh, "generated %s (seed %d)", payload.Event, p.Seed)
}

// takes tells whether the target takes the documented form of an event type.
func (p *Probe) takes(eventType string) bool {
	return slices.ContainsFunc(p.Events(), func(e mocks.Event) bool { return e.Type == eventType })
}
