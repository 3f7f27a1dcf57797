package suites

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/target"
)

// Probe is what a check holds in its hand: it makes genuine deliveries of the
// provider's events and sends what the check makes of them.
type Probe struct {
	Provider *mocks.Provider
	Account  mocks.Account
	Seed     uint64

	target   *target.Target
	over     carrier // what carries the deliveries: the target, or one connection to it
	profile  profile
	baseline *baseline
	pinned   map[string]string // settings that the user chose, which khop does not doubt
	births   *births
	stage    *Stage           // where a sender acts; nil: a target is verified
	acted    *act             // what the sender did without faults
	machine  Machine          // what the target runs on; nil: khop may not disturb it
	observer *target.Observer // nil: side effects cannot be seen
	sight    *sight           // how long the observer has to look
	courtesy *courtesy        // to a target that asks for a pause
	hurry    float64          // how many times faster than the provider retries come; 0: as fast as khop likes

	// Of the running check alone.
	journal     *journal
	settledOnce bool // the target had its moment to do too much
}

// baseline is what the preflight found out about the target's ordinary yes.
type baseline struct {
	event  mocks.Event
	events []mocks.Event // all that it accepts in their documented form
	style  rawjson.Style // the JSON writing that it accepts
	took   time.Duration // how long it took to say so
	early  []awaited     // the first events that it acknowledged in the run
	// bracesEscaped says that the target's server refuses literal braces in a query,
	// before the target's code sees them.
	bracesEscaped bool
	// objection is what the provider has against this yes: a wrong status, say. It
	// is held against the target once, by the check that is about it.
	objection string
}

// Delivery is one request that a check wants sent, and how.
type Delivery struct {
	mocks.Request
	Note   string // what is special about it, for people: "update_weight without Signature"
	Manner target.Manner
	// Elsewhere is what it is sent to in place of the target; nil: to the target.
	Elsewhere *target.Target

	// Where it is part of a schedule: the attempt's number, and when the provider
	// would make it, counted from the first.
	Attempt int
	Due     time.Duration
}

// Reply is a target's answer to one delivery.
type Reply struct {
	target.Answer
	probe    *Probe
	exchange *exchange
}

type carrier interface {
	Send(context.Context, mocks.Request, target.Manner) target.Answer
}

// Documented are all the provider's documented payloads.
func (p *Probe) Documented() []mocks.Event { return p.Provider.Events() }

// Events are the documented payloads that the target takes as they are. Checks vary
// these: an event that is refused anyway would say nothing about the variation, and
// is reported by a check of its own.
func (p *Probe) Events() []mocks.Event { return p.baseline.events }

// Usual is the event that the preflight saw accepted.
func (p *Probe) Usual() mocks.Event { return p.baseline.event }

// Fresh is the payload of an event that happened just now.
func (p *Probe) Fresh(e mocks.Event) rawjson.Value {
	return p.births.fresh(p.Provider, e.Payload)
}

// Sequel is another event of the same deal or parcel, that much later than now;
// earlier where the duration is negative.
func (p *Probe) Sequel(payload rawjson.Value, later time.Duration) rawjson.Value {
	return p.births.sequel(p.Provider, payload, later)
}

// Genuine is a delivery exactly as the provider makes it.
func (p *Probe) Genuine(e mocks.Event) Delivery {
	return p.Carrying(p.Fresh(e), "%s", e)
}

// GenuineEach is one genuine delivery of every event that the target takes.
func (p *Probe) GenuineEach() []Delivery { return p.each(p.Events()) }

// DocumentedEach is one genuine delivery of every documented event, whether the target
// takes it or not.
func (p *Probe) DocumentedEach() []Delivery { return p.each(p.Documented()) }

func (p *Probe) each(events []mocks.Event) []Delivery {
	var all []Delivery
	for _, e := range events {
		all = append(all, p.Genuine(e))
	}
	return all
}

// Carrying is a genuine delivery of the given payload.
func (p *Probe) Carrying(payload rawjson.Value, note string, details ...any) Delivery {
	return p.Written(p.baseline.style, payload, note, details...)
}

// Written is a genuine delivery whose JSON is written in a certain style.
func (p *Probe) Written(style rawjson.Style, payload rawjson.Value, note string, details ...any) Delivery {
	return p.Signed(p.settled(payload, func(v rawjson.Value) []byte { return p.Provider.Write(v, style) }), note, details...)
}

