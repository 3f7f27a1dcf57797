package burst

import (
	"errors"
	"math/bits"
	"time"
)

// shortestMoment is the shortest moment that a timeline tells apart. Longer ones are this one
// doubled, and all of them begin at multiples of their length since 1970: shards that
// began at different times, on different machines, have the same ones.
const shortestMoment = 100 * time.Millisecond

// maxMoments is how many moments a timeline has at most: a longer burst has longer ones.
const maxMoments = 256

// Timeline is what happened when: how many answers came in each moment, and how long
// they had taken. The JSON form of one without a Moment is left out of a result.
type Timeline struct {
	From    time.Time `json:"from"`           // when the first moment began
	Seconds float64   `json:"moment_seconds"` // how long each one is
	Moments []Moment  `json:"moments"`        // one after another, those in which nothing happened as well
}

// Moment is what happened within a short time.
type Moment struct {
	Answered uint64 `json:"answered"` // answers, of whatever kind
	Refused  uint64 `json:"refused"`  // of them, genuine events whose answer the provider would take for a failure
	Failed   uint64 `json:"failed"`   // requests of which it became known that they get no answer
	// LatencySum is the latency of all these answers together, Slowest the longest, both
	// in microseconds.
	LatencySum uint64 `json:"latency_sum_us"`
	Slowest    uint64 `json:"slowest_us"`
}

func (m Moment) plus(other Moment) Moment {
	return Moment{
		m.Answered + other.Answered, m.Refused + other.Refused, m.Failed + other.Failed,
		m.LatencySum + other.LatencySum, max(m.Slowest, other.Slowest),
	}
}

// Length is how long each moment is.
func (t Timeline) Length() time.Duration { return time.Duration(t.Seconds * float64(time.Second)) }

// LastAnswer is the end of the last moment in which an answer came; false where none did.
func (t Timeline) LastAnswer() (time.Time, bool) {
	for i := len(t.Moments) - 1; i >= 0; i-- {
		if t.Moments[i].Answered > 0 {
			return t.From.Add(time.Duration(i+1) * t.Length()), true
		}
	}
	return time.Time{}, false
}

// timeline is a Timeline while it is written: moments are numbered since 1970.
type timeline struct {
	first   int64 // the number of the first one
	doubled uint  // how often a shortestMoment was doubled to make one
	moments []Moment
}

// at is the moment that holds a time, given in ticks since 1970. It may be changed until
// another one is asked for.
func (t *timeline) at(ticks int64) *Moment {
	number := ticks >> t.doubled
	if len(t.moments) == 0 {
		t.first = number
	}
	for number-t.first >= maxMoments || t.first+int64(len(t.moments))-number > maxMoments {
		t.double()
		number = ticks >> t.doubled
	}
	for ; t.first > number; t.first-- { // connections do not note things in their order
		t.moments = append([]Moment{{}}, t.moments...)
	}
	for t.first+int64(len(t.moments)) <= number {
		t.moments = append(t.moments, Moment{})
	}
	return &t.moments[number-t.first]
}

// double joins every two moments.
func (t *timeline) double() {
	joined := t.moments[:0]
	first := t.first >> 1
	for i, m := range t.moments {
		at := int((t.first+int64(i))>>1 - first)
		if at == len(joined) {
			joined = append(joined, m)
			continue
		}
		joined[at] = joined[at].plus(m)
	}
	t.first, t.moments = first, joined
	t.doubled++
}

// addTo adds a timeline to another, exactly: of moments of two lengths, the longer ones
// hold the shorter ones.
func (t *timeline) addTo(sum *timeline) {
	for sum.doubled < t.doubled {
		sum.double()
	}
	for i, m := range t.moments {
		at := sum.at((t.first + int64(i)) << t.doubled)
		*at = at.plus(m)
	}
}

// tell is the timeline as a result shows it; nil where nothing happened.
func (t *timeline) tell() *Timeline {
	if len(t.moments) == 0 {
		return nil
	}
	length := shortestMoment << t.doubled
	return &Timeline{From: time.Unix(0, t.first*int64(length)).UTC(), Seconds: length.Seconds(), Moments: t.moments}
}

// errTimeline is what is wrong with a timeline that khop has not written.
var errTimeline = errors.New("a timeline has other moments than khop's")

// read is the timeline that a result shows; of nil an empty one.
func (t *Timeline) read() (*timeline, error) {
	if t == nil {
		return &timeline{}, nil
	}
	length := t.Length().Round(time.Millisecond)
	doublings := length / shortestMoment
	if length%shortestMoment != 0 || bits.OnesCount64(uint64(doublings)) != 1 || len(t.Moments) > maxMoments ||
		t.From.UnixNano()%int64(length) != 0 {
		return nil, errTimeline
	}
	return &timeline{
		first: t.From.UnixNano() / int64(length), doubled: uint(bits.TrailingZeros64(uint64(doublings))),
		moments: append([]Moment(nil), t.Moments...),
	}, nil
}

// mergeTimeline adds the timeline of another shard.
func (r *Result) mergeTimeline(part Result) error {
	sum, err := r.Timeline.read()
	if err != nil {
		return err
	}
	other, err := part.Timeline.read()
	if err != nil {
		return err
	}
	other.addTo(sum)
	r.Timeline = sum.tell()
	return nil
}
