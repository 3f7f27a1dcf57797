package suites

import (
	"context"
	"fmt"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// faultRules look at what a merchant makes of an endpoint that fails, or refuses.
var faultRules = []rule{
	retriesAfter("retry-5xx", "503", "an order whose postback was answered 503"),
	retriesAfter("retry-timeout", "timeout", "an order whose postback was never answered"),
	retriesAfter("retry-cut", "cut", "an order whose postback's connection was cut"),
	sender("loss-noticed", Must, accesstradeAnswers+": only an answer with status true means done", "no answer, or one without a status, is not taken for success",
		"The order did not arrive, and nobody looks for it: its commission is gone.", "Take nothing but status true in the body for success. Post again after everything else, or let the trigger fail.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.expectNoticed(ctx, g, "503", "timeout", "cut", "html")
		}),
	sender("same-id-on-retry", Must, accesstradeMembers+": transaction_id is the order's id, used for settlement", "an order that is posted again keeps its transaction_id",
		"The first post may have arrived: with a new id the order is booked twice.", "Make the id with the order, not with the request.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			t, first := p.tried(ctx, "500-after")
			for _, call := range t.met.postbacks() {
				p.show(call, "", "")
			}
			if p.stage.comesAgain(ctx, t, first) {
				return
			}
			came, usual := p.stage.newIDs(t), p.stage.usualIDs(t)
			g.Expect(!p.stage.renamed(t)).To(OrElse("%d new transaction_ids when one postback was answered 500, where %d are usual, and %s did not come again", came, usual, order(first)))
		}),
	sender("refusal-noticed", Must, accesstradeAnswers+`: {"status": false}`, "a refusal with status false is not taken for success",
		"The HTTP status of a refusal is 200. Code that looks at it alone marks the order as reported, and the commission is gone.", "Read status in the body.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) { p.expectNoticed(ctx, g, "refuse") }),
	sender("same-order-on-retry", Must, accesstradeMembers+": amounts, products and status are the order's", "an order that is posted again says the same",
		"An order whose first post failed is booked with another amount, or cancelled, and nobody asked for that.", "Post again what was posted before; change it when the order changes.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.tryAll(ctx)
			usual := statuses(p.postbacksOf(p.rehearsal()))
			before := map[string]accesstrade.Entry{}
			p.expectCalls(g, p.everPosted(), "the order as it was posted before", func(e accesstrade.Entry) string {
				id := order(e)
				first, again := before[id]
				if before[id] = e; e.Fault == "" && e.Verdict == accesstrade.Accepted {
					delete(before, id) // from here on another post is an update
				}
				if !again || id == "" {
					return ""
				}
				if what := altered(payloadOf(first), payloadOf(e), usual); what != "" {
					return fmt.Sprintf("%s was not accepted in call %d, and comes with another %s", id, first.Number, what)
				}
				return ""
			})
		}),
}

// retriesAfter is a rule about a fault after which nobody knows whether the order was
// booked.
func retriesAfter(name, fault, what string) rule {
	return sender(name, Should, accesstradeAnswers+": only an answer with status true means done", what+" is posted again, under the same transaction_id",
		"A commission that was not reported is not paid.", "Post again after a pause until status is true, under the same id.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			t, first := p.tried(ctx, fault)
			again := p.stage.comesAgain(ctx, t, first)
			p.show(first, "the same transaction_id again, accepted", wrongWhen(!again, "it never came again"))
			g.Expect(again).To(OrElse("order %s never came again%s", order(first), wrongWhen(t.asked, ", not with the next trigger either")))
		})
}

// expectNoticed holds when after each of the faults that are played the trigger fails, or
// the order comes again.
func (p *Probe) expectNoticed(ctx context.Context, g gomega.Gomega, faults ...string) {
	p.insistOnAcceptance()
	var lost []string
	met := false
	for _, fault := range faults {
		t := p.stage.trial(ctx, fault)
		if t == nil {
			continue
		}
		first, struck := t.struck()
		if !struck {
			continue
		}
		met = true
		noticed := t.met.err != nil || p.stage.comesAgain(ctx, t, first) || p.stage.renamed(t)
		if !noticed && p.stage.Trigger == nil {
			panic(unobserved{"whether the merchant noticed cannot be seen without --trigger: a command that fails, or a URL that answers 4xx or 5xx, when an order was refused"})
		}
		p.show(first, "the trigger to fail, or the order to be posted again", wrongWhen(!noticed, "the trigger succeeded, and the order never came again"))
		if !noticed {
			lost = append(lost, fmt.Sprintf("order %s %s", order(first), fates[fault]))
		}
	}
	if !met {
		p.Skip("none of the faults is played that this is about: add --fault %s", strings.Join(faults, " --fault "))
	}
	g.Expect(len(lost) == 0).To(OrElse("%s, and the trigger succeeded (its exit code 0, or its HTTP status below 400, is how khop knows), and the order never came again", strings.Join(lost, "; ")))
}

// fates tell what happened to a postback that met a fault.
var fates = map[string]string{
	"503":     "was answered 503",
	"timeout": "was never answered",
	"cut":     "was cut off",
	"html":    "was answered 200 with an HTML page",
	"refuse":  "was refused with status false",
}

// order is the id of the order that a postback is about.
func order(e accesstrade.Entry) string { return strings.Join(e.Transactions, " ") }

// statuses are the states in which a merchant reports orders.
func statuses(calls []accesstrade.Entry) map[float64]bool {
	seen := map[float64]bool{}
	for _, e := range calls {
		status, _ := number(payloadOf(e), "/transaction_status") // without one it is pending
		seen[status] = true
	}
	return seen
}

// altered names what is different in an order that is posted again. Another status that
// the merchant usually reports makes it an update, which may say anything.
func altered(first, again rawjson.Value, usual map[float64]bool) string {
	before, _ := number(first, "/transaction_status")
	after, _ := number(again, "/transaction_status")
	if before != after {
		return wrongWhen(!usual[after], fmt.Sprintf("transaction_status: %g in place of %g", after, before))
	}
	for _, member := range []string{"/transaction_value", "/transaction_discount"} {
		before, there := number(first, member)
		after, still := number(again, member)
		if before != after || there != still {
			return fmt.Sprintf("%s: %s in place of %s", member[1:], amount(after, still), amount(before, there))
		}
	}
	if before, after := goods(first), goods(again); before != after {
		return fmt.Sprintf("list of products: %s in place of %s", after, before)
	}
	return ""
}

// amount is a number for people.
func amount(n float64, there bool) string {
	if !there {
		return "none"
	}
	return fmt.Sprintf("%.12g", n)
}

// goods are the products of an order, by what a commission is reckoned from.
func goods(payload rawjson.Value) string {
	var lines []string
	products, _ := payload.Get("/products")
	for _, product := range products.Items() {
		sku, _ := product.Get("/sku")
		price, _ := number(product, "/price")
		quantity, _ := number(product, "/quantity")
		lines = append(lines, fmt.Sprintf("%.80s %.12g x %g", sku.Content(), price, quantity))
	}
	return "[" + strings.Join(lines, ", ") + "]"
}
