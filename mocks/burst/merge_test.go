package burst_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/schemas"
)

var began = time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)

// answered is one request of an imagined burst, as a shard would have noted it.
type answered struct {
	kind                   burst.Kind
	status                 int // 0: none
	latency, service, late time.Duration
	waited                 bool // for a connection, which was opened then
}

// shardOf is the result of a shard that saw these answers.
func shardOf(shard burst.Shard, started time.Time, seconds float64, all []answered) burst.Result {
	r := burst.Result{
		Schema: burst.Version, Report: "burst", Khop: "1.2.3", Provider: "superai", Target: "http://127.0.0.1:3000/hook",
		Events: []string{"update_status"}, Started: started, Seconds: seconds, Rate: 100, For: 10, Connections: 8, Seed: 7,
		Shards: []burst.Shard{shard}, Kinds: map[string]burst.Tally{}, Statuses: map[string]uint64{},
		Latency: burst.NewLatency(), Service: burst.NewLatency(), Connect: burst.NewLatency(), Late: burst.NewLatency(),
		Timeout: 10, MaxRequests: 5000,
	}
	objections := map[string]uint64{}
	for _, a := range all {
		if a.waited {
			r.Waited++
			r.Opened++
			r.Connect.Add(a.service)
		}
		tally := r.Kinds[a.kind.String()]
		tally.Sent++
		r.Requests++
		switch {
		case a.status == 0:
			tally.Failed++
			if r.Errors == nil {
				r.Errors = map[string]uint64{}
			}
			r.Errors["timeout"]++
		case a.status == 200:
			tally.Succeeded++
		default:
			tally.Refused++
			objections[fmt.Sprintf("wants 200, not %d", a.status)]++
		}
		if a.status != 0 {
			r.Statuses[fmt.Sprint(a.status)]++
			r.Latency.Add(a.latency)
			r.Service.Add(a.service)
			r.Late.Add(a.late)
		}
		r.Kinds[a.kind.String()] = tally
	}
	for _, text := range slices.Sorted(maps.Keys(objections)) {
		r.Objections = append(r.Objections, burst.Objection{Text: text, Count: objections[text]})
	}
	return r
}

func someAnswers() *rapid.Generator[[]answered] {
	took := rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64Range(0, 1<<rapid.IntRange(1, 43).Draw(t, "bits")).Draw(t, "took"))
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) answered {
		return answered{
			rapid.SampledFrom(burst.Kinds).Draw(t, "kind"), rapid.SampledFrom([]int{0, 200, 200, 200, 401, 500, 503}).Draw(t, "status"),
			took.Draw(t, "latency"), took.Draw(t, "service"), took.Draw(t, "late"),
			rapid.Bool().Draw(t, "waited"),
		}
	}), 0, 15)
}

func merged(t rapid.TB, parts ...burst.Result) burst.Result {
	t.Helper()
	sum, err := burst.Merge(parts)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// written is a result as it stands in a file, which shows every count.
func written(t rapid.TB, r burst.Result) string {
	t.Helper()
	doc, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

// Shards of one burst add up to what one process would have found that saw all of it,
// in any order and in any grouping, and on their way through files.
func TestMergeAddsUpExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 4).Draw(t, "shards")
		var parts []burst.Result
		var all []answered
		longest, earliest := 0.0, began.Add(time.Hour)
		for i := range of {
			saw := someAnswers().Draw(t, "answers")
			seconds := float64(rapid.IntRange(1, 20).Draw(t, "seconds"))
			started := began.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "started")) * time.Second)
			parts, all = append(parts, shardOf(burst.Shard{Index: i, Of: of}, started, seconds, saw)), append(all, saw...)
			longest, earliest = max(longest, seconds), earlier(earliest, started)
		}
		want := merged(t, shardOf(burst.Shard{Index: 0, Of: 1}, earliest, longest, all))
		want.Connections = 8 * of
		want.Shards = nil
		for i := range of {
			want.Shards = append(want.Shards, burst.Shard{Index: i, Of: of})
		}

		shuffled := rapid.Permutation(parts).Draw(t, "order")
		cut := rapid.IntRange(1, of).Draw(t, "cut")
		grouped := []burst.Result{merged(t, shuffled[:cut]...)}
		if cut < of {
			grouped = append(grouped, merged(t, shuffled[cut:]...))
		}
		for how, got := range map[string]burst.Result{"at once": merged(t, shuffled...), "in groups": merged(t, grouped...)} {
			if !same(got, want) {
				t.Fatalf("%s:\n%s\nwant\n%s", how, written(t, got), written(t, want))
			}
			if len(got.Missing()) != 0 {
				t.Fatalf("%s: missing are %v", how, got.Missing())
			}
		}
	})
}

