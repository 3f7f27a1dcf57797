package load_test

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	_ "github.com/khop-dev/khop/mocks/platforms"
	"github.com/khop-dev/khop/suites/lang"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds a text to a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./suites/load -update writes it anew):\n%s", file, got)
	}
}

// rendered is what a renderer writes.
func rendered(t testing.TB, render func(io.Writer, burst.Result, lang.Language) error, r burst.Result, language lang.Language) string {
	t.Helper()
	var out strings.Builder
	if err := render(&out, r, language); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// spread is a distribution of so many durations, the nth of which is n times a step.
func spread(count int, step time.Duration) burst.Latency {
	l := burst.NewLatency()
	for i := range count {
		l.Add(time.Duration(i+1) * step)
	}
	return l
}

// calm is a burst in which all went well; no limit was set.
func calm() burst.Result {
	return burst.Result{
		Schema: burst.Version, Report: "burst", Khop: "1.2.3", Provider: "superai", Target: "http://127.0.0.1:3000/hook",
		Events: []string{"update_status", "update_weight"}, Started: time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC), Seconds: 10.002,
		Rate: 1000, For: 10, Connections: 64, Timeout: 10, Opened: 2, Seed: 7, Shards: []burst.Shard{{Index: 0, Of: 1}},
		Requests: 10_000, Throughput: 999.8, Success: 1,
		Kinds: map[string]burst.Tally{"genuine": {Sent: 10_000, Succeeded: 10_000}}, Statuses: map[string]uint64{"200": 10_000},
		Latency: spread(10_000, 300*time.Nanosecond), Service: spread(10_000, 250*time.Nanosecond),
		Connect: spread(2, 200*time.Microsecond), Late: spread(10_000, time.Nanosecond),
	}
}

// stormy is a burst in which much went wrong.
func stormy() burst.Result {
	r := calm()
	r.Shares = burst.Shares{Duplicates: 0.01, Stale: 0.01, BadSignature: 0.01}
	r.Rate, r.Requests, r.Throughput, r.Success, r.Unsent = 20_000, 12_000, 1199, 0.98, 188_000
	r.Kinds = map[string]burst.Tally{
		"genuine":       {Sent: 11_700, Succeeded: 11_466, Refused: 224, Failed: 10},
		"duplicate":     {Sent: 100, Succeeded: 3, Refused: 97},
		"stale":         {Sent: 100, Succeeded: 90, Refused: 10},
		"bad-signature": {Sent: 100, Succeeded: 12, Refused: 88},
	}
	r.Statuses = map[string]uint64{"200": 11_571, "401": 88, "409": 97, "503": 234}
	r.Errors = map[string]uint64{"timeout": 8, "connection reset": 2}
	r.Objections = []burst.Objection{{Text: "SuperAI counts only HTTP 200 as delivered, not 503", Count: 234}, {Text: "SuperAI counts only HTTP 200 as delivered, not 409", Count: 97}}
	r.Opened, r.Waited, r.Resent, r.AnsweredLate, r.Connect = 4000, 11_900, 3, 60, spread(4000, 2*time.Microsecond)
	r.Latency, r.Service, r.Late = spread(11_990, 700*time.Microsecond), spread(11_990, 2*time.Microsecond), spread(12_000, 200*time.Microsecond)
	over(&r, burst.Moment{Answered: 48, Refused: 1, LatencySum: 48 * 400_000, Slowest: 840_000},
		10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10)
	limits(&r, "p99", "100ms", "success", "99.9%", "errors", "1%")
	return r
}

// over gives a result a timeline of moments of 0.4 s, in each of which so many times the
// same happened.
func over(r *burst.Result, each burst.Moment, shape ...int) {
	r.Timeline = &burst.Timeline{From: r.Started, Seconds: 0.4}
	for _, n := range shape {
		r.Timeline.Moments = append(r.Timeline.Moments, burst.Moment{
			Answered: uint64(n) * each.Answered, Refused: uint64(n) * each.Refused, Failed: uint64(n) * each.Failed,
			LatencySum: uint64(n) * each.LatencySum, Slowest: uint64(n) * each.Slowest,
		})
	}
}

// limits holds a result to limits: measure, limit, measure, limit.
func limits(r *burst.Result, words ...string) {
	var all []burst.Limit
	for i := 0; i < len(words); i += 2 {
		limit, err := burst.ParseLimit(words[i], words[i+1])
		if err != nil {
			panic(err)
		}
		all = append(all, limit)
	}
	r.Judge(all)
}

// changed is a calm burst with something else about it.
func changed(change func(*burst.Result)) burst.Result {
	r := calm()
	change(&r)
	return r
}

