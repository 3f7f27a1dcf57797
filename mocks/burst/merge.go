package burst

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Merge adds up the shards of one burst, exactly: every count and every bucket of the
// histograms is the sum of the shards', in whatever order and grouping they are
// merged. Of Started it is the earliest, of Seconds the longest; throughput and
// success follow from the sums. Connections add up, while Rate and For are those of
// the whole burst already. Limits are not taken over: they are judged anew.
//
// What does not belong together, or found nothing out, is refused, with a Misfit. That
// shards are missing is no error; see Missing.
func Merge(results []Result) (Result, error) {
	if len(results) == 0 {
		return Result{}, errors.New("there is nothing to merge")
	}
	sum := results[0].begin()
	for i, part := range results {
		if err := sum.take(part); err != nil {
			return Result{}, Misfit{i, err}
		}
	}
	sum.sort()
	sum.conclude()
	return sum, nil
}

// Misfit is why a result cannot be added to those before it.
type Misfit struct {
	At     int // its place among the results
	Reason error
}

func (m Misfit) Error() string { return m.Reason.Error() }

// Unwrap gives the reason.
func (m Misfit) Unwrap() error { return m.Reason }

// Missing are the shards of the burst that the result does not hold.
func (r Result) Missing() []Shard {
	var missing []Shard
	for i := range r.of() {
		if shard := (Shard{i, r.of()}); !slices.Contains(r.Shards, shard) {
			missing = append(missing, shard)
		}
	}
	return missing
}

// of is into how many shards the burst was parted.
func (r Result) of() int {
	if len(r.Shards) == 0 {
		return 1
	}
	return r.Shards[0].Of
}

// begin is a result that says what the burst was to be, and holds nothing yet.
func (r Result) begin() Result {
	return Result{
		Schema: r.Schema, Report: r.Report, Khop: r.Khop, Provider: r.Provider, Target: r.Target,
		Events: r.Events, Started: r.Started, Rate: r.Rate, For: r.For, MaxRequests: r.MaxRequests, Timeout: r.Timeout,
		Shares: r.Shares, Seed: r.Seed, Merged: true,
		Kinds: map[string]Tally{}, Statuses: map[string]uint64{},
		Latency: NewLatency(), Service: NewLatency(), Connect: NewLatency(), Late: NewLatency(),
	}
}

// take adds another shard, where it is one.
func (r *Result) take(part Result) error {
	if err := r.fits(part); err != nil {
		return err
	}
	return r.add(part)
}

// fits refuses what is no other shard of the same burst.
func (r Result) fits(part Result) error {
	switch {
	case len(part.Shards) == 0:
		return errors.New("a result does not say which shard it is")
	case part.Reason != "":
		return fmt.Errorf("this shard found nothing out: %s", part.Reason)
	}
	for _, fact := range []struct {
		name      string
		one, next any
	}{
		{"editions of the report", r.Schema, part.Schema},
		{"versions of khop", r.Khop, part.Khop},
		{"providers", r.Provider, part.Provider},
		{"targets", r.Target, part.Target},
		{"events", strings.Join(r.Events, ", "), strings.Join(part.Events, ", ")},
		{"rates of the whole burst", r.Rate, part.Rate},
		{"lengths in seconds", r.For, part.For},
		{"numbers of requests at most", r.MaxRequests, part.MaxRequests},
		{"times in seconds that an answer may take", r.Timeout, part.Timeout},
		{"shares of duplicate, stale and badly signed events", r.Shares, part.Shares},
		{"seeds", r.Seed, part.Seed},
	} {
		if fact.one != fact.next {
			return fmt.Errorf("these are no shards of one burst: their %s differ: %v and %v", fact.name, fact.one, fact.next)
		}
	}
	for _, shard := range part.Shards {
		switch {
		case len(r.Shards) > 0 && shard.Of != r.of():
			return fmt.Errorf("these are no shards of one burst: it was parted into %d shards and into %d", r.of(), shard.Of)
		case slices.Contains(r.Shards, shard):
			return fmt.Errorf("the shard %s is there twice", shard)
		}
	}
	return nil
}

// String is the shard as --shard takes it: "0/4".
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

// String names the shares as reports show them.
func (s Shares) String() string {
	return fmt.Sprintf("%v, %v and %v", s.Duplicates, s.Stale, s.BadSignature)
}

