package burst

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	glance = 250 * time.Millisecond // between two looks at how far the burst is
	// hope is how long a target may fail to answer anything at all.
	hope = 5 * time.Second
)

// errSilent ends a burst whose target answers nothing.
var errSilent = errors.New("the target answers nothing")

// watch tells how far the burst is until the context ends, and gives a target up that
// does not answer.
func (e *engine) watch(ctx context.Context) {
	every := time.NewTicker(glance)
	defer every.Stop()
	for latency := NewLatency(); ; {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		if e.hopeless(e.tell(latency)) {
			e.giveUp(errSilent)
		}
	}
}

// hopeless tells whether nothing has been answered, by what ought to be time: each
// connection has failed, or had the time for it.
func (e *engine) hopeless(all Tally) bool {
	now := e.clock.now()
	if now < hope || all.Failed == 0 || all.Failed < all.Sent {
		return false
	}
	return all.Failed >= uint64(e.options.Connections) || now >= hope+e.options.Timeout
}

// tell passes on how far the burst is, and returns what has become of all events so far.
// The distribution is there to be used again.
func (e *engine) tell(latency Latency) Tally {
	var all Tally
	var waited uint64
	latency.Reset()
	for _, t := range e.tallies {
		some, had := t.glance(latency)
		all, waited = all.plus(some), waited+had
	}
	if e.options.Watch != nil {
		now := e.clock.now()
		known := all.Succeeded + all.Refused + all.Failed
		e.options.Watch(Progress{
			Elapsed: now, Sent: known, Succeeded: all.Succeeded, Failed: all.Failed,
			Behind: e.pace.behind(min(now, e.end)), Underway: e.pace.given() - known, Waited: waited,
			P50: latency.At(0.5), P99: latency.At(0.99),
		})
	}
	return all
}

// silence says why nothing was found out.
func (e *engine) silence(sum *tally) error {
	faults := slices.SortedFunc(maps.Keys(sum.errors), func(a, b string) int { return int(sum.errors[b]) - int(sum.errors[a]) })
	return fmt.Errorf("%s answered none of %d requests, most often: %s; look at what its log says", e.shown(), sum.total().Failed, faults[0])
}
