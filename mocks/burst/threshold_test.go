package burst_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks/burst"
)

func limit(t rapid.TB, measure, text string) burst.Limit {
	t.Helper()
	l, err := burst.ParseLimit(measure, text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestParsePercent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"1%": 0.01, "0.5%": 0.005, "99.9%": 0.999, "100%": 1, "0%": 0, ".5%": 0.005} {
		if got, err := burst.ParsePercent(text); err != nil || got < want-1e-12 || got > want+1e-12 {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"99.9": "wants a percent sign behind it: 99.9%", "1": "1%, or 100% for all", "0.999": "0.999 as a part of 1 would be 99.9%",
		"0.01": "0.01 as a part of 1 would be 1%", "0": "behind it: 0%", "300": "from 0% to 100%",
		"": "not a percentage", "%": "not a percentage", "101%": "from 0% to 100%", "-1%": "not a percentage", "1e1%": "not a percentage",
		"NaN%": "not a percentage", "+1%": "not a percentage", "1 %": "not a percentage", "1%%": "not a percentage", "Inf%": "not a percentage", "1.2.3%": "not a percentage",
	} {
		if got, err := burst.ParsePercent(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %q", text, got, err, want)
		}
	}
}

func TestParseLimit(t *testing.T) {
	t.Parallel()
	for _, measure := range burst.Measures {
		for _, text := range []string{"", "100", "-5ms", "0s", "101%", "soon"} {
			if _, err := burst.ParseLimit(measure, text); err == nil {
				t.Errorf("--%s %q is taken", measure, text)
			}
		}
	}
	if _, err := burst.ParseLimit("p95", "1ms"); err == nil || !strings.Contains(err.Error(), "p50, p90, p99, p999, max, reached, success, errors") {
		t.Errorf("p95: %v", err)
	}
}

// hundred is a burst of a hundred genuine events, of which so many were refused or
// left without an answer; the nth answer took n milliseconds.
func hundred(refused, failed int) burst.Result {
	var all []answered
	for i := range 100 {
		a := answered{status: 200, latency: time.Duration(i+1) * time.Millisecond}
		switch {
		case i < failed:
			a.status = 0
		case i < failed+refused:
			a.status = 500
		}
		all = append(all, a)
	}
	return shardOf(burst.Shard{Index: 0, Of: 1}, began, 10, all)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		refused, failed int
		measure, text   string
		value           string
		met             bool
	}{
		{0, 0, "p50", "50.1ms", "50ms", true},
		{0, 0, "p50", "49ms", "50ms", false},
		{0, 0, "p90", "91ms", "90ms", true},
		{0, 0, "p99", "98ms", "99ms", false},
		{0, 0, "max", "101ms", "100ms", true},
		{0, 0, "max", "99ms", "100ms", false},
		{0, 0, "success", "100%", "100%", true},
		{1, 0, "success", "99.5%", "99%", false},
		{1, 0, "success", "99%", "99%", true},
		{0, 2, "success", "99%", "98%", false},
		{0, 2, "errors", "1.9%", "2%", false},
		{5, 2, "errors", "2%", "2%", true},
		{0, 0, "errors", "0%", "0%", true},
		{0, 2, "max", "1h", "no answer", false}, // who gets no answer waits for ever
		{0, 2, "p99", "1h", "no answer", false},
		{0, 1, "p99", "1h", "100ms", true},
		{0, 100, "p50", "1h", "no answer", false},
	} {
		r, err := burst.Merge([]burst.Result{hundred(c.refused, c.failed)})
		if err != nil {
			t.Fatal(err)
		}
		r.Judge([]burst.Limit{limit(t, c.measure, c.text)})
		want := burst.Threshold{Name: c.measure, Limit: c.text, Value: c.value, Met: c.met}
		if len(r.Thresholds) != 1 || r.Thresholds[0] != want || r.Held() != c.met {
			t.Errorf("%d refused, %d failed: %+v, want %+v", c.refused, c.failed, r.Thresholds, want)
		}
	}
}

// held is a burst at 100 a second for 10 seconds of which so many events were due and
// did not go out; all others were answered within 100 ms, with success.
func held(unsent uint64) burst.Result {
	r := hundred(0, 0)
	for range 9 {
		r.Latency.Merge(hundred(0, 0).Latency.Histogram)
	}
	sent := 1000 - unsent
	r.Requests, r.Unsent, r.MaxRequests = sent, unsent, 0
	r.Kinds["genuine"], r.Statuses["200"], r.Success = burst.Tally{Sent: sent, Succeeded: sent}, sent, 1
	return r
}

