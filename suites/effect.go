package suites

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/target"
)

// effectRules look behind the target: what did it do, whatever it answered? They
// need an observer.
var effectRules = []rule{
	effect("applied-once", Retry, "an event that was delivered several times is applied once",
		"A retry books an order twice, or pays a commission twice.",
		"Recognise the event by its identity, in the same transaction that applies it.",
		appliedOnce,
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			payload := p.Fresh(p.Usual())
			d := p.Carrying(payload, "%s", p.Usual())
			p.Send(ctx, d)
			p.Send(ctx, d.In(target.Manner{Fault: target.ResetAfter}, "delivered again, answer lost"))
			d.Note += ", delivered a third time"
			reply := p.Send(ctx, d)
			g.Expect(p.applied(ctx, payload, 1)).To(beApplied(reply, 1))

			together := p.Fresh(p.Usual())
			twin := p.Carrying(together, "%s, four times at once", p.Usual())
			reply = p.SendTogether(ctx, []Delivery{twin, twin, twin, twin})[0]
			g.Expect(p.applied(ctx, together, 1)).To(beApplied(reply, 1))
		}),
	effect("refused-not-applied", Signature, "a forged delivery is not applied",
		"Refusing with 401 what was already booked is no refusal.",
		"Verify first, apply afterwards.",
		demands{"superai": must(superaiSignature), "mobio": must(mobioSignature), "abaha": must(abahaHeaders)},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			payload := p.Fresh(p.Usual())
			d := p.Carrying(payload, "%s", p.Usual())
			var reply Reply
			switch {
			case p.Provider.Scheme != nil:
				p.Send(ctx, p.unsigned(d))
				reply = p.Send(ctx, p.missigned(d))
			case len(p.target.Headers()) > 0:
				reply = p.Send(ctx, d.In(target.Manner{WithoutHeaders: true}, "without the agreed header"))
			default:
				p.Skip("no custom header is agreed on: give --header 'Name: value' if there is one")
			}
			g.Expect(p.applied(ctx, payload, 0)).To(beApplied(reply, 0))
		}),
	effect("cut-not-applied", Retry, "a delivery that was cut off half way is not applied",
		"Half an event is another event.",
		"Read the whole body before doing anything with it.",
		demands{"superai": must(superaiSignature), "mobio": must(mobioSignature), "abaha": must(abahaAnswer)},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			payload := p.Fresh(p.Usual())
			d := p.Carrying(payload, "%s", p.Usual())
			reply := p.Send(ctx, d.In(target.Manner{CutAfter: len(d.Body) * 3 / 4}, "cut off"))
			g.Expect(p.applied(ctx, payload, 0)).To(beApplied(reply, 0))
		}),
	effect("burst-applied", Transport, "64 events at once are all applied",
		"An acknowledged event that is lost between two threads never comes again.",
		"Store an event before acknowledging it, wherever it is applied, and let the database, not a variable, hold the state.",
		demands{"superai": must(superaiSuccess), "mobio": must(mobioSuccess), "abaha": must(abahaAnswer), "esms": must(esmsRetry)},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			payloads, deliveries := p.crowdOf(64)
			for i, reply := range p.SendCrowd(ctx, deliveries) {
				if reply.Acknowledged() { // one that was refused is told by another check
					g.Expect(p.applied(ctx, payloads[i], 1)).To(beApplied(reply, 1))
				}
			}
		}),
	effect("flapping-applied", Retry, "a burst over a link that fails now and then is applied, each event once",
		"The flood after an outage is when duplicates and losses happen.",
		"Recognise the event by its identity, in the same transaction that applies it.",
		demands{"mobio": must(mobioResend), "abaha": must(abahaRetry), "esms": must(esmsRetry)},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			for _, c := range p.flap(ctx, p.Applied()) {
				payload := p.carried(c.delivery)
				if reply := c.last(ctx); reply.Acknowledged() {
					g.Expect(p.applied(ctx, payload, 1)).To(beApplied(reply, 1))
				}
			}
		}),
}

