package suites

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// What narrowing may cost: a slow target is not asked for minutes, and a fast one not
// a thousand times.
const (
	narrowingTime  = 10 * time.Second
	narrowingTries = 300
)

// narrow sends a refused payload again and again, each time a step nearer to the
// documented payload that the target takes, and keeps every step that is still
// refused. What is left differs from the documented one in what the refusal is about.
//
// Where the target takes the payload the second time there is nothing to narrow by, and
// the first refusal stands. What it found is told in words as well.
func (p *Probe) narrow(ctx context.Context, refused generate.Payload, refusal Reply) (smallest Reply, found string) {
	n := &narrowing{
		probe: p, ctx: ctx, until: time.Now().Add(narrowingTime), tries: narrowingTries,
		payload: refused, at: p.Provider.Parse(refused.Body), smallest: refusal,
	}
	if !n.refuses(n.at) {
		return refusal, "refused once, and not when it came again"
	}
	taken := p.taken(refused)
	n.within("", taken)
	differing := differences("", n.at, taken)
	if len(differing) == 0 {
		return n.smallest, "here in its smallest form, which differs from the documented payload that it takes in the order of members alone"
	}
	return n.smallest, "here in its smallest form, which differs from the documented payload that it takes in " + strings.Join(differing, ", ")
}

// taken is the documented payload that the target takes and that is most like another.
func (p *Probe) taken(like generate.Payload) rawjson.Value {
	events := p.Events()
	alike := slices.IndexFunc(events, func(e mocks.Event) bool { return e.Schema == like.Schema })
	if alike < 0 {
		alike = slices.IndexFunc(events, func(e mocks.Event) bool { return e.Type == like.Event })
	}
	return events[alike].Payload
}

type narrowing struct {
	probe *Probe
	ctx   context.Context
	until time.Time
	tries int

	payload  generate.Payload // as it was drawn
	at       rawjson.Value    // as it has become
	smallest Reply            // the refusal of that
}

// nearing is a change towards the payload that is taken. Where it cannot be made whole, a
// part of it may be: that is what deeper tries.
type nearing struct {
	make   func(rawjson.Value) rawjson.Value
	deeper func()
}

// take makes as many of the steps as leave the payload refused: all of them at once, or
// of each half as many as possible. Mostly one value is to blame, and few tries find it.
func (n *narrowing) take(steps []nearing) {
	if len(steps) == 0 {
		return
	}
	payload := n.at
	for _, s := range steps {
		payload = s.make(payload)
	}
	switch half := len(steps) / 2; {
	case n.refuses(payload):
	case half > 0:
		n.take(steps[:half])
		n.take(steps[half:])
	case steps[0].deeper != nil:
		steps[0].deeper()
	}
}

// replace is the step that puts the taken value at a pointer.
func (n *narrowing) replace(pointer string, taken rawjson.Value) nearing {
	return nearing{
		make:   func(v rawjson.Value) rawjson.Value { return v.With(pointer, taken) },
		deeper: func() { n.within(pointer, taken) },
	}
}

// within brings what is in the value at a pointer nearer to the taken one.
func (n *narrowing) within(pointer string, taken rawjson.Value) {
	here, _ := n.at.Get(pointer)
	if here.Kind() != taken.Kind() {
		return
	}
	switch here.Kind() {
	case rawjson.Object:
		n.take(n.object(pointer, here, taken))
	case rawjson.Array:
		n.take(n.array(pointer, here, taken))
	case rawjson.String:
		n.text(pointer, []rune(here.Content()))
	case rawjson.Number:
		n.number(pointer, here, taken)
	}
}

func (n *narrowing) object(pointer string, here, taken rawjson.Value) []nearing {
	var steps []nearing
	for _, m := range here.Members() {
		child := pointer + "/" + rawjson.Escape(m.Name)
		switch wanted, both := taken.Get("/" + rawjson.Escape(m.Name)); {
		case !both:
			steps = append(steps, nearing{make: func(v rawjson.Value) rawjson.Value { return v.Without(child) }})
		case wanted.String() != m.Value.String():
			steps = append(steps, n.replace(child, wanted))
		}
	}
	for _, m := range taken.Members() {
		if _, both := here.Get("/" + rawjson.Escape(m.Name)); !both {
			steps = append(steps, n.replace(pointer+"/"+rawjson.Escape(m.Name), m.Value))
		}
	}
	return steps
}

