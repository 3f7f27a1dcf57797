package suites

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// senderRules judge what a merchant's own code posts to AccessTrade.
var senderRules = []rule{
	sender("sends", Must, accesstradePostback, "the merchant sends something when it is triggered",
		"A sender that stays silent loses every commission, and nobody notices.", "Point the merchant's endpoint at khop's address, and check what the trigger does.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			*p.acted = p.stage.perform(ctx, accesstrade.Fault{})
			for _, call := range p.rehearsal().calls {
				p.show(call, "", "")
			}
			why := ""
			if p.acted.err != nil {
				why = fmt.Sprintf(" (the trigger ended with: %v)", p.acted.err)
			}
			g.Expect(len(p.acted.calls) > 0).To(OrElse("nothing arrived%s", why))
		}),
	sender("path", Must, accesstradePostback, "every call goes to a documented path",
		"Another path is answered 404, and the order is not booked.", "Use the paths of the document, without anything before or behind.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.rehearsal().calls, "a documented path", func(e accesstrade.Entry) string {
				if e.Call == accesstrade.Other {
					return e.Request.Path + " is no path of the Tracking API"
				}
				return ""
			})
		}),
	sender("method", Must, accesstradePostback, "every call uses the documented method",
		"Another method is answered 405, and the order is not booked.", "POST postbacks and bulk updates, GET the listing.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			documented := map[accesstrade.Call]string{accesstrade.Postback: http.MethodPost, accesstrade.BulkUpdate: http.MethodPost, accesstrade.Listing: http.MethodGet}
			p.expectCalls(g, p.rehearsal().calls, "the documented method", func(e accesstrade.Entry) string {
				if want := documented[e.Call]; want != "" && e.Request.Method != want {
					return fmt.Sprintf("%s where %s is documented", e.Request.Method, want)
				}
				return ""
			})
		}),
	sender("content-type", Must, accesstradePostback+": Content-Type: application/json", "postbacks say that they are JSON",
		"A body of another type may be read as a form, and then has no members.", "Set Content-Type: application/json.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "Content-Type: application/json", func(e accesstrade.Entry) string {
				if media, _, _ := mime.ParseMediaType(e.Request.Header.Get("Content-Type")); media != "application/json" {
					return fmt.Sprintf("Content-Type: %s", e.Request.Header.Get("Content-Type"))
				}
				return ""
			})
		}),
	sender("schema", Must, accesstradeMembers, "every postback has the documented members and types",
		"What does not fit the table is refused.", "Compare the payload with the table; `khop verify-sender` names the member.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			schema, err := schemas.Lookup("accesstrade/postback")
			if err != nil {
				panic(err)
			}
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "a payload as documented", func(e accesstrade.Entry) string {
				problems, err := schema.Validate([]byte(e.Request.Body))
				if err != nil {
					return err.Error()
				}
				var said []string
				for _, problem := range problems {
					said = append(said, problem.Message)
				}
				return strings.Join(said, "; ")
			})
		}),
	sender("signature", Must, accesstradeSign, "every postback is signed with md5(transaction_id + secret_key)",
		"A wrong signature is refused.", "Hash transaction_id, then secret_key, with MD5, in lower-case hex.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "a signature that fits", func(e accesstrade.Entry) string {
				if len(e.Formulas) > 0 {
					return ""
				}
				for _, problem := range e.Problems {
					if problem.Member == "signature" {
						return problem.Message
					}
				}
				return "the signature fits no documented formula"
			})
		}),
	sender("access-key", Must, accesstradeMembers+": access_key is given to the merchant", "every postback carries the merchant's access_key",
		"With another key the order is refused, or booked for somebody else.", "Send the access_key of this merchant, not the one of a test account or of the sample.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "the access_key that khop was given", func(e accesstrade.Entry) string {
				for _, problem := range e.Problems {
					if problem.Member == "access_key" {
						return problem.Message
					}
				}
				return ""
			})
		}),
	sender("milliseconds", Must, accesstradeMembers+": transaction_time in milliseconds", "transaction_time is in milliseconds",
		"Ten digits put the order into January 1970.", "Multiply seconds by 1000.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "thirteen digits", func(e accesstrade.Entry) string {
				if at, ok := number(payloadOf(e), "/transaction_time"); ok && at < 1e12 {
					return fmt.Sprintf("transaction_time %.0f is in seconds", at)
				}
				return ""
			})
		}),
	sender("products", Should, accesstradeMembers+": the table marks members of products, and not products itself", "every postback lists its products",
		"Commission is paid by product and category: an order without products may well be worth none.", "Send every product of the order.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "products", func(e accesstrade.Entry) string {
				products, _ := payloadOf(e).Get("/products")
				if len(products.Items()) == 0 {
					return "no products"
				}
				return ""
			})
		}),
	sender("secret-kept", Must, accesstradeMembers+": secret_key is not among the parameters", "secret_key does not travel",
		"Whoever reads a proxy's log can then sign.", "Send the signature, never the key.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.rehearsal().calls, "no secret_key anywhere", func(e accesstrade.Entry) string {
				if len(e.SecretSent) > 0 {
					return "secret_key in " + strings.Join(e.SecretSent, ", ")
				}
				return ""
			})
		}),
	sender("unique-ids", Must, accesstradeMembers+": transaction_id is the order's id", "every order has a transaction_id of its own",
		"Orders under one id overwrite each other, and one commission is paid for all.", "Use the order's id, not the session's or the customer's.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			calls := p.postbacksOf(p.rehearsal())
			switch ids := len(p.rehearsal().ids()); {
			case p.stage.Orders > 0:
				g.Expect(ids >= p.stage.Orders).To(OrElse("%d different transaction_ids in %d postbacks of %d orders", ids, len(calls), p.stage.Orders))
			case len(calls) < 3:
				p.Skip("too few postbacks to tell: let one trigger send three orders or more, and say --orders")
			default:
				g.Expect(ids > 1).To(OrElse("all %d postbacks carry the same transaction_id", len(calls)))
			}
		}),
	sender("no-repeat", Should, accesstradeAnswers+": true means done", "an order that was accepted is not posted again",
		"Repeats hide real updates, and load both sides.", "Mark an order as reported in the moment in which it is.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			calls := p.postbacksOf(p.rehearsal())
			if len(p.rehearsal().ids()) == 1 && len(calls) > 2 {
				p.Skip("all postbacks carry one transaction_id, which another check reports")
			}
			accepted := map[string]string{}
			p.expectCalls(g, calls, "each accepted order once", func(e accesstrade.Entry) string {
				id := strings.Join(e.Transactions, " ")
				state := stateOf(e)
				if before, known := accepted[id]; known && before == state {
					return fmt.Sprintf("%s was accepted already", id)
				}
				if e.Verdict == accesstrade.Accepted {
					accepted[id] = state
				}
				return ""
			})
		}),
	retriesAfter("retry-5xx", "503", "an order whose postback was answered 503"),
	retriesAfter("retry-timeout", "timeout", "an order whose postback was never answered"),
	retriesAfter("retry-cut", "cut", "an order whose postback's connection was cut"),
	sender("same-id-on-retry", Must, accesstradeMembers+": transaction_id is the order's id, used for settlement", "an order that is posted again keeps its transaction_id",
		"The first post may have arrived: with a new id the order is booked twice.", "Make the id with the order, not with the request.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			usual := len(p.rehearsal().ids())
			again := p.performFault(ctx, "500-after")
			for _, call := range again.postbacks() {
				p.show(call, "", "")
			}
			g.Expect(len(again.ids()) <= usual).To(OrElse("%d different transaction_ids when one postback was answered 500, where %d are usual", len(again.ids()), usual))
		}),
	sender("refusal-noticed", Must, accesstradeAnswers+`: {"status": false}`, "a refusal with status false is not taken for success",
		"The HTTP status of a refusal is 200. Code that looks at it alone marks the order as reported, and the commission is gone.", "Read status in the body.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			refused := p.performFault(ctx, "refuse")
			first := p.faulted(refused, "refuse")
			if resent(refused, first) {
				return
			}
			if p.stage.Trigger == nil {
				panic(unobserved{"whether the merchant noticed cannot be seen without --trigger: a command that fails, or a URL that answers 4xx or 5xx, when an order was refused"})
			}
			p.show(first, "the trigger to fail, or the order to be posted again", "the trigger succeeded")
			g.Expect(refused.err != nil).To(OrElse("order %s was refused with status false, and the trigger succeeded", strings.Join(first.Transactions, " ")))
		}),
}