func (r *Result) add(part Result) error {
	if part.Started.Before(r.Started) {
		r.Started = part.Started
	}
	r.Seconds = max(r.Seconds, part.Seconds)
	r.Connections += part.Connections
	r.Shards = append(r.Shards, part.Shards...)
	r.Requests += part.Requests
	r.AnsweredLate += part.AnsweredLate
	r.Unsent += part.Unsent
	r.Underway += part.Underway
	r.Waited += part.Waited
	r.Resent += part.Resent
	r.Opened += part.Opened
	r.Interrupted = r.Interrupted || part.Interrupted
	for kind, tally := range part.Kinds {
		r.Kinds[kind] = r.Kinds[kind].plus(tally)
	}
	addUp(&r.Statuses, part.Statuses)
	addUp(&r.Errors, part.Errors)
	for _, objection := range part.Objections {
		r.object(objection)
	}
	return errors.Join(r.Latency.merge(part.Latency), r.Service.merge(part.Service), r.Connect.merge(part.Connect), r.Late.merge(part.Late), r.mergeTimeline(part))
}

// addUp adds counts; the sum of nothing stays what it is.
func addUp(sum *map[string]uint64, counts map[string]uint64) {
	if *sum == nil && len(counts) > 0 {
		*sum = map[string]uint64{}
	}
	for name, count := range counts {
		(*sum)[name] += count
	}
}

func (r *Result) object(objection Objection) {
	known := slices.IndexFunc(r.Objections, func(o Objection) bool { return o.Text == objection.Text })
	if known < 0 {
		r.Objections = append(r.Objections, objection)
		return
	}
	r.Objections[known].Count += objection.Count
}

func (t Tally) plus(other Tally) Tally {
	return Tally{
		Sent: t.Sent + other.Sent, Succeeded: t.Succeeded + other.Succeeded,
		Refused: t.Refused + other.Refused, Failed: t.Failed + other.Failed,
	}
}

// merge adds another distribution, which has to have the same buckets: counts that
// move to other buckets would not be the same counts any more.
func (l Latency) merge(other Latency) error {
	if other.Histogram == nil {
		return nil
	}
	if l.geometry() != other.geometry() {
		return errors.New("a histogram has other buckets than khop's")
	}
	if dropped := l.Merge(other.Histogram); dropped > 0 {
		return fmt.Errorf("%d entries of a histogram lie beyond what can be counted", dropped)
	}
	return nil
}

// geometry is what decides which values share a bucket.
func (l Latency) geometry() [3]int64 {
	return [3]int64{l.LowestTrackableValue(), l.HighestTrackableValue(), l.SignificantFigures()}
}

// sort puts into one order what came in any.
func (r *Result) sort() {
	slices.SortFunc(r.Shards, func(a, b Shard) int { return a.Index - b.Index })
	sortObjections(r.Objections)
}

// sortObjections puts the most frequent first.
func sortObjections(all []Objection) {
	slices.SortFunc(all, func(a, b Objection) int {
		if a.Count != b.Count {
			if a.Count > b.Count {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Text, b.Text)
	})
}

// conclude works out what follows from the counts.
func (r *Result) conclude() {
	r.Throughput, r.Success = 0, 0
	if seconds := r.sending(); seconds > 0 {
		r.Throughput = float64(r.Answered()-min(r.AnsweredLate, r.Answered())) / seconds
	}
	genuine := r.Kinds[Genuine.String()]
	if known := genuine.Succeeded + genuine.Refused + genuine.Failed; known > 0 {
		r.Success = float64(genuine.Succeeded) / float64(known)
	}
}

// sending is for how many seconds events came due; where all had gone out before, until
// the last answer.
func (r Result) sending() float64 {
	if r.For > 0 {
		return min(r.For, r.Seconds)
	}
	return r.Seconds
}

// Answered is how many requests were answered, in whatever way.
func (r Result) Answered() uint64 { return total(r.Statuses) }

// Failed is how many requests got no answer.
func (r Result) Failed() uint64 { return total(r.Errors) }

func total(counts map[string]uint64) uint64 {
	var sum uint64
	for count := range maps.Values(counts) {
		sum += count
	}
	return sum
}
