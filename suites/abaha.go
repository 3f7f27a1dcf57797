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
	{
		Name: "cancelled-payment", Area: Payload,
		Title: "a cancelled order's payment_status of -1 is accepted",
		Why:   "The sample's payment_status is 0, that of a paid order 5; a type without a sign stops at the first order that is cancelled.",
		Fix:   "Keep payment_status in a type with a sign, and take values that you do not know.",
		For:   demands{"abaha": should(abahaEvents + ": payment_status is a number without a list of values; -1 is likely")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			for _, e := range p.Events() {
				if _, there := e.Payload.Get("/payment_status"); there {
					payload := p.Fresh(e).With("/status", rawjson.Text("0")).With("/payment_status", rawjson.Int(-1))
					deliveries = append(deliveries, p.Carrying(payload, "%s that was cancelled, payment_status -1", e))
				}
			}
			g.Expect(p.SendEach(ctx, p.some(deliveries))).To(Each(BeAccepted()))
		},
	},
	{
		Name: "zeros", Area: Payload,
		Title: "an amount, a price or a stock of 0 is accepted",
		Why:   "A voucher pays for the whole order, a product is given away, the last piece is sold. empty(\"0\") is true in PHP, and if (!amount) looks right in any language.",
		Fix:   "Ask whether the member is there, not whether its value counts as true.",
		For:   demands{"abaha": must(abahaEvents + ": amounts, prices and stocks are strings, \"0\" among them")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.some(p.withZeros()))).To(Each(BeAccepted()))
		},
	},
}

// withZeros are deliveries of orders that cost nothing and of products that are given away or
// sold out.
func (p *Probe) withZeros() []Delivery {
	var deliveries []Delivery
	for _, e := range p.Events() {
		for _, zero := range zeros {
			if _, there := e.Payload.Get(zero.steps[0].member); !there {
				continue
			}
			payload := p.Fresh(e)
			for _, step := range zero.steps {
				payload = payload.With(step.member, rawjson.Text(step.value))
			}
			deliveries = append(deliveries, p.Carrying(payload, "%s with %s", e, zero.what))
		}
	}
	return deliveries
}

// zeros are the ways in which something is 0; of an order, all of its figures agree.
var zeros = []struct {
	what  string
	steps []step
}{
	{"a voucher for all of it", []step{{"/total_after", "0"}, {"/total_cal_commission", "0"}, {"/total_discount_value", "1790000"}}},
	{"totals of 0", []step{{"/total_value", "0"}, {"/total_before", "0"}, {"/total_after", "0"}, {"/total_cal_commission", "0"}}},
	{"a shipping fee of 0", []step{{"/fee_ship", "0"}}},
	{"a price of 0", []step{{"/price", "0"}, {"/discount", "0"}}},
	{"a stock of 0", []step{{"/inventory", "0"}}},
}
