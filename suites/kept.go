package suites

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// keptRules: an acknowledgement is the provider's last word on an event. What it took for
// success has to be done, and stays known.
var keptRules = []rule{
	effect("acknowledged-applied", Payload, "an event that was acknowledged is applied, in whatever form it came",
		"The answer was written before the work was done, or the insert ignores what does not fit its column. The provider heard 200 and never sends the event again, and nobody reads the log.",
		"Store the event, with all that makes it valid, before answering; refuse what you can't store.",
		outageSources,
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.insistOnUse()
			forms := p.formsOf(p.Applied())
			p.expectKept(ctx, g, answered(forms, p.SendEach(ctx, deliveriesOf(forms))))
		}),
	effect("remembered", Retry, "an event that comes again after a hundred others is applied once",
		"A memory of the last few events, or one that a restart of the worker empties, holds back the duplicate that comes at once, and no other.",
		"Keep the identities of events where the events are kept, with a unique key, and for as long.",
		appliedOnce,
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.insistOnUse()
			payload := p.Fresh(p.Usual())
			d := p.Carrying(payload, "%s", p.Usual())
			p.Send(ctx, d)
			p.Send(ctx, d)
			if p.applied(ctx, payload, 1) != 1 {
				p.Skip("an event that comes twice in a row is not applied once either, which another check reports")
			}
			_, others := p.crowdOf(othersBetween)
			p.SendEach(ctx, others)
			d.Note += fmt.Sprintf(", again after %d others", othersBetween)
			reply := p.Send(ctx, d)
			g.Expect(p.applied(ctx, payload, 1)).To(beApplied(reply, 1))
		}),
}

// othersBetween is how many events come between the first and the second time of one: a
// quiet hour's.
const othersBetween = 100

// appliedOnce is who demands that an event has one effect, however often it comes.
var appliedOnce = demands{"superai": must(superaiSuccess), "mobio": must(mobioResend), "abaha": must(abahaRetry), "esms": must(esmsRetry)}

// insistOnUse skips a check where no plain event is applied: what it varies would not be to
// blame.
func (p *Probe) insistOnUse() {
	if !p.sight.uses(p.Usual()) {
		p.Skip("no plain event is applied, which another check reports")
	}
}

// expectApplied holds when every event that was acknowledged was applied once.
func (p *Probe) expectApplied(ctx context.Context, g gomega.Gomega, forms ...form) {
	for _, f := range forms {
		if f.reply.Acknowledged() { // one that was refused is told by another check
			g.Expect(p.applied(ctx, f.payload, 1)).To(beApplied(f.reply, 1))
		}
	}
}

// expectKept holds when every event that was acknowledged was applied. Whether one has to be
// acknowledged is for other checks.
func (p *Probe) expectKept(ctx context.Context, g gomega.Gomega, sent []form) {
	acknowledged := slices.DeleteFunc(sent, func(f form) bool { return !accepted(f.reply) })
	if len(acknowledged) == 0 {
		p.Skip("no delivery was accepted, which other checks report")
	}
	g.Expect(repliesOf(acknowledged)).To(Each(beKept(p.lookForAll(ctx, acknowledged))))
}

// lookForAll waits until every one of the events was applied, as long as the target has for
// one, and tells how often each was, by its exchange.
func (p *Probe) lookForAll(ctx context.Context, forms []form) map[*exchange]int {
	applied, start, patience := map[*exchange]int{}, time.Now(), p.sight.patience()
	for missing := forms; len(missing) > 0; rest(ctx, aLook) {
		late := time.Since(start) >= patience
		var still []form
		for i, count := range p.glance(ctx, payloadsOf(missing)) {
			if applied[missing[i].reply.exchange] = count; count == 0 {
				still = append(still, missing[i])
			}
		}
		if missing = still; late && len(missing) > 0 {
			p.sight.lost()
			break
		}
	}
	return applied
}

// glance is how often each of some events was applied by now.
func (p *Probe) glance(ctx context.Context, payloads []rawjson.Value) []int {
	const eyes = 6
	counts, endings := make([]int, len(payloads)), make([]any, len(payloads))
	lanes := make(chan struct{}, eyes)
	var all sync.WaitGroup
	for i, payload := range payloads {
		lanes <- struct{}{}
		all.Go(func() {
			endings[i] = attempt(func() { counts[i], _ = p.look(ctx, payload) })
			<-lanes
		})
	}
	all.Wait()
	for _, ending := range endings {
		if ending != nil {
			panic(ending)
		}
	}
	return counts
}

// beKept holds for a reply whose event was applied.
func beKept(applied map[*exchange]int) types.GomegaMatcher { return keptMatcher{applied} }

type keptMatcher struct{ applied map[*exchange]int }

func (k keptMatcher) Match(actual any) (bool, error) {
	reply, ok := actual.(Reply)
	if !ok {
		return false, fmt.Errorf("khop expects a Reply here, not %T", actual)
	}
	if k.applied[reply.exchange] > 0 {
		return true, nil
	}
	reply.probe.journal.missed = true
	reply.exchange.disappoint("applied, as it was acknowledged", fmt.Sprintf("acknowledged with %s, and applied not at all", reply))
	return false, nil
}

func (k keptMatcher) FailureMessage(actual any) string {
	reply := actual.(Reply)
	return fmt.Sprintf("%s: acknowledged with %s and never applied", reply.exchange.Note, reply)
}

func (k keptMatcher) NegatedFailureMessage(actual any) string {
	return "not: " + k.FailureMessage(actual)
}
