package suites

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/onsi/gomega"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
)

// generatedPayloads is how many payloads the check draws.
const generatedPayloads = 50

// rapidSettings guards rapid's settings, which are process-wide flags.
var rapidSettings sync.Mutex

// acceptsGenerated draws valid payloads, sends them, and where one is refused lets
// rapid draw the same again and shrink it: the last refused delivery is the
// smallest.
func acceptsGenerated(ctx context.Context, p *Probe, g gomega.Gomega) {
	draw, err := generate.For(p.Provider.Name)
	if err != nil {
		panic(err)
	}
	drawn := p.drawGenerated(draw)
	if len(drawn) == 0 {
		p.Skip("the target takes none of the documented events from which payloads are generated")
	}
	var deliveries []Delivery
	for _, payload := range drawn {
		deliveries = append(deliveries, p.generated(payload))
	}
	for i, reply := range p.SendEach(ctx, deliveries) {
		if reply.Failure != nil {
			g.Expect(reply).To(BeAccepted())
		}
		if !accepted(reply) {
			smallest := p.shrink(ctx, draw, drawn[i])
			if smallest.probe == nil {
				smallest = reply // taken the second time: there is nothing to shrink by
			}
			p.insistOnTarget(ctx, smallest)
			g.Expect(smallest).To(BeAccepted(), "refused a valid payload, here in its smallest form (--seed %d draws it again)", p.Seed)
		}
	}
}

func (p *Probe) generated(payload generate.Payload) Delivery {
	fresh := p.births.fresh(p.Provider, p.Provider.Parse(payload.Body))
	return p.Carrying(fresh, "generated %s (seed %d)", payload.Event, p.Seed)
}

// drawGenerated draws the payloads of the seed, less those of event types that the
// target refuses anyway.
func (p *Probe) drawGenerated(draw generate.Generator) []generate.Payload {
	var drawn []generate.Payload
	check(p.Seed, func(t *rapid.T) {
		if payload := draw(t); p.takes(payload.Event) {
			drawn = append(drawn, payload)
		}
	})
	return drawn
}

// shrink draws the seed's payloads again up to the refused one, and lets rapid look
// for a smaller one that is refused as well.
func (p *Probe) shrink(ctx context.Context, draw generate.Generator, refused generate.Payload) Reply {
	var smallest Reply
	check(p.Seed, func(t *rapid.T) {
		payload := draw(t)
		if !p.takes(payload.Event) || smallest.probe == nil && !bytes.Equal(payload.Body, refused.Body) {
			return
		}
		if reply := p.try(ctx, p.generated(payload)); !accepted(reply) {
			smallest = reply
			t.FailNow()
		}
	})
	return smallest
}

// takes tells whether the target takes the documented form of an event type.
func (p *Probe) takes(eventType string) bool {
	return slices.ContainsFunc(p.Events(), func(e mocks.Event) bool { return e.Type == eventType })
}

// check runs a property with a seed and without rapid's files and prints.
func check(seed uint64, property func(*rapid.T)) {
	rapidSettings.Lock()
	defer rapidSettings.Unlock()
	if !flag.Parsed() { // rapid asks for testing.Short, which wants both
		testing.Init()
		_ = flag.CommandLine.Parse(nil)
	}
	for name, value := range map[string]string{
		"rapid.seed":       strconv.FormatUint(seed, 10),
		"rapid.checks":     strconv.Itoa(generatedPayloads),
		"rapid.nofailfile": "true",
		"rapid.shrinktime": "3s",
	} {
		if err := flag.Set(name, value); err != nil {
			panic(fmt.Errorf("setting %s: %w", name, err))
		}
	}
	defer func() {
		if ending := recover(); ending != nil && ending != (stopped{}) {
			panic(ending)
		}
	}()
	rapid.Check(&silent{}, property)
}

// silent is the rapid.TB of a program: a failed property is not a failed test.
type silent struct{ failed bool }

type stopped struct{}

func (*silent) Helper()                 {}
func (*silent) Name() string            { return "generated payloads" }
func (*silent) Logf(string, ...any)     {}
func (*silent) Log(...any)              {}
func (*silent) Skipf(string, ...any)    { panic(stopped{}) }
func (*silent) Skip(...any)             { panic(stopped{}) }
func (*silent) SkipNow()                { panic(stopped{}) }
func (s *silent) Errorf(string, ...any) { s.failed = true }
func (s *silent) Error(...any)          { s.failed = true }
func (s *silent) Fatalf(string, ...any) { s.failed = true; panic(stopped{}) }
func (s *silent) Fatal(...any)          { s.failed = true; panic(stopped{}) }
func (s *silent) FailNow()              { s.failed = true; panic(stopped{}) }
func (s *silent) Fail()                 { s.failed = true }
func (s *silent) Failed() bool          { return s.failed }
