package burst

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"time"
)

// What holds where the options say nothing.
const (
	DefaultConnections = 64
	DefaultTimeout     = 10 * time.Second
)

// Run carries out a burst. It ends early, and with what was found until then, when the
// context does. An error means that nothing was found out: an Unreachable that there is
// nobody, a Shortage that this machine is not up to it.
//
// The target may close connections between requests: before one is used again, khop
// looks whether it has. Where a request and the end of its connection cross, it goes out
// again only if it is certain that the target's system did not take it; else it counts as
// one without an answer, as the provider would see it.
func Run(ctx context.Context, options Options) (Result, error) {
	source, err := NewSource(options)
	if err != nil {
		return Result{}, err
	}
	e, err := newEngine(options, source, newAlarm)
	if err != nil {
		return Result{}, err
	}
	return e.run(ctx)
}

// engine is one burst.
type engine struct {
	options Options
	source  Source
	draw    draw
	dialer  dialer
	alarm   func() alarm

	clock   clock
	end     time.Duration // when nothing comes due any more
	pace    pace
	tallies []*tally
	giveUp  context.CancelCauseFunc // ends the burst for a reason that is not the user's
}

func newEngine(options Options, source Source, alarm func() alarm) (*engine, error) {
	options.Connections = cmp.Or(options.Connections, DefaultConnections)
	options.Timeout = cmp.Or(options.Timeout, DefaultTimeout)
	switch {
	case options.For <= 0 && options.MaxRequests == 0:
		return nil, errors.New("a burst wants an end: a time or a number of requests")
	case options.Rate < 0 || options.For < 0 || options.Connections < 0 || options.Timeout < 0:
		return nil, errors.New("a burst's rate, time, connections and timeout cannot be below 0")
	}
	e := &engine{options: options, source: source, dialer: newDialer(options), alarm: alarm}
	e.draw = draw{options.Seed, options.Shares}
	e.end = cmp.Or(options.For, time.Duration(math.MaxInt64))
	for range min(options.Connections, 2*runtime.GOMAXPROCS(0)) {
		e.tallies = append(e.tallies, newTally())
	}
	return e, nil
}

func (e *engine) run(ctx context.Context) (Result, error) {
	if err := checkRoom(e.connections()); err != nil {
		return Result{}, err
	}
	if err := e.reach(ctx); err != nil {
		return Result{}, err
	}
	started := time.Now()
	e.clock = clock{started}
	for _, t := range e.tallies {
		t.began = started
	}
	ended := e.carryOut(ctx)
	var short Shortage
	if errors.As(ended, &short) {
		return Result{}, short
	}
	interrupted := ended != nil && !errors.Is(ended, errSilent)
	all := e.tell(NewLatency())
	sum := e.sum()
	if all.Failed > 0 && all.Succeeded+all.Refused == 0 && !interrupted {
		return Result{}, e.silence(sum)
	}
	result := e.result(sum, interrupted)
	result.Started = started
	return result, nil
}

// connections is how many there may be use for.
func (e *engine) connections() int {
	if most := e.options.MaxRequests; most > 0 && most < uint64(e.options.Connections) {
		return int(most)
	}
	return e.options.Connections
}

// carryOut sends everything and returns when the last answer is there, or the context
// has ended, or the burst was given up: then it says why.
func (e *engine) carryOut(ctx context.Context) (ended error) {
	ctx, e.giveUp = context.WithCancelCause(ctx)
	var workers, watch sync.WaitGroup
	hire := e.hiring(ctx, &workers)
	most := cmp.Or(e.options.MaxRequests, math.MaxUint64)
	if e.options.Rate > 0 {
		schedule := newSchedule(e.clock, e.options.Rate, e.end, most)
		schedule.hire, schedule.vacant = hire, e.connections()
		e.pace = schedule
		workers.Go(func() { schedule.run(ctx, e.alarm()) })
	} else {
		eager := &eager{clock: e.clock, end: e.end, most: most}
		e.pace = eager
		eager.start(e.connections(), hire)
	}
	watch.Go(func() { e.watch(ctx) })
	workers.Wait()
	ended = context.Cause(ctx)
	e.giveUp(nil)
	watch.Wait()
	return ended
}

// hiring is how a connection is set to work when there is need of it, with its first
// turn. Who has 100,000 and few events is not to pay for all of them.
func (e *engine) hiring(ctx context.Context, workers *sync.WaitGroup) func(turn) {
	hired := 0
	return func(first turn) {
		c := &connection{
			engine: e, tally: e.tallies[hired%len(e.tallies)], seat: make(seat, 1),
			judge: judge{objection: e.options.Provider.Objection, mask: e.options.Mask},
		}
		hired++
		workers.Go(func() { c.work(ctx, first) })
	}
}

// sum adds up what all connections have taken down.
func (e *engine) sum() *tally {
	sum := newTally()
	for _, t := range e.tallies {
		t.addTo(sum)
	}
	return sum
}

func (e *engine) result(sum *tally, interrupted bool) Result {
	o := e.options
	now, shards := e.clock.now(), max(1, o.Shard.Of)
	r := Result{
		Schema: Version, Report: reportName, Provider: o.Provider.Name, Target: e.shown(), Events: e.events(),
		Rate: o.Rate * float64(shards), For: o.For.Seconds(), Connections: o.Connections, Shares: o.Shares, Seed: o.Seed,
		Shards: []Shard{{o.Shard.Index, shards}}, Interrupted: interrupted,
	}
	lasted := sum.last
	switch {
	case interrupted:
		lasted = now
	case o.MaxRequests == 0 || sum.total().Sent < o.MaxRequests:
		lasted = max(lasted, e.end)
	}
	r.Seconds = lasted.Seconds()
	sum.tell(&r)
	r.Unsent += e.pace.behind(min(now, e.end))
	r.conclude()
	return r
}

// events are the types that are sent.
func (e *engine) events() []string {
	events := e.options.Events
	if len(events) == 0 {
		events = e.options.Provider.Events()
	}
	var types []string
	for _, event := range events {
		if !slices.Contains(types, event.Type) {
			types = append(types, event.Type)
		}
	}
	return types
}

// shown is the target's address without what may be secret in it.
func (e *engine) shown() string {
	to := e.options.URL
	return (&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String()
}
