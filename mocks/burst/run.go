package burst

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

// What holds where the options say nothing.
const (
	DefaultConnections = 64
	DefaultTimeout     = 10 * time.Second
)

// Run carries out a burst. It ends early, and with what was found until then, when the
// context does; what is on its way then is not counted. An error means that nothing was
// found out.
//
// The target is called correct as far as it can be: connections that it closes between
// requests are opened anew, and a request that such a closing has lost goes out again.
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
	if err := e.reach(ctx); err != nil {
		return Result{}, err
	}
	started := time.Now()
	e.clock = clock{started}
	interrupted := e.carryOut(ctx)
	all := e.tell(NewLatency())
	sum := e.sum()
	if all.Failed > 0 && all.Failed == all.Sent && !interrupted {
		return Result{}, e.silence(sum)
	}
	result := e.result(sum, interrupted)
	result.Started = started
	return result, nil
}

// carryOut sends everything and returns when the last answer is there, or the context
// has ended: then it says so.
func (e *engine) carryOut(ctx context.Context) (interrupted bool) {
	ctx, stop := context.WithCancelCause(ctx)
	var workers, helpers sync.WaitGroup
	most := cmp.Or(e.options.MaxRequests, math.MaxUint64)
	if e.options.Rate > 0 {
		schedule := newSchedule(e.clock, e.options.Rate, e.end, most)
		e.pace = schedule
		helpers.Go(func() { schedule.run(ctx, e.alarm()) })
	} else {
		e.pace = &eager{clock: e.clock, end: e.end, most: most}
	}
	helpers.Go(func() { e.watch(ctx, stop) })
	for i := range e.options.Connections {
		c := &connection{
			engine: e, tally: e.tallies[i%len(e.tallies)], seat: make(seat, 1),
			judge: judge{objection: e.options.Provider.Objection, mask: e.options.Mask},
		}
		workers.Go(func() { c.work(ctx) })
	}
	workers.Wait()
	interrupted = ctx.Err() != nil && !errors.Is(context.Cause(ctx), errSilent)
	stop(nil)
	helpers.Wait()
	return interrupted
}

// reach finds out whether somebody listens there at all. One that is just being started
// gets a moment.
func (e *engine) reach(ctx context.Context) error {
	for attempts := 1; ; attempts++ {
		l, err := e.dialer.open(ctx)
		switch {
		case err == nil:
			l.hangUp()
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("reaching %s: %w", e.shown(), ctx.Err())
		case attempts == 4 || !errors.Is(err, syscall.ECONNREFUSED):
			return fmt.Errorf("%s cannot be reached: %w; is the receiver running, and is the address right?", e.shown(), err)
		}
		pause(ctx, 150*time.Millisecond)
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
	r.Unsent = e.pace.behind(min(now, e.end))
	sum.tell(&r)
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
