package suites

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/target"
)

// sight is what a run knows of how long the target works behind its answers. Nobody
// prescribes when an event is applied: a worker may look into its inbox every few
// seconds.
type sight struct {
	within time.Duration // as long as an event is waited for

	mu      sync.Mutex
	focused bool          // the plain events were waited for already
	applies []mocks.Event // those that were applied
	slowest time.Duration // that an event was seen to take
	vain    bool          // one was waited for as long as that, and never came
}

func newSight(observer *target.Observer) *sight {
	if observer == nil {
		return nil // nothing is looked for
	}
	return &sight{within: observer.Patience()}
}

// The least that is waited for an event once another one never came, and for more to
// happen than should.
const (
	leastPatience = 3 * time.Second
	leastMoment   = 60 * time.Millisecond
)

// patience is how long to wait for an event to be applied. Once that was in vain, the
// target is faulty, and is not waited for so long again.
func (s *sight) patience() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.vain {
		return min(s.within, max(leastPatience, s.slowest*3/2))
	}
	return s.within
}

// moment is how long to wait for a target to do more than it should.
func (s *sight) moment() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return min(s.within, max(leastMoment, s.slowest*3/2))
}

func (s *sight) saw(after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slowest = max(s.slowest, after)
}

// found notes that an event of a kind was applied.
func (s *sight) found(kind mocks.Event, after time.Duration) bool {
	s.saw(after)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.applies = append(s.applies, kind)
	return true
}

// uses tells whether a plain event of a kind was applied, as far as anybody looks.
func (s *sight) uses(kind mocks.Event) bool {
	return s != nil && slices.ContainsFunc(s.applies, func(e mocks.Event) bool { return e.String() == kind.String() && e.Sample == kind.Sample })
}

func (s *sight) lost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vain = true
}

// focus looks, once in a run, which plain events are applied, and how long that takes.
// Without it an event that must not be applied would be looked for too early, and a
// target that has no use for a kind of event would be blamed for it.
func (p *Probe) focus(ctx context.Context) {
	if p.sight.focused {
		return
	}
	p.sight.focused = true
	var waiting []awaited
	deliveries := p.GenuineEach()
	for i, reply := range p.SendEach(ctx, deliveries) {
		if reply.Acknowledged() {
			waiting = append(waiting, awaited{p.Events()[i], p.carried(deliveries[i])})
		}
	}
	for start := time.Now(); len(waiting) > 0; rest(ctx, aLook) {
		waiting = slices.DeleteFunc(waiting, func(w awaited) bool {
			n, _ := p.look(ctx, w.payload)
			return n > 0 && p.sight.found(w.event, time.Since(start))
		})
		if time.Since(start) >= p.sight.within {
			break
		}
	}
	p.lookBack(ctx)
	if !p.sight.uses(p.Usual()) {
		p.sight.lost()
	}
}

// lookBack finds the kinds that were applied when the first of them came: a target that
// takes a later one for its twin has a use for them.
func (p *Probe) lookBack(ctx context.Context) {
	for _, e := range p.baseline.early {
		if n, _ := p.look(ctx, e.payload); n > 0 && !p.sight.uses(e.event) {
			p.sight.found(e.event, 0)
		}
	}
}

// awaited is a plain event that was acknowledged.
type awaited struct {
	event   mocks.Event
	payload rawjson.Value
}

// Applied are the documented events that the target applies when they come alone, in
// the order of the document; all that it takes where it applies none, so that what is
// wrong shows.
func (p *Probe) Applied() []mocks.Event {
	var applied []mocks.Event
	for _, e := range p.Events() {
		if p.sight.uses(e) {
			applied = append(applied, e)
		}
	}
	if len(applied) == 0 {
		return p.Events()
	}
	return applied
}

// amidApplied is the probe with a usual event that the target has a use for, where it has
// one for any.
func (p *Probe) amidApplied() *Probe {
	if p.sight.uses(p.Usual()) {
		return p
	}
	own, known := *p, *p.baseline
	known.event = p.Applied()[0]
	own.baseline = &known
	return &own
}