// slow makes of a calm burst one against a target that takes 20 of 300 a second.
func slow(r *burst.Result) {
	r.Rate, r.For, r.Seconds, r.Connections, r.Requests, r.Unsent, r.Waited, r.Throughput = 300, 2, 2.1, 2, 40, 560, 38, 19
	r.Kinds, r.Statuses = map[string]burst.Tally{"genuine": {Sent: 40, Succeeded: 40}}, map[string]uint64{"200": 40}
	r.Latency, r.Service, r.Late = spread(40, 50*time.Millisecond), spread(40, 2500*time.Microsecond), spread(40, time.Microsecond)
}

// typesOf are all events of a provider.
func typesOf(name string) []string {
	provider, err := mocks.Lookup(name)
	if err != nil {
		panic(err)
	}
	var types []string
	for _, event := range provider.Events() {
		types = append(types, event.Type)
	}
	return slices.Compact(slices.Sorted(slices.Values(types)))
}

// samples are bursts that came to each of the outcomes.
var samples = map[string]burst.Result{
	"measured": calm(),
	"exceeded": stormy(),
	"kept":     changed(func(r *burst.Result) { limits(r, "p50", "5ms", "max", "1s") }),
	"eager":    changed(func(r *burst.Result) { r.Rate, r.Late = 0, burst.NewLatency() }),
	"interrupted": changed(func(r *burst.Result) {
		r.Interrupted, r.Seconds = true, 4
	}),
	"shard":      changed(func(r *burst.Result) { r.Shards = []burst.Shard{{Index: 1, Of: 4}} }),
	"incomplete": changed(func(r *burst.Result) { r.Shards = []burst.Shard{{Index: 1, Of: 4}, {Index: 3, Of: 4}}; r.Merged = true }),
	"one-shard-left": changed(func(r *burst.Result) {
		r.Shards, r.Merged = []burst.Shard{{Index: 1, Of: 4}}, true
		limits(r, "max", "1s")
	}),
	// A target that takes 20 of 300 a second, with two connections.
	"slow":            changed(slow),
	"slow-and-kept":   changed(func(r *burst.Result) { slow(r); limits(r, "errors", "0%") }),
	"slow-and-judged": changed(func(r *burst.Result) { slow(r); limits(r, "p99", "5s", "reached", "99%", "success", "99.9%") }),
	// One that died half way.
	"dying": changed(func(r *burst.Result) {
		r.Kinds = map[string]burst.Tally{"genuine": {Sent: 10_000, Succeeded: 5000, Failed: 5000}}
		r.Statuses, r.Errors, r.Success = map[string]uint64{"200": 5000}, map[string]uint64{"connection refused": 5000}, 0.5
		over(r, burst.Moment{Answered: 50, LatencySum: 50 * 150, Slowest: 375}, 8, 8, 8, 8, 8, 8, 8, 8, 6, 4, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		for i := range 13 {
			r.Timeline.Moments[12+i].Failed = 384
		}
	}),
	"found-nothing": {
		Schema: burst.Version, Report: "burst", Khop: "1.2.3", Provider: "superai", Target: "http://127.0.0.1:9/", Events: []string{"update_status"},
		Started: time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC), Rate: 300, For: 10, Connections: 64, Timeout: 10, MaxRequests: 5000, Seed: 7,
		Shards: []burst.Shard{{Index: 1, Of: 4}}, Shares: burst.Shares{Duplicates: 0.01, BadSignature: 0.005}, Reason: "http://127.0.0.1:9/ cannot be reached: connection refused; is the receiver running?",
	},
	"under-way": changed(func(r *burst.Result) {
		r.Interrupted, r.Seconds, r.Requests, r.Underway, r.Unsent = true, 2, 64, 64, 1936
		r.Kinds, r.Statuses = map[string]burst.Tally{"genuine": {Sent: 64}}, nil
		r.Latency, r.Service, r.Success, r.Throughput = burst.NewLatency(), burst.NewLatency(), 0, 0
	}),
	"closing": changed(func(r *burst.Result) {
		r.Rate, r.Late, r.Opened, r.Connect, r.Latency = 0, burst.NewLatency(), 10_000, spread(10_000, time.Microsecond), spread(10_000, 1250*time.Nanosecond)
		r.MaxRequests = 10_000
	}),
	"mobio": changed(func(r *burst.Result) { r.Provider, r.Events = "mobio", typesOf("mobio") }),
	"unanswered": changed(func(r *burst.Result) {
		r.Kinds = map[string]burst.Tally{"genuine": {Sent: 10_000, Failed: 10_000}}
		r.Statuses, r.Errors = map[string]uint64{}, map[string]uint64{"connection refused": 10_000}
		r.Latency, r.Service, r.Success, r.Throughput = burst.NewLatency(), burst.NewLatency(), 0, 0
		limits(r, "p99", "100ms")
	}),
	"refused": changed(func(r *burst.Result) {
		r.Kinds = map[string]burst.Tally{"genuine": {Sent: 9900, Refused: 9900}, "bad-signature": {Sent: 100, Refused: 100}}
		r.Statuses, r.Success = map[string]uint64{"401": 10_000}, 0
		limits(r)
	}),
	"nothing": {},
}
