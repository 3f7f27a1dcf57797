package suites

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// callRules look at the other two calls, at what the merchant makes of khop's answers
// while nothing goes wrong.
var callRules = []rule{
	sender("listing", Must, accesstradeListing+": the parameters, their types and which are required", "every listing is asked for with the documented parameters",
		"A listing that is refused settles nothing, and orders stay pending for ever.", "Send access_key and signature in the query, date as YYYY-MM-DD, status as 0, 1 or -1.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.callsOf(accesstrade.Listing), "the documented parameters", func(e accesstrade.Entry) string {
				said := objections(e, func(problem accesstrade.Problem) bool { return problem.Rule != "mismatch" })
				query, _ := url.ParseQuery(e.Request.Query) // what cannot be read is among the objections
				if signature := query.Get("signature"); signature != "" && !md5Hex.MatchString(signature) {
					said = append(said, "signature: an MD5 is 32 digits of lower-case hex")
				}
				return strings.Join(said, "; ")
			})
		}),
	sender("bulk-update", Must, accesstradeBulk+": the members, as the sample writes them", "every bulk update has the documented members and types",
		"An update that is refused changes no order, and approved ones are never paid.", "Compare the payload with the sample: request_time in milliseconds, transactions as a list, each with transaction_id and a status of 0, 1 or -1.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.callsOf(accesstrade.BulkUpdate), "a payload as documented", func(e accesstrade.Entry) string {
				return strings.Join(objections(e, func(problem accesstrade.Problem) bool {
					return problem.Rule != "mismatch" && problem.Rule != "content-type" && !isStranger(problem)
				}), "; ")
			})
		}),
	sender("call-signatures", Should, accesstradeBulk+": both calls are signed, and the formula, which is that of one order, fits neither", "listings and bulk updates are signed by a formula that khop knows",
		"Nobody can say what AccessTrade makes of another formula; most often it is a mistake.", "Ask AccessTrade how the call is signed. Where another formula is agreed on, this warning can be tolerated.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			var signed []accesstrade.Entry
			for _, e := range p.rehearsal().calls {
				if e.Call == accesstrade.Listing || e.Call == accesstrade.BulkUpdate {
					signed = append(signed, e)
				}
			}
			if len(signed) == 0 {
				p.Skip("the merchant asked for no listing and sent no bulk update")
			}
			p.expectCalls(g, signed, "a signature by one of the formulas", func(e accesstrade.Entry) string {
				mismatch := objections(e, func(problem accesstrade.Problem) bool { return problem.Rule == "mismatch" })
				query, _ := url.ParseQuery(e.Request.Query)
				if len(mismatch) < len(e.Problems) || query.Has("signature") && !md5Hex.MatchString(query.Get("signature")) {
					return "" // another check reports what is wrong, and it may be what was to be signed
				}
				return strings.Join(mismatch, "; ")
			})
		}),
	sender("bulk-orders", Should, accesstradeBulk+": the orders are those of the listing", "a bulk update names orders that were reported",
		"An id that AccessTrade does not know may spoil the whole update.", "Name orders by the transaction_id under which they were posted, which the listing tells.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.callsOf(accesstrade.BulkUpdate), "orders that were posted to khop", func(e accesstrade.Entry) string {
				return strings.Join(objections(e, isStranger), "; ")
			})
		}),
	sender("success-recognised", Must, accesstradeAnswers+`: {"status": true, "message": "Done"}`, "what was accepted is taken for accepted",
		"An order that counts as failed is posted again and again, or lost in an error queue.", `Take {"status": true} for success, whatever the message. Where the trigger fails for another reason, mend that: khop goes by its exit code.`,
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			done := p.rehearsal()
			switch {
			case p.stage.Trigger == nil:
				panic(unobserved{"whether the merchant noticed cannot be seen without --trigger: a command that fails, or a URL that answers 4xx or 5xx, when an order was refused"})
			case len(acceptedOf(done.calls)) < len(done.calls):
				p.Skip("khop had refused a call, which other checks report")
			}
			for _, call := range done.calls {
				p.show(call, "the trigger to succeed", wrongWhen(done.err != nil, "accepted, and the trigger failed"))
			}
			g.Expect(done.err == nil).To(OrElse("each of %d calls was accepted, and the trigger failed: %v", len(done.calls), done.err))
		}),
}

// md5Hex is what an MD5 looks like.
var md5Hex = regexp.MustCompile(`^[0-9a-f]{32}$`)

// callsOf are the calls of one kind that the merchant made of itself, by the documented
// method; without any the check has nothing to say.
func (p *Probe) callsOf(kind accesstrade.Call) []accesstrade.Entry {
	calls := slices.DeleteFunc(slices.Clone(p.rehearsal().calls), func(e accesstrade.Entry) bool {
		return e.Call != kind || slices.ContainsFunc(e.Problems, func(problem accesstrade.Problem) bool { return problem.Rule == "method" })
	})
	if len(calls) == 0 {
		p.Skip("the merchant made no such call")
	}
	return calls
}

// objections are those of the endpoint's problems with a call that count.
func objections(e accesstrade.Entry, counts func(accesstrade.Problem) bool) []string {
	var said []string
	for _, problem := range e.Problems {
		if counts(problem) {
			said = append(said, problem.Message)
		}
	}
	return said
}

// isStranger tells that a bulk update named an order that nobody has posted.
func isStranger(problem accesstrade.Problem) bool {
	return problem.Rule == "unknown" && strings.HasPrefix(problem.Member, "transactions[")
}

// wrongWhen is a complaint where it holds, and none where it does not.
func wrongWhen(holds bool, complaint string) string {
	if holds {
		return complaint
	}
	return ""
}