// array takes elements away from the end, so that what is left keeps its pointer.
func (n *narrowing) array(pointer string, here, taken rawjson.Value) []nearing {
	var steps []nearing
	wanted := taken.Items()
	for i := range slices.Backward(here.Items()) {
		child := pointer + "/" + strconv.Itoa(i)
		s := nearing{make: func(v rawjson.Value) rawjson.Value { return v.Without(child) }}
		if i < len(wanted) {
			s.deeper = func() { n.take([]nearing{n.replace(child, wanted[i])}) }
		}
		steps = append(steps, s)
	}
	return steps
}

// text leaves out halves, quarters, and so on to single characters.
func (n *narrowing) text(pointer string, text []rune) {
	for size := (len(text) + 1) / 2; size > 0; size /= 2 {
		for from := 0; from < len(text); {
			shorter := slices.Concat(text[:from], text[min(from+size, len(text)):])
			if n.refuses(n.at.With(pointer, rawjson.Text(string(shorter)))) {
				text = shorter
			} else {
				from += size
			}
		}
	}
}

// number halves the way to the number that is taken.
func (n *narrowing) number(pointer string, here, taken rawjson.Value) {
	refused, err := strconv.ParseInt(here.Content(), 10, 64)
	good, also := strconv.ParseInt(taken.Content(), 10, 64)
	if err != nil || also != nil {
		return
	}
	for middle := good/2 + refused/2; middle != good && middle != refused; middle = good/2 + refused/2 {
		if n.refuses(n.at.With(pointer, rawjson.Int(middle))) {
			refused = middle
		} else {
			good = middle
		}
	}
}

// refuses tells whether a payload still fits its schema and is refused as the first one
// was; then narrowing goes on from it. A refusal with another status is about something
// else.
func (n *narrowing) refuses(payload rawjson.Value) bool {
	if n.tries == 0 || time.Now().After(n.until) || n.ctx.Err() != nil || !n.fits(payload) {
		return false
	}
	n.tries--
	reply := n.probe.try(n.ctx, n.probe.generated(generate.Payload{Event: n.payload.Event, Body: n.probe.Provider.Write(payload, rawjson.Compact)}))
	if accepted(reply) || reply.Failure != nil || reply.Status != n.smallest.Status {
		return false
	}
	n.at, n.smallest = payload, reply
	return true
}

func (n *narrowing) fits(payload rawjson.Value) bool {
	document := n.probe.Provider.Write(payload, rawjson.Compact)
	if n.probe.Provider.Query {
		var err error
		if document, err = schemas.FromQuery(string(document)); err != nil {
			return false
		}
	}
	schema, err := schemas.Lookup(n.payload.Schema)
	if err != nil {
		panic(fmt.Errorf("a generated payload names its schema: %w", err))
	}
	problems, err := schema.Validate(document)
	return err == nil && len(problems) == 0
}

// differences are the pointers of the values that two payloads do not have in common.
func differences(at string, one, other rawjson.Value) []string {
	if one.Kind() != other.Kind() || one.Kind() != rawjson.Object {
		if one.String() == other.String() {
			return nil
		}
		return []string{at}
	}
	var differing []string
	for _, m := range one.Members() {
		child := at + "/" + rawjson.Escape(m.Name)
		if counterpart, both := other.Get("/" + rawjson.Escape(m.Name)); both {
			differing = append(differing, differences(child, m.Value, counterpart)...)
		} else {
			differing = append(differing, child)
		}
	}
	for _, m := range other.Members() {
		if _, both := one.Get("/" + rawjson.Escape(m.Name)); !both {
			differing = append(differing, at+"/"+rawjson.Escape(m.Name))
		}
	}
	return differing
}