// Events that were due and did not go out are late beyond any limit, and without success.
func TestLimitsSeeWhatWasNotSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		unsent        uint64
		measure, text string
		value         string
		met           bool
	}{
		{0, "reached", "100%", "100%", true},
		{10, "reached", "99%", "99%", true},
		{11, "reached", "99%", "98.9%", false},
		{933, "reached", "50%", "6.7%", false},
		{933, "success", "99%", "6.7%", false},
		{933, "errors", "0%", "0%", true}, // of requests, and those were answered
		{933, "p50", "1h", "not sent", false},
		{10, "p99", "1h", "100ms", true},
		{11, "p99", "1h", "not sent", false},
		{1, "max", "1h", "not sent", false},
		{1, "success", "100%", "99.9%", false},
	} {
		r := held(c.unsent)
		r.Judge([]burst.Limit{limit(t, c.measure, c.text)})
		if want := (burst.Threshold{Name: c.measure, Limit: c.text, Value: c.value, Met: c.met}); r.Thresholds[0] != want {
			t.Errorf("%d of 1000 not sent: %+v, want %+v", c.unsent, r.Thresholds[0], want)
		}
	}
	both := held(500)
	both.Errors = map[string]uint64{"timeout": 100}
	both.Statuses["200"] = 400
	for measure, want := range map[string]string{"p50": "no answer", "p90": "not sent"} {
		both.Judge([]burst.Limit{limit(t, measure, "1h")})
		if got := both.Thresholds[0].Value; got != want {
			t.Errorf("%s is %q, want %q", measure, got, want)
		}
	}
}

// What was due when somebody ended a burst might have gone out, and as fast as possible
// nothing is due.
func TestLimitsPassOverWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	interrupted, eager := held(500), held(0)
	interrupted.Interrupted, eager.Rate = true, 0
	for name, r := range map[string]burst.Result{"interrupted": interrupted, "eager": eager} {
		r.Judge([]burst.Limit{limit(t, "max", "1s"), limit(t, "success", "100%")})
		if !r.Held() || r.Overdue() != 0 {
			t.Errorf("%s: %+v", name, r.Thresholds)
		}
	}
	eager.Judge([]burst.Limit{limit(t, "reached", "1%")})
	if eager.Held() || eager.Thresholds[0].Value != "no rate" {
		t.Errorf("%+v", eager.Thresholds)
	}
}

// A failure is never rounded away.
func TestAlmostAllIsNotAll(t *testing.T) {
	t.Parallel()
	for sent, want := range map[uint64]string{10: "90%", 1000: "99.9%", 30_000: "99.997%", 3_000_000: "99.99997%"} {
		r := burst.Result{Kinds: map[string]burst.Tally{"genuine": {Sent: sent}}, Success: 1 - 1/float64(sent), Statuses: map[string]uint64{"200": sent}}
		r.Judge([]burst.Limit{limit(t, "success", "100%")})
		if got := r.Thresholds[0]; got.Value != want || got.Met {
			t.Errorf("1 of %d: %+v, want %s", sent, got, want)
		}
	}
}

func TestWhatBreaksABurstWithoutLimits(t *testing.T) {
	t.Parallel()
	for accepted, held := range map[int]bool{0: true, 1: false} {
		all := []answered{{status: 200}, {kind: burst.BadSignature, status: 401}, {kind: burst.Duplicate, status: 409}}
		for range accepted {
			all = append(all, answered{kind: burst.BadSignature, status: 200})
		}
		r := shardOf(burst.Shard{Index: 0, Of: 1}, began, 1, all)
		r.Judge(nil)
		r.Judge(nil) // in place of those before
		if r.Held() != held || len(r.Thresholds) != 1 || r.Thresholds[0].Name != "bad-signature" {
			t.Errorf("%d accepted: %+v", accepted, r.Thresholds)
		}
	}
	refused := hundred(100, 0)
	refused.Judge(nil)
	if refused.Held() || refused.Thresholds[0].Name != "genuine" {
		t.Errorf("of a target that takes nothing: %+v", refused.Thresholds)
	}
	honest := hundred(99, 0)
	honest.Judge(nil)
	if !honest.Held() || len(honest.Thresholds) != 0 {
		t.Errorf("without limits: %+v", honest.Thresholds)
	}
}
