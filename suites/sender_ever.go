package suites

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// everRules look at everything that a merchant has sent in a run, with faults and
// without: what is wrong now and then only shows in many calls.
var everRules = []rule{
	sender("signature", Must, accesstradeSign, "every postback is signed with md5(transaction_id + secret_key)",
		"A wrong signature is refused.", "Hash transaction_id, then secret_key, with MD5, in lower-case hex.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.tryAll(ctx)
			calls := p.everPosted()
			p.expectCalls(g, calls, "a signature that fits", func(e accesstrade.Entry) string {
				switch mismatch := objections(e, func(problem accesstrade.Problem) bool { return problem.Member == "signature" }); {
				case len(e.Formulas) > 0, len(e.Transactions) == 0: // an order that cannot be read is the schema's affair
					return ""
				case len(mismatch) > 0:
					return mismatch[0]
				}
				return "the signature fits no documented formula"
			})
		}),
	sender("order-time", Should, accesstradeMembers+": transaction_time is when the order came about", "an order keeps its transaction_time, however often it is posted",
		"The order moves to another day, and the settlement of that day is wrong.", "Keep the time with the order, and send that. Where the posts are different orders, give each an id of its own, which the next run does not use again.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.tryAll(ctx)
			calls := p.everPosted()
			if sharedID(p.rehearsal()) {
				p.Skip("all postbacks carry one transaction_id, which another check reports")
			}
			born := map[string]float64{}
			p.expectCalls(g, calls, "the time that the order had before", func(e accesstrade.Entry) string {
				id := order(e)
				at, ok := number(payloadOf(e), "/transaction_time")
				if !ok || !inMilliseconds(at) || id == "" {
					return ""
				}
				first, again := born[id]
				if !again {
					born[id] = at
				}
				return wrongWhen(again && !sameMoment(first, at), fmt.Sprintf("%s has transaction_time %.0f, and had %.0f before: either that is when it was posted, or two orders share an id", id, at, first))
			})
		}),
	sender("no-repeat", Should, accesstradeAnswers+": true means done", "an order that was accepted is not posted again",
		"Repeats hide real updates, and load both sides.", "Mark an order as reported in the moment in which it is.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.postbacksOf(p.rehearsal())
			if sharedID(p.rehearsal()) {
				p.Skip("all postbacks carry one transaction_id, which another check reports")
			}
			accepted := map[string]string{}
			repeats := map[int]bool{}
			var calls []accesstrade.Entry
			for _, a := range p.stage.acts {
				again, anew := false, false
				for _, e := range a.postbacks() {
					if len(e.Transactions) == 0 {
						continue // another check reports it
					}
					before, known := accepted[order(e)]
					anew = anew || !known
					if known && before == stateOf(e) {
						repeats[e.Number], again = true, true
					}
					if e.Verdict == accesstrade.Accepted && e.Fault == "" {
						accepted[order(e)] = stateOf(e)
					}
				}
				// A trigger that brings the same orders each time, and no others, is a fixture.
				if again && !anew && len(calls) > 0 {
					continue
				}
				calls = append(calls, a.postbacks()...)
			}
			p.expectCalls(g, calls, "each accepted order once", func(e accesstrade.Entry) string {
				return wrongWhen(repeats[e.Number], order(e)+" was accepted already")
			})
		}),
	sender("settled-stays", Should, accesstradeMembers+": 0 is an order that waits, 1 and -1 are its ends", "an order that was reported as successful or cancelled is not reported as pending again",
		"What arrives last counts: an order that was approved waits once more, and is not paid.", "Send the updates of one order one after the other, and never an old post after a newer one.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			var late []string
			for _, a := range p.stage.acts {
				ends := map[string]float64{}
				for _, e := range acceptedOf(a.calls) {
					for id, status := range reported(e) {
						end, settled := ends[id]
						back := settled && end != accesstrade.Pending && status == accesstrade.Pending
						p.show(e, "an end to stay", wrongWhen(back, fmt.Sprintf("%s went from %g to 0", id, end)))
						if back {
							late = append(late, fmt.Sprintf("call %d: %s went back from %g to 0", e.Number, id, end))
						}
						ends[id] = status
					}
				}
			}
			g.Expect(len(late) == 0).To(OrElse("%s", strings.Join(late, "; ")))
		}),
	sender("secret-unlogged", Should, accesstradeMembers+": secret_key is given to the merchant alone", "secret_key is not written to the log",
		"Logs go to more people and services than the key should, and stay for years.", "Log the transaction_id and the answer, never what is hashed, nor the whole configuration.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			if p.stage.Trigger == nil {
				panic(unobserved{"what the merchant writes to its log can be seen with --trigger alone"})
			}
			p.tryAll(ctx)
			line := ""
			for _, a := range p.stage.acts {
				if line == "" {
					line = betraying(a.said, p.Account.Secrets[accesstrade.SecretKey])
				}
			}
			g.Expect(line == "").To(OrElse("the trigger wrote secret_key to its output: %q", line))
		}),
}

// sharedID tells that all of an act's postbacks carry one id, which is a failure of its
// own; two may be an order and its repetition.
func sharedID(a act) bool { return len(a.ids()) == 1 && len(a.postbacks()) > 2 }

// stateOf is what a repeated postback may rightly change: an update is no repeat.
func stateOf(e accesstrade.Entry) string {
	return payloadOf(e).Without("/transaction_time").String()
}

// sameMoment tells whether two times in milliseconds are one, of which a database may have
// cut or rounded the fraction of a second.
func sameMoment(a, b float64) bool {
	whole := func(n float64) bool { return math.Mod(n, 1000) == 0 }
	return a == b || (whole(a) || whole(b)) && math.Abs(a-b) < 1000
}

// reported are the states of orders that a postback or a bulk update tells.
func reported(e accesstrade.Entry) map[string]float64 {
	payload, states := payloadOf(e), map[string]float64{}
	if status, told := number(payload, "/transaction_status"); told && e.Call == accesstrade.Postback {
		states[order(e)] = status
	}
	transactions, _ := payload.Get("/transactions")
	for _, t := range transactions.Items() {
		id, _ := t.Get("/transaction_id")
		if status, told := number(t, "/status"); told && e.Call == accesstrade.BulkUpdate {
			states[id.Content()] = status
		}
	}
	return states
}

// betraying is the first line of a text that has the secret in it, which is veiled; empty
// when none has. A short secret cannot be told from other words.
func betraying(said, secret string) string {
	if len(secret) < telling {
		return ""
	}
	for line := range strings.Lines(said) {
		for _, writing := range writings(secret) {
			if strings.Contains(line, writing) {
				return fmt.Sprintf("%.120s", strings.TrimSpace(strings.ReplaceAll(line, writing, veil)))
			}
		}
	}
	return ""
}