// sender is a rule about a merchant's own code.
func sender(name string, level Level, source, title, why, fix string, run func(context.Context, *Probe, gomega.Gomega)) rule {
	return rule{Name: name, Area: Sender, Gate: name == "sends", Title: title, Why: why, Fix: fix, For: demands{accesstrade.Name: {level, source}}, Run: run}
}

// retriesAfter is a rule about a fault after which nobody knows whether the order was
// booked.
func retriesAfter(name, fault, what string) rule {
	return sender(name, Should, accesstradeAnswers+": only an answer with status true means done", what+" is posted again, under the same transaction_id",
		"A commission that was not reported is not paid.", "Post again after a pause until status is true, under the same id.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			after := p.performFault(ctx, fault)
			first := p.faulted(after, fault)
			if !resent(after, first) {
				p.show(first, "the same transaction_id again, accepted", "it never came again")
			}
			g.Expect(resent(after, first)).To(OrElse("order %s never came again", strings.Join(first.Transactions, " ")))
		})
}

// performFault lets the merchant act with a fault, where the user wants it played.
func (p *Probe) performFault(ctx context.Context, name string) act {
	if !slices.Contains(p.stage.Faults, name) {
		p.Skip("the fault %s is not played: add --fault %s", name, name)
	}
	fault, err := accesstrade.ParseFault(name)
	if err != nil {
		panic(err)
	}
	return p.stage.perform(ctx, fault)
}

// faulted is the call that met the fault.
func (p *Probe) faulted(a act, fault string) accesstrade.Entry {
	for _, e := range a.postbacks() {
		if e.Fault == fault {
			return e
		}
	}
	p.Skip("no postback arrived that could meet the fault %s", fault)
	return accesstrade.Entry{}
}

// resent tells whether the order of a call was posted again.
func resent(a act, first accesstrade.Entry) bool {
	return slices.ContainsFunc(a.postbacks(), func(e accesstrade.Entry) bool {
		return e.Number > first.Number && slices.Equal(e.Transactions, first.Transactions)
	})
}

// payloadOf is what a call carried; null when it was no JSON.
func payloadOf(e accesstrade.Entry) rawjson.Value {
	payload, err := rawjson.Parse([]byte(e.Request.Body))
	if err != nil {
		return rawjson.Value{}
	}
	return payload
}

// stateOf is what a repeated postback may rightly change: an update is no repeat.
func stateOf(e accesstrade.Entry) string {
	payload := payloadOf(e).Without("/transaction_time")
	return payload.String()
}
