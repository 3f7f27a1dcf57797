package suites

import (
	"context"
	"strconv"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// abahaRules: almost every scalar is a string, and an object is told by its shape.
var abahaRules = []rule{
	{
		Name: "absent-objects", Area: Payload,
		Title: "cashback, item_fee, address and user may be absent or null",
		Why:   "An order that is picked up has no address, one without a customer account no user.",
		Fix:   "Check for the object before reading what is in it.",
		For:   demands{"abaha": should(abahaEvents + ": nothing says that these objects are always there")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			members := p.profile.unmarked
			deliveries := append(p.withoutEach(members), p.withNullIn(members)...)
			if len(deliveries) == 0 {
				p.Skip("the target takes no order, which another check reports")
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
		},
	},
	{
		Name: "status-codes", Area: Payload,
		Title: "every order status gets an answer below 500, known or not",
		Why:   "The document gives no list of the states of an order; shops get new ones.",
		Fix:   "Map the states that you know and keep the others as text.",
		For:   demands{"abaha": must(abahaEvents + ": status is a string without a list of values")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			for _, e := range p.Events() {
				if e.Type != "order" {
					continue
				}
				for _, status := range []int{1, 5, 10, 15, 20, 25, 30, 0, -1, 7, 99} {
					payload := p.Fresh(e).With("/status", rawjson.Text(strconv.Itoa(status)))
					deliveries = append(deliveries, p.Carrying(payload, "an order in status %d", status))
				}
			}
			if len(deliveries) == 0 {
				p.Skip("the target takes no order, which another check reports")
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeSurvived()))
		},
	},
	{
		Name: "large-amounts", Area: Payload,
		Title: "amounts beyond 32 bits are accepted",
		Why:   "2,147,483,647 dong is the price of a car. A wholesale order overflows the integer column.",
		Fix:   "Keep money in 64 bits or as a decimal.",
		For:   demands{"abaha": should(abahaEvents + ": amounts are strings of any length")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			for _, e := range p.Events() {
				for _, member := range []string{"/total_value", "/price"} {
					if _, there := e.Payload.Get(member); there {
						deliveries = append(deliveries, p.Carrying(p.Fresh(e).With(member, rawjson.Text("3500000000")), "%s with %s 3500000000", e, member))
					}
				}
			}
			if len(deliveries) == 0 {
				p.Skip("the target takes neither order nor product, which another check reports")
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
		},
	},
}