// settled writes a payload so that its digest neither begins nor ends with a zero or
// a letter. A receiver that drops leading zeros, or strips the letters of "mac="
// off, would fail any check by chance; the check made for such faults finds them
// for certain. What a check has changed stays as the check wants it: where nothing else
// can be moved, the digest is taken as it comes.
func (p *Probe) settled(payload rawjson.Value, write func(rawjson.Value) []byte) []byte {
	for {
		body := write(p.enveloped(payload))
		if p.baseline.bracesEscaped {
			body = escapeBraces(body)
		}
		if p.Provider.Scheme == nil {
			return body
		}
		if digest := p.Digest(body); isCalm(digest[0]) && isCalm(digest[len(digest)-1]) {
			return body
		}
		nudged := p.Provider.Nudge(payload)
		if nudged.String() == payload.String() {
			return body // a check has taken what could be nudged
		}
		payload = nudged
	}
}

// escapeBraces writes a query string the way most HTTP clients would: RFC 3986 has no
// place for braces in a query, and one documented callback has them.
func escapeBraces(query []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(query, []byte("{"), []byte("%7B")), []byte("}"), []byte("%7D"))
}

func isCalm(digit byte) bool { return '1' <= digit && digit <= '9' }

func (p *Probe) enveloped(payload rawjson.Value) rawjson.Value {
	if p.Provider.Envelop == nil {
		return payload
	}
	return p.Provider.Envelop(p.Account, payload)
}

// Signed is a delivery of any bytes at all, with the signature that belongs to them.
func (p *Probe) Signed(body []byte, note string, details ...any) Delivery {
	return Delivery{Request: p.Provider.Request(p.Account, body), Note: fmt.Sprintf(note, details...)}
}

// Digest is the genuine signature of a body, without what a header puts around it.
func (p *Probe) Digest(body []byte) string {
	return p.Provider.Scheme.Digest(p.Account.Secrets, body)
}

// WithDigest is d with another digest in the documented header.
func (p *Probe) WithDigest(d Delivery, digest, note string, details ...any) Delivery {
	return p.WithHeader(d, p.Provider.Scheme.Value(p.Account, digest), note, details...)
}

// WithHeader is d with another value of the signature header.
func (p *Probe) WithHeader(d Delivery, value, note string, details ...any) Delivery {
	d.Header = maps.Clone(d.Header)
	d.Header[p.Provider.Scheme.Header] = []string{value}
	d.Note += ", " + fmt.Sprintf(note, details...)
	return d
}

// WithBody is d with another body under the same signature.
func (p *Probe) WithBody(d Delivery, body []byte, note string, details ...any) Delivery {
	d.Body = body
	d.Note += ", " + fmt.Sprintf(note, details...)
	return d
}

// In is d travelling in another manner.
func (d Delivery) In(manner target.Manner, note string) Delivery {
	d.Manner = manner
	d.Note += ", " + note
	return d
}

// Send delivers and waits for the answer. When the target is gone it ends the
// check: nothing that follows would say anything about the target's code.
func (p *Probe) Send(ctx context.Context, d Delivery) Reply {
	reply := p.try(ctx, d)
	p.insistOnTarget(ctx, reply)
	return reply
}

// SendEach delivers one after the other; to a slow target, a few at a time, so that
// the run does not take minutes. It gives up on the rest when two got no answer in
// time: a hanging target does not hold up the run.
func (p *Probe) SendEach(ctx context.Context, deliveries []Delivery) []Reply {
	var replies []Reply
	silent := 0
	for few := range slices.Chunk(deliveries, p.baseline.lanes()) {
		for _, reply := range p.SendTogether(ctx, few) {
			replies = append(replies, reply)
			if reply.Failure != nil && reply.Failure.Kind == target.Timeout {
				silent++
			}
		}
		if silent >= 2 {
			p.insistOnAnswers(ctx)
			break
		}
	}
	return replies
}

// lanes is how many deliveries may be under way at once where nothing depends on
// their order.
func (b *baseline) lanes() int {
	const slow, few = 20 * time.Millisecond, 6
	if b.took < slow {
		return 1
	}
	return few
}

// SendTogether delivers all at the same time.
func (p *Probe) SendTogether(ctx context.Context, deliveries []Delivery) []Reply {
	replies := make([]Reply, len(deliveries))
	var all sync.WaitGroup
	for i, d := range deliveries {
		all.Go(func() { replies[i] = p.try(ctx, d) })
	}
	all.Wait()
	for _, reply := range replies {
		p.insistOnTarget(ctx, reply)
	}
	return replies
}

