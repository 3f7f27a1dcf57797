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

// senderRules judge what a merchant's own code sends to AccessTrade: first what comes where
// nothing goes wrong, then what comes of faults, and in the end all of it.
var senderRules = slices.Concat(postingRules, contentRules, callRules, faultRules, everRules)

// postingRules look at what a merchant posts while nothing goes wrong.
var postingRules = []rule{
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
			calls := slices.DeleteFunc(slices.Clone(p.rehearsal().calls), func(e accesstrade.Entry) bool {
				return e.Request.Method != http.MethodPost || e.Call != accesstrade.Postback && e.Call != accesstrade.BulkUpdate
			})
			p.postbacksOf(p.rehearsal())
			p.expectCalls(g, calls, "Content-Type: application/json", func(e accesstrade.Entry) string {
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
				if len(said) == 0 {
					said = objections(e, func(problem accesstrade.Problem) bool { return problem.Rule == "json" })
				}
				return strings.Join(said, "; ")
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
		"Ten digits put the order into January 1970, and sixteen thousands of years ahead.", "Multiply seconds by 1000; cut microseconds and nanoseconds to thirteen digits.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "thirteen digits", func(e accesstrade.Entry) string {
				at, ok := number(payloadOf(e), "/transaction_time")
				switch {
				case !ok || inMilliseconds(at):
					return ""
				case at < 0:
					return fmt.Sprintf("transaction_time %.0f lies before 1970", at)
				case at < 1e12:
					return fmt.Sprintf("transaction_time %.0f is in seconds", at)
				case at < 1e17:
					return fmt.Sprintf("transaction_time %.0f is in microseconds", at)
				}
				return fmt.Sprintf("transaction_time %.0f is in nanoseconds", at)
			})
		}),
	sender("products", Should, accesstradeMembers+": the table marks members of products, and not products itself", "every postback lists its products",
		"Commission is paid by product and category: an order without products may well be worth none.", "Send every product of the order.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "products", func(e accesstrade.Entry) string {
				payload := payloadOf(e)
				products, there := payload.Get("/products")
				if empty := !there || products.Kind() == rawjson.Array && len(products.Items()) == 0; empty && payload.Kind() == rawjson.Object {
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
			if slices.ContainsFunc(calls, func(e accesstrade.Entry) bool { return len(e.Transactions) == 0 }) {
				p.Skip("not every postback has a transaction_id that can be read, which another check reports")
			}
			ids := len(p.rehearsal().ids())
			switch taken := acceptedOf(calls); {
			case p.stage.Orders > 0:
				g.Expect(ids >= p.stage.Orders).To(OrElse("%d different transaction_ids in %d postbacks of %d orders", ids, len(calls), p.stage.Orders))
			case len(taken) < 3: // what was refused may well be one order, tried again and again
				p.Skip("too few postbacks to tell: let one trigger send three orders or more, and say --orders")
			default:
				g.Expect(ids > 1).To(OrElse("all %d postbacks carry the same transaction_id", len(calls)))
			}
		}),
}

// sender is a rule about a merchant's own code.
func sender(name string, level Level, source, title, why, fix string, run func(context.Context, *Probe, gomega.Gomega)) rule {
	return rule{Name: name, Area: Sender, Gate: name == "sends", Title: title, Why: why, Fix: fix, For: demands{accesstrade.Name: {level, source}}, Run: run}
}

// payloadOf is what a call carried; null when it was no JSON.
func payloadOf(e accesstrade.Entry) rawjson.Value {
	payload, err := rawjson.Parse([]byte(e.Request.Body))
	if err != nil {
		return rawjson.Value{}
	}
	return payload
}

// inMilliseconds tells whether a time has thirteen digits: what lies between the years
// 2001 and 5138.
func inMilliseconds(at float64) bool { return at >= 1e12 && at < 1e14 }

// acceptedOf are the calls that khop carried out.
func acceptedOf(calls []accesstrade.Entry) []accesstrade.Entry {
	return slices.DeleteFunc(slices.Clone(calls), func(e accesstrade.Entry) bool { return e.Verdict != accesstrade.Accepted })
}