// same tells whether two results are the same to the last count of every bucket.
func same(a, b burst.Result) bool {
	buckets := a.Latency.Equals(b.Latency.Histogram) && a.Service.Equals(b.Service.Histogram) &&
		a.Connect.Equals(b.Connect.Histogram) && a.Late.Equals(b.Late.Histogram)
	for _, r := range []*burst.Result{&a, &b} {
		r.Latency, r.Service, r.Connect, r.Late = burst.Latency{}, burst.Latency{}, burst.Latency{}, burst.Latency{}
	}
	return buckets && reflect.DeepEqual(a, b)
}

func TestMergeAddsUpWhatWasWrittenDown(t *testing.T) {
	t.Parallel()
	var parts, read []burst.Result
	for i := range 3 {
		part := shardOf(burst.Shard{Index: i, Of: 3}, began, 1, []answered{{status: 200, latency: 12345 * time.Microsecond, late: time.Hour}, {status: 500 + i}})
		again, err := burst.Read(strings.NewReader(written(t, part)))
		if err != nil {
			t.Fatal(err)
		}
		parts, read = append(parts, part), append(read, again)
	}
	if got, want := merged(t, read...), merged(t, parts...); !same(got, want) {
		t.Errorf("%s\nwant\n%s", written(t, got), written(t, want))
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// What is merged is not changed: it may be merged again.
func TestMergeLeavesItsPartsAlone(t *testing.T) {
	t.Parallel()
	one := shardOf(burst.Shard{Index: 0, Of: 2}, began, 1, []answered{{status: 200, latency: 3}, {status: 401}})
	two := shardOf(burst.Shard{Index: 1, Of: 2}, began, 1, []answered{{status: 401}, {status: 0}})
	before := written(t, one) + written(t, two)
	merged(t, one, two)
	merged(t, two, one)
	if after := written(t, one) + written(t, two); after != before {
		t.Errorf("the parts were changed:\n%s\nto\n%s", before, after)
	}
}

func TestMergeRefusesWhatDoesNotBelongTogether(t *testing.T) {
	t.Parallel()
	shard := func(i, of int) burst.Result { return shardOf(burst.Shard{Index: i, Of: of}, began, 1, nil) }
	for name, c := range map[string]struct {
		change func(*burst.Result)
		want   string
	}{
		"edition":          {func(r *burst.Result) { r.Schema = 2 }, "editions of the report differ: 1 and 2"},
		"version":          {func(r *burst.Result) { r.Khop = "2" }, "versions of khop differ: 1.2.3 and 2"},
		"provider":         {func(r *burst.Result) { r.Provider = "mobio" }, "providers differ: superai and mobio"},
		"target":           {func(r *burst.Result) { r.Target = "http://b/" }, "targets differ: http://127.0.0.1:3000/hook and http://b/"},
		"events":           {func(r *burst.Result) { r.Events = []string{"a", "b"} }, "events differ: update_status and a, b"},
		"rate":             {func(r *burst.Result) { r.Rate = 5 }, "rates of the whole burst differ: 100 and 5"},
		"requests":         {func(r *burst.Result) { r.MaxRequests = 5 }, "numbers of requests at most differ: 5000 and 5"},
		"timeout":          {func(r *burst.Result) { r.Timeout = 5 }, "that an answer may take differ: 10 and 5"},
		"nothing found":    {func(r *burst.Result) { r.Reason = "nobody is there" }, "this shard found nothing out: nobody is there"},
		"length":           {func(r *burst.Result) { r.For = 5 }, "lengths in seconds differ: 10 and 5"},
		"shares":           {func(r *burst.Result) { r.Shares.Stale = 0.5 }, "badly signed events differ: 0, 0 and 0 and 0, 0.5 and 0"},
		"seed":             {func(r *burst.Result) { r.Seed = 8 }, "seeds differ: 7 and 8"},
		"number of shards": {func(r *burst.Result) { r.Shards[0].Of = 3 }, "parted into 2 shards and into 3"},
		"the same shard":   {func(r *burst.Result) { r.Shards[0].Index = 0 }, "the shard 0/2 is there twice"},
		"no shard":         {func(r *burst.Result) { r.Shards = nil }, "does not say which shard"},
		"other buckets":    {func(r *burst.Result) { r.Latency = other(2) }, "other buckets"},
	} {
		two := shard(1, 2)
		c.change(&two)
		_, err := burst.Merge([]burst.Result{shard(0, 2), two})
		var misfit burst.Misfit
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &misfit) || misfit.At != 1 {
			t.Errorf("%s: %v, want %q at place 1", name, err, c.want)
		}
	}
	if _, err := burst.Merge(nil); err == nil {
		t.Error("nothing was merged")
	}
}

func TestMissingShards(t *testing.T) {
	t.Parallel()
	var parts []burst.Result
	for _, i := range []int{3, 1} {
		parts = append(parts, shardOf(burst.Shard{Index: i, Of: 5}, began, 1, nil))
	}
	sum := merged(t, parts...)
	if got := fmt.Sprint(sum.Missing()); got != "[0/5 2/5 4/5]" {
		t.Errorf("missing are %s", got)
	}
	if !sum.Merged || !merged(t, parts[0]).Merged || parts[0].Merged {
		t.Error("a sum does not say that it is one, or a part does")
	}
}

func TestResultsFitTheirSchema(t *testing.T) {
	t.Parallel()
	for seed, saw := range map[uint64][]answered{
		0:              nil,
		1:              {{status: 200, latency: time.Second}, {kind: burst.Stale, status: 500, late: 3 * time.Hour}},
		math.MaxUint64: {{status: 0}, {kind: burst.BadSignature, status: 200}, {kind: burst.Duplicate, status: 409}},
	} {
		r := merged(t, shardOf(burst.Shard{Index: 0, Of: 1}, began, 2.5, saw))
		r.Seed = seed
		r.Shares = burst.Shares{Duplicates: 0.01, Stale: 0.5, BadSignature: 1e-9}
		r.Unsent, r.Interrupted, r.Reason = 7, true, "for once"
		limits := []burst.Limit{limit(t, "p99", "1ms"), limit(t, "reached", "99%"), limit(t, "success", "99.9%"), limit(t, "errors", "0%")}
		r.Judge(limits)
		doc := []byte(written(t, r))
		problems, err := schemas.Burst().Validate(doc)
		unnamed, err2 := schemas.Burst().Undocumented(doc)
		if err := errors.Join(err, err2); err != nil || len(problems)+len(unnamed) > 0 {
			t.Fatalf("%v: %v, not named: %v", err, problems, unnamed)
		}
		again, err := burst.Read(bytes.NewReader(doc))
		if err != nil || written(t, again) != string(doc) {
			t.Fatalf("read again: %v", err)
		}
	}
}

func TestReadRefusesWhatIsNoResult(t *testing.T) {
	t.Parallel()
	good := written(t, shardOf(burst.Shard{Index: 0, Of: 1}, began, 1, []answered{{status: 200}}))
	for name, c := range map[string]struct{ text, want string }{
		"nothing":           {"", "this is no result of a burst"},
		"blanks":            {" \n", "it is empty"},
		"a pod's log":       {"khop: http://a/ cannot be\u202e reached\n{}", `a text: "khop: http://a/ cannot be\u202e reached" …`},
		"half of a result":  {good[:len(good)/2], "this is no result of a burst: "},
		"a long text":       {strings.Repeat("ơ", 300), `"` + strings.Repeat("ơ", 200) + `" …`},
		"a list":            {"[]", "this is no result of a burst"},
		"another report":    {`{"schema": 1, "khop": "1.2.3", "verdict": "pass"}`, "khop burst ... --report FOLDER"},
		"another edition":   {strings.Replace(good, `"schema": 1`, `"schema": 2`, 1), "edition 2, written by khop 1.2.3; this khop reads edition 1"},
		"no statuses":       {strings.Replace(good, `"statuses"`, `"states"`, 1), "/statuses: required"},
		"a count below 0":   {strings.Replace(good, `"unsent": 0`, `"unsent": -1`, 1), "/unsent"},
		"a shard too many":  {strings.Replace(good, `"index": 0`, `"index": 1`, 1), "shard 1/1"},
		"a broken bucket":   {strings.Replace(good, `"histogram": "HIST`, `"histogram": "XXXX`, 1), "decoding the histogram"},
		"a count as a text": {strings.Replace(good, `"requests": 1`, `"requests": "1"`, 1), "/requests"},
	} {
		if _, err := burst.Read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// other is a distribution with another precision than khop's.
func other(digits int) burst.Latency {
	return burst.Latency{Histogram: hdrhistogram.New(1, 1000, digits)}
}
