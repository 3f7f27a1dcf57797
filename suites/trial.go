package suites

import (
	"context"
	"slices"
	"time"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// trial is a fault, and what the merchant made of it. Several checks look at the same
// one: it is played once in a run.
type trial struct {
	fault  string
	before int // the number of the last call before it
	met    act
	// asked says that the merchant was triggered once more, without a fault, and waited
	// that it was given time, to see whether the order comes again.
	asked, waited bool
	next          act // what came when it was asked
}

// laterTime is how long a merchant that says that all went well may take to post an
// order again behind its trigger's back.
const laterTime = 5 * time.Second

// trial plays a fault, or returns what came of it before. It is nil where the user does
// not want the fault played.
func (s *Stage) trial(ctx context.Context, fault string) *trial {
	if known := s.trials[fault]; known != nil || !slices.Contains(s.Faults, fault) {
		return known
	}
	played, err := accesstrade.ParseFault(fault)
	if err != nil {
		panic(err)
	}
	if s.trials == nil {
		s.trials = map[string]*trial{}
	}
	t := &trial{fault: fault, before: s.seen()}
	t.met = s.perform(ctx, played)
	s.trials[fault] = t
	return t
}

// tried is a fault's trial; without one the check has nothing to say.
func (p *Probe) tried(ctx context.Context, fault string) (*trial, accesstrade.Entry) {
	p.insistOnAcceptance()
	t := p.stage.trial(ctx, fault)
	if t == nil {
		p.Skip("the fault %s is not played: add --fault %s", fault, fault)
	}
	first, met := t.struck()
	if !met {
		p.Skip("no postback arrived that could meet the fault %s", fault)
	}
	return t, first
}

// accepts tells whether khop accepts any postback where nothing goes wrong. Whoever is
// always refused has no success to mistake a fault for.
func (p *Probe) accepts() bool { return len(acceptedOf(p.rehearsal().postbacks())) > 0 }

// insistOnAcceptance skips what is about faults where nothing is accepted anyway.
func (p *Probe) insistOnAcceptance() {
	p.postbacksOf(p.rehearsal())
	if !p.accepts() {
		p.Skip("no postback is accepted even without a fault, which other checks report")
	}
}

// tryAll plays the faults that checks look at, for those that judge everything that the
// merchant ever sends.
func (p *Probe) tryAll(ctx context.Context) {
	if !p.accepts() {
		return
	}
	for _, fault := range []string{"503", "timeout", "cut", "html", "500-after", "refuse"} {
		p.stage.trial(ctx, fault)
	}
}

// everPosted are all postbacks so far, those that met faults among them.
func (p *Probe) everPosted() []accesstrade.Entry {
	return p.postbacksOf(act{calls: p.stage.Endpoint.Journal()})
}

// struck is the call that met the fault.
func (t *trial) struck() (accesstrade.Entry, bool) {
	for _, e := range t.met.postbacks() {
		if e.Fault == t.fault {
			return e, true
		}
	}
	return accesstrade.Entry{}, false
}

// comesAgain tells whether an order is posted again after a call: in the same act, or
// with the next trigger, as an outbox does, or later without one, as a queue does whose
// trigger does not wait for it. Where each trigger brings the same orders, the next one
// proves nothing.
func (s *Stage) comesAgain(ctx context.Context, t *trial, first accesstrade.Entry) bool {
	again := func() bool { return s.resent(s.since(first.Number), first) }
	during := slices.DeleteFunc(slices.Clone(t.met.calls), func(e accesstrade.Entry) bool { return e.Number <= first.Number })
	if s.resent(during, first) || s.Trigger == nil || s.resent(acceptedOf(s.until(t.before)), first) {
		return s.resent(during, first)
	}
	if !t.asked {
		t.asked, t.next = true, s.perform(ctx, accesstrade.Fault{})
	}
	if t.met.err == nil && !t.waited && !s.renamed(t) {
		t.waited = true
		s.await(ctx, again)
	}
	return again()
}

// await waits for something to happen, as long as the user allows and no longer than a
// queue would take.
func (s *Stage) await(ctx context.Context, happened func() bool) {
	deadline := time.After(min(s.Wait, laterTime))
	for !happened() {
		select {
		case <-ctx.Done():
			return
		case <-deadline:
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// resent tells whether the order of a call is among others' again. An update to another
// state that the merchant usually reports is no second attempt: it says nothing of an order
// that never arrived.
func (s *Stage) resent(calls []accesstrade.Entry, first accesstrade.Entry) bool {
	usual := statuses(s.acts[0].postbacks())
	state, _ := number(payloadOf(first), "/transaction_status")
	return slices.ContainsFunc(act{calls: calls}.postbacks(), func(e accesstrade.Entry) bool {
		other, _ := number(payloadOf(e), "/transaction_status")
		return slices.Equal(e.Transactions, first.Transactions) && (other == state || !usual[other])
	})
}

// renamed tells that a trial brought more new orders than the merchant's first act did:
// one of them is another one again, under a new id.
func (s *Stage) renamed(t *trial) bool { return s.newIDs(t) > s.usualIDs(t) }

// usualIDs is how many new orders the triggers of a trial would have brought without it.
func (s *Stage) usualIDs(t *trial) int {
	usual := len(s.acts[0].ids())
	if t.asked {
		return 2 * usual
	}
	return usual
}

// newIDs counts the orders of a trial that had not been posted before it.
func (s *Stage) newIDs(t *trial) int {
	before := act{calls: s.until(t.before)}
	known := before.ids()
	during := act{calls: slices.Concat(t.met.calls, t.next.calls)}
	return len(slices.DeleteFunc(during.ids(), func(id string) bool { return slices.Contains(known, id) }))
}
