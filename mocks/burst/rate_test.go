package burst_test

import (
	"math"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
)

// The rates are those of the shards that a result holds, and of the time in which
// events were due.
func TestRates(t *testing.T) {
	t.Parallel()
	calm := burst.Result{Rate: 1000, For: 10, Seconds: 10.002, Requests: 10_000, Shards: []burst.Shard{{Index: 0, Of: 1}}}
	changed := func(change func(*burst.Result)) burst.Result {
		r := calm
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		result       burst.Result
		wanted, sent float64
	}{
		"one process":       {calm, 1000, 1000},
		"one of four":       {changed(func(r *burst.Result) { r.Shards = []burst.Shard{{Index: 1, Of: 4}} }), 250, 1000},
		"two of four":       {changed(func(r *burst.Result) { r.Shards = []burst.Shard{{Index: 1, Of: 4}, {Index: 3, Of: 4}} }), 500, 1000},
		"interrupted":       {changed(func(r *burst.Result) { r.Interrupted, r.Seconds = true, 4 }), 1000, 2500},
		"late last answers": {changed(func(r *burst.Result) { r.Seconds = 20 }), 1000, 1000},
		"nothing":           {burst.Result{}, 0, 0},
	} {
		if wanted, sent := c.result.WantedRate(), c.result.SentRate(); wanted != c.wanted || sent != c.sent {
			t.Errorf("%s: %v of %v, want %v of %v", name, sent, wanted, c.sent, c.wanted)
		}
	}
}

// Where a number of requests is the end, all of them go out, and the rate shows in how
// long that took.
func TestReached(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		seconds float64
		service time.Duration
		want    float64
	}{
		"in time":              {2, 20 * time.Millisecond, 1},
		"with a slow answer":   {4, 2 * time.Second, 1},
		"a little late":        {2.1, 20 * time.Millisecond, 1},
		"in twice the time":    {4.12, 20 * time.Millisecond, 0.5},
		"in a fraction of it":  {0.5, 20 * time.Millisecond, 1},
		"in twenty times that": {40.12, 20 * time.Millisecond, 0.05},
	} {
		r := burst.Result{Rate: 100, For: 60, MaxRequests: 200, Requests: 200, Seconds: c.seconds, Service: burst.NewLatency()}
		r.Service.Add(c.service)
		if got := r.Reached(); math.Abs(got-c.want) > 0.001 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
