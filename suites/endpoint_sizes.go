package suites

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/target"
)

// sizeRules: values at the edge of what is documented, and orders of many products.
var sizeRules = []rule{
	endpoint("edge-values", Must, accesstradeMembers+", columns Type and Bắt buộc", "a value at the edge of its type is accepted: 0, decimals, an apostrophe",
		"A gift costs 0, which is a price and not the lack of one; a price before tax has decimals; names have apostrophes.",
		"Look whether a member is there, not whether it is true; read a Float as one; bind what goes into SQL.",
		accepts(func(p *Probe) []Delivery {
			return []Delivery{
				p.tampered("with a product for 0", set("/products/0/price", rawjson.Int(0))),
				p.tampered("with decimals in a price", set("/products/0/price", rawjson.Literal("10000.5"))),
				p.tampered("with a transaction_value of 0", set("/transaction_value", rawjson.Int(0))),
				p.tampered("with decimals in transaction_value", set("/transaction_value", rawjson.Literal("1000000.75"))),
				p.tampered("with a transaction_discount of 0", set("/transaction_discount", rawjson.Int(0))),
				p.tampered("with an apostrophe in a name", set("/products/0/name", rawjson.Text(`Bánh "L'Étoile" d'Or`))),
				p.tampered("with an apostrophe in a sku", set("/products/0/sku", rawjson.Text("L'OR-1"))),
			}
		})),
	endpoint("split-body", Must, accesstradePostback+"; TCP gives no promise about segments", "a postback that arrives in two segments, split inside a letter, is accepted",
		"A body longer than a network packet arrives in pieces, and Vietnamese letters are two or three bytes long. Code that turns each piece into text, or takes the last one for the whole, reads another order, or none.",
		"Collect the bytes and decode them once, at the end (Node: Buffer.concat, not data += chunk).",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			inPieces := []Delivery{p.splitInside(p.tampered("with a Vietnamese product name", set("/products/0/name", rawjson.Text(splitWords))))}
			if p.Send(ctx, p.orderInWords()).Acknowledged() { // or there is no such id that could be signed
				inPieces = append(inPieces, p.splitInside(p.orderInWords()))
			}
			g.Expect(p.SendEach(ctx, inPieces)).To(Each(BeAccepted()))
		}),
	endpoint("large-order", Should, accesstradePostback+": products is a list", "an order of many products is accepted",
		"The largest orders are worth most. Body parsers have limits of their own: Express refuses what has more than 100 kB.",
		"Set the limit of the body yourself, to a megabyte or so, in every proxy before it too; take a product that comes in two lines.",
		accepts(func(p *Probe) []Delivery {
			return []Delivery{
				p.tampered("with one sku in two lines", func(v rawjson.Value) rawjson.Value { return withProducts(v, 2, func(int) string { return "SKU-1" }) }),
				p.tampered("with 100 products", func(v rawjson.Value) rawjson.Value { return withProducts(v, 100, numberedSKU) }),
				p.tampered("with 800 products, more than 100 kB", func(v rawjson.Value) rawjson.Value { return withProducts(v, 800, numberedSKU) }),
			}
		})),
	endpoint("large-order-kept", Must, accesstradeAnswers+"; "+accesstradeListing, "an order of many products that was accepted is in the listing",
		"What is rolled back after the answer was written is an order that both sides believe to be settled.", "Answer Done when everything is stored.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			var many []Delivery
			var ids []string
			for _, products := range []int{100, 800} {
				d, id := p.order(day, "", 0)
				d.Body = p.baseline.style.Encode(withProducts(rawjson.MustParse(d.Body), products, numberedSKU))
				d.Note += fmt.Sprintf(" with %d products", products)
				many, ids = append(many, d), append(ids, id)
			}
			replies := p.SendEach(ctx, many)
			if !slices.ContainsFunc(replies, Reply.Acknowledged) {
				p.Skip("the target refuses large orders, which another check reports")
			}
			for i, reply := range replies {
				if reply.Acknowledged() {
					p.expectInStatus(ctx, g, day, 0, ids[i:i+1], reply.exchange.Note+" was answered Done")
				}
			}
		}),
}

// splitWords have letters of more than one byte.
const splitWords = "Đơn hàng gấp"

// orderInWords is a postback of a new order whose id begins with splitWords.
func (p *Probe) orderInWords() Delivery {
	d, _ := p.order(p.someDay(), splitWords+" "+digitsOf(p.unknownID()), 0)
	d.Note += " with a Vietnamese id"
	return d
}

// splitInside is d in two segments, of which the first ends in the middle of a letter of
// splitWords.
func (p *Probe) splitInside(d Delivery) Delivery {
	d.Body = rawjson.Compact.Encode(rawjson.MustParse(d.Body))
	middle := bytes.Index(d.Body, []byte("ơ")) + 1
	return d.In(target.Manner{SplitAt: middle, Pause: 40 * time.Millisecond}, "in two segments, split inside a letter")
}

// withProducts is an order of so many products like its first.
func withProducts(order rawjson.Value, many int, sku func(int) string) rawjson.Value {
	product, _ := order.Get("/products/0")
	var all []rawjson.Value
	for n := range many {
		all = append(all, product.With("/sku", rawjson.Text(sku(n))))
	}
	return order.With("/products", rawjson.List(all...))
}

func numberedSKU(n int) string { return fmt.Sprintf("SKU-%04d", n) }