// SendCrowd delivers all at the same time, with patience. What got no answer at all is
// sent once more by itself: a short queue of connections turns some of a crowd away
// before the target's code hears of them, and that code is what is judged.
func (p *Probe) SendCrowd(ctx context.Context, deliveries []Delivery) []Reply {
	own := *p
	own.over = p.target.Patient()
	return p.stragglers(ctx, own.SendTogether(ctx, deliveries))
}

// stragglers sends what timed out in a crowd once more, and alone.
func (p *Probe) stragglers(ctx context.Context, replies []Reply) []Reply {
	for i, reply := range replies {
		if reply.Failure != nil && reply.Failure.Kind == target.Timeout {
			d := reply.exchange.Delivery
			d.Note += ", once more after the crowd"
			replies[i] = p.Send(ctx, d)
		}
	}
	return replies
}

// try delivers without judging whether the target is still there. A target that asks
// for a pause gets one.
func (p *Probe) try(ctx context.Context, d Delivery) Reply {
	for {
		reply := p.once(ctx, d)
		pause := p.courtesy.to(reply.Answer)
		if pause == 0 || !paused(ctx, pause) {
			return reply
		}
	}
}

// once delivers. What found nobody, at a target that is just being restarted, was never
// delivered, and says nothing: it goes out when the target is back.
func (p *Probe) once(ctx context.Context, d Delivery) Reply {
	reply := p.transmit(ctx, d)
	away := reply.Failure != nil && reply.Failure.Kind == target.Unreachable && p.baseline.took > 0
	if away && ctx.Err() == nil && p.target.Alive(ctx, p.baseline.recovery()) == nil {
		d.Note += ", again after the target was away"
		return p.transmit(ctx, d)
	}
	return reply
}

func (p *Probe) transmit(ctx context.Context, d Delivery) Reply {
	to, over := p.target, p.over
	if d.Elsewhere != nil {
		to, over = d.Elsewhere, d.Elsewhere
	}
	exchange := p.journal.begin(d, to.Address(d.Request).Redacted())
	answer := over.Send(ctx, d.Request, d.Manner)
	p.journal.end(exchange, answer)
	return Reply{answer, p, exchange}
}

// Skip ends the check: it cannot be judged here, for the reason given.
func (p *Probe) Skip(reason string, details ...any) {
	panic(skipped{fmt.Sprintf(reason, details...)})
}

// forCheck is a probe with a journal of its own.
func (p *Probe) forCheck() *Probe {
	own := *p
	own.journal = &journal{}
	return &own
}

// births gives events their identities; drawn from the seed and the moment at
// which the run began, so that two runs with one seed send different events.
type births struct {
	mu     sync.Mutex
	rand   *rand.Rand
	now    func() time.Time
	run    int
	serial int
}

func newBirths(seed uint64, now func() time.Time) *births {
	source := rand.New(rand.NewPCG(seed, uint64(now().UnixNano())))
	return &births{rand: source, now: now, run: source.IntN(1000)}
}

func (b *births) fresh(provider *mocks.Provider, payload rawjson.Value) rawjson.Value {
	b.mu.Lock()
	defer b.mu.Unlock()
	return provider.Fresh(payload, b.birth(0))
}

// past is an event of so long ago.
func (b *births) past(provider *mocks.Provider, payload rawjson.Value, ago time.Duration) rawjson.Value {
	b.mu.Lock()
	defer b.mu.Unlock()
	return provider.Fresh(payload, b.birth(-ago))
}

func (b *births) sequel(provider *mocks.Provider, payload rawjson.Value, later time.Duration) rawjson.Value {
	b.mu.Lock()
	defer b.mu.Unlock()
	return provider.Sequel(payload, b.birth(later))
}

// day is one of a few thousand, at noon in Vietnam, when it is the same day in UTC.
func (b *births) day() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Date(2016, 1, 1+b.rand.IntN(2500), 5, 0, 0, 123e6, time.UTC)
}

// birth is the next one; the caller holds the lock.
func (b *births) birth(later time.Duration) mocks.Birth {
	b.serial++
	return mocks.Birth{Now: b.now().Add(later), Rand: b.rand, Run: b.run, Serial: b.serial}
}

// How a check may end other than by its expectations.
type (
	skipped     struct{ reason string }
	gone        struct{ err error }
	interrupted struct{ cause error }
)
