package suites

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// siblingRules: a thing has several events, and not always time between them.
var siblingRules = []rule{
	{
		Name: "one-thing-at-once", Area: Retry,
		Title: "two different events of one thing that arrive at the same time are both acknowledged",
		Why:   "A parcel is weighed and moves on, a deal is created and gets its state, in the same second. A lock on the thing that sends the second event away, in place of letting it wait, loses it.",
		Fix:   "Wait for the lock, or answer 200 once the event itself is stored and bring it into its order later.",
		For: demands{
			"superai": must(superaiNoRetry),
			"mobio":   must(mobioSuccess + "; " + mobioMoments),
			"abaha":   should(abahaDoc + ", sections A and A.3: an event with every change, and a failed one comes again three times at most"),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			turns := p.siblings("one after the other")
			if !accepted(p.Send(ctx, turns[0].delivery)) || !accepted(p.Send(ctx, turns[1].delivery)) {
				p.Skip("the target refuses one of two events of a thing also when they come one after the other, which another check reports")
			}
			var replies []Reply
			for range roundsAtOnce {
				replies = append(replies, p.SendTogether(ctx, deliveriesOf(p.siblings("at once")))...)
			}
			g.Expect(replies).To(Each(BeAccepted()))
		},
	},
	effect("one-thing-applied", Retry, "events of one deal with one action_time are all applied, one after the other or at once",
		"Creating a deal is two events with one action_time. Whoever tells events apart by deal and time, keeps only what is newer, or writes back a copy of the deal that was read before the other event came, has one of the two.",
		"Recognise an event by the whole of its message_id, and change a deal under a lock or in one statement.",
		demands{"mobio": must(mobioMoments + "; " + mobioSuccess)},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.insistOnUse()
			pairs := p.pairsOfAMoment(p.Applied())
			if len(pairs) == 0 {
				p.Skip("the target applies no two events that the document shows at one moment")
			}
			var sent []form
			for _, pair := range pairs {
				turns := p.atOneMoment(pair, "one after the other")
				turns[0].reply, turns[1].reply = p.Send(ctx, turns[0].delivery), p.Send(ctx, turns[1].delivery)
				sent = append(sent, turns...)
				for range roundsAtOnce {
					both := p.atOneMoment(pair, "at once")
					sent = append(sent, answered(both, p.SendTogether(ctx, deliveriesOf(both)))...)
				}
			}
			p.expectKept(ctx, g, sent)
		}),
}

// roundsAtOnce is how often two events are sent at once: whether they meet in the target
// is a matter of luck.
const roundsAtOnce = 4

// mobioMoments is where two events of one deal have one action_time.
const mobioMoments = mobioSales + ", samples of creating a deal and of its state, of bank products and of their line: one deal_id, one action_time"

// siblings are two different events of one thing: two types at one moment, or where each
// type is about something else, two states.
func (p *Probe) siblings(how string) []form {
	events := p.Events()
	other := slices.IndexFunc(events, func(e mocks.Event) bool { return e.Type != events[0].Type })
	if len(p.profile.moment) > 0 && other > 0 {
		return p.atOneMoment([2]mocks.Event{events[0], events[other]}, how)
	}
	first, next := p.firstAndNext(events[0], time.Second)
	return []form{
		p.form(first, "%s, %s with a later one of the same thing", events[0], how),
		p.form(next, "%s, %s with an earlier one of the same thing", events[0], how),
	}
}

// atOneMoment are two events of one thing that happened at the same time.
func (p *Probe) atOneMoment(pair [2]mocks.Event, how string) []form {
	one, other := p.Fresh(pair[0]), p.Fresh(pair[1])
	for _, member := range p.profile.moment {
		shared, _ := one.Get(member)
		other = other.With(member, shared)
	}
	return []form{
		p.form(p.inSeries(one, pair[0]), "%s, %s with a %s of the same thing", pair[0], how, pair[1]),
		p.form(p.inSeries(other, pair[1]), "%s, %s with a %s of the same thing", pair[1], how, pair[0]),
	}
}

// inSeries gives a message_id the end that it has in the document: there it names the
// machine that made it, and many have the same.
func (p *Probe) inSeries(payload rawjson.Value, e mocks.Event) rawjson.Value {
	const member = "/message_id"
	documented, there := e.Payload.Get(member)
	if !there {
		return payload
	}
	own, _ := payload.Get(member)
	begin, end := strings.LastIndexByte(own.Content(), '-'), strings.LastIndexByte(documented.Content(), '-')
	if begin < 0 || end < 0 {
		return payload
	}
	return payload.With(member, rawjson.Text(own.Content()[:begin]+documented.Content()[end:]))
}

// pairsOfAMoment are events of different types that are about one thing at one moment in
// their samples; of each moment one pair.
func (p *Probe) pairsOfAMoment(events []mocks.Event) [][2]mocks.Event {
	var pairs [][2]mocks.Event
	known := map[string]bool{}
	for i, one := range events {
		moment := p.momentOf(one)
		j := slices.IndexFunc(events[i+1:], func(other mocks.Event) bool { return p.momentOf(other) == moment && other.Type != one.Type })
		if j >= 0 && !known[moment] {
			known[moment] = true
			pairs = append(pairs, [2]mocks.Event{one, events[i+1+j]})
		}
	}
	return pairs
}

func (p *Probe) momentOf(e mocks.Event) string {
	var parts []string
	for _, member := range p.profile.moment {
		part, _ := e.Payload.Get(member)
		parts = append(parts, part.String())
	}
	return strings.Join(parts, " ")
}

// firstAndNext are an event and one of the same thing that is so much later, in another
// state where it has one.
func (p *Probe) firstAndNext(e mocks.Event, later time.Duration) (first, next rawjson.Value) {
	first = p.Fresh(e)
	next = p.Sequel(first, later)
	if p.Provider.Query { // a callback's sequel is the report before the last
		first, next = next, first
	}
	for _, step := range p.profile.steps {
		if _, there := next.Get(step.member); there {
			next = next.With(step.member, rawjson.Text(step.value))
		}
	}
	return first, next
}

// along takes a thing along a route and returns the replies to all but its first event. A
// refusal ends it.
func (p *Probe) along(ctx context.Context, r route) []Reply {
	at := slices.IndexFunc(p.Events(), func(e mocks.Event) bool { _, there := e.Payload.Get(r.members[0]); return there })
	if at < 0 {
		return nil // another check reports that the target takes no such event
	}
	e := p.Events()[at]
	payload := p.Fresh(e)
	var way []string
	var replies []Reply
	for i, station := range r.stations {
		payload = p.Sequel(payload, time.Duration(i-len(r.stations))*time.Minute)
		for j, member := range r.members {
			payload = payload.With(member, rawjson.Text(station[j]))
		}
		way = append(way, station[0])
		reply := p.Send(ctx, p.Carrying(payload, "%s of one thing, its states by now %s", e, strings.Join(way, ", ")))
		if i > 0 {
			replies = append(replies, reply)
		}
		if !reply.Acknowledged() {
			break
		}
	}
	return replies
}