// effect is a rule that needs an observer.
func effect(name string, area Area, title, why, fix string, by demands, run func(context.Context, *Probe, gomega.Gomega)) rule {
	return rule{Name: name, Area: area, Title: title, Why: why, Fix: fix, For: by, Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
		if p.observer == nil {
			panic(unobserved{howToObserve})
		}
		p.focus(ctx)
		run(ctx, p.amidApplied(), g)
	}}
}

// unobserved ends a check that cannot see what it is about, and says how it could.
type unobserved struct{ how string }

const howToObserve = "side effects cannot be seen: give --observe a command or URL that tells how often the event {key} was applied"

// applied is how often an event was applied. Targets may work behind their answer:
// they get a while to reach the wanted number, and then a moment to go beyond it.
func (p *Probe) applied(ctx context.Context, payload rawjson.Value, want int) int {
	start, patience := time.Now(), p.sight.patience()
	for {
		n, nothing := p.look(ctx, payload)
		if n >= want {
			break
		}
		if time.Since(start) >= patience {
			p.sight.lost()
			if nothing != nil {
				panic(blind{nothing})
			}
			return n
		}
		rest(ctx, aLook)
	}
	if want > 0 {
		p.sight.saw(time.Since(start))
	}
	if !p.settledOnce {
		rest(ctx, p.sight.moment())
		p.settledOnce = true
	}
	n, _ := p.look(ctx, payload)
	return n
}

// aLook is how long the observer rests between two looks.
const aLook = 20 * time.Millisecond

// look asks the observer how often an event was applied. That it has nothing may mean that
// the event is on its way, or that it is asked in the wrong way.
func (p *Probe) look(ctx context.Context, payload rawjson.Value) (n int, nothing error) {
	n, err := p.observer.Count(ctx, p.Provider.Identity(payload))
	switch {
	case ctx.Err() != nil:
		panic(interrupted{context.Cause(ctx)})
	case errors.Is(err, target.ErrNothingThere):
		return 0, err
	case err != nil:
		panic(blind{err})
	}
	return n, nil
}

// rest waits, and ends the check where it is interrupted.
func rest(ctx context.Context, d time.Duration) {
	if !paused(ctx, d) {
		panic(interrupted{context.Cause(ctx)})
	}
}

// blind ends a check whose observer failed: khop's own eyes, not the target.
type blind struct{ err error }

// beApplied holds for the wanted number of applications, and marks the exchange that
// led to another one.
func beApplied(reply Reply, want int) types.GomegaMatcher {
	return appliedMatcher{reply, want}
}

type appliedMatcher struct {
	reply Reply
	want  int
}

func (a appliedMatcher) Match(actual any) (bool, error) {
	got, ok := actual.(int)
	if !ok {
		return false, fmt.Errorf("khop expects a count here, not %T", actual)
	}
	if got < a.want {
		a.reply.probe.journal.missed = true
	}
	if got != a.want {
		a.reply.exchange.disappoint(fmt.Sprintf("applied %s", times(a.want)), fmt.Sprintf("applied %s", times(got)))
	}
	return got == a.want, nil
}

func (a appliedMatcher) FailureMessage(actual any) string {
	within := ""
	if actual.(int) < a.want {
		within = fmt.Sprintf(" within %s", a.reply.probe.observer.Patience())
	}
	return fmt.Sprintf("%s: applied %s%s; wanted: %s", a.reply.exchange.Note, times(actual.(int)), within, times(a.want))
}

func (a appliedMatcher) NegatedFailureMessage(actual any) string {
	return "not: " + a.FailureMessage(actual)
}

func times(n int) string {
	switch n {
	case 0:
		return "not at all"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// carried is the event that a delivery carries; of a block, the first.
func (p *Probe) carried(d Delivery) rawjson.Value {
	payload := p.Provider.Parse(d.wire())
	if inner, enveloped := payload.Get("/block_event/0"); enveloped {
		return inner
	}
	return payload
}

// wire is the event as it travels: the body, or the query string.
func (d Delivery) wire() []byte {
	if d.Query != "" {
		return []byte(d.Query)
	}
	return d.Body
}
