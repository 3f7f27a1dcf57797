package burst

import (
	"strconv"
	"sync"
	"time"
)

const (
	maxTexts = 100 // distinct objections that are counted apart
	// otherTexts is what all further ones are counted as.
	otherTexts = "(complaints of other words)"
	maxShown   = 10 // of them in a result
)

// outcome is what became of one event.
type outcome struct {
	kind      Kind
	status    int    // 0: no answer
	objection string // to the answer; empty: the provider would take it for success
	fault     error  // why there was no answer
	brokenOff bool   // the burst ended before it was known what would become of it
	written   bool   // of the request, something went out
	resent    bool   // it went out once more
	opened    bool   // a connection was opened for it
	paced     bool   // it was due at a certain moment
	waited    bool   // when it was due no connection was free
	after     bool   // its answer came when nothing came due any more
	latency   time.Duration
	service   time.Duration
	late      time.Duration
	connect   time.Duration // what opening the connection took
	sent      time.Duration // when it was sent
	at        time.Duration // when it was known
}

// tally adds up what became of events. Several connections share one, as histograms
// are large.
type tally struct {
	mu         sync.Mutex
	kinds      [4]Tally
	statuses   [1000]uint64
	errors     map[string]uint64
	objections map[string]uint64
	latency    Latency
	service    Latency
	connect    Latency
	late       Latency
	last       time.Duration // when the latest answer came
	began      time.Time     // the burst
	timeline   timeline

	underway, unsent, waited, resent, after uint64
}

func newTally() *tally {
	return &tally{
		errors: map[string]uint64{}, objections: map[string]uint64{},
		latency: NewLatency(), service: NewLatency(), connect: NewLatency(), late: NewLatency(),
	}
}

func (t *tally) note(o outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o.opened {
		t.connect.Add(o.connect)
	}
	if o.brokenOff && !o.written {
		t.unsent += one(o.paced)
		return
	}
	of := &t.kinds[o.kind]
	of.Sent++
	t.waited += one(o.waited)
	t.resent += one(o.resent)
	if o.paced {
		t.late.Add(o.late)
	}
	switch {
	case o.brokenOff:
		t.underway++
	case o.fault != nil:
		of.Failed++
		t.errors[faultOf(o.fault)]++
		t.moment(o).Failed++
	default:
		t.answered(o, of)
	}
}

// answered counts an event of which there is an answer.
func (t *tally) answered(o outcome, of *Tally) {
	t.statuses[o.status]++
	t.latency.Add(o.latency)
	t.service.Add(o.service)
	t.last = max(t.last, o.at)
	t.after += one(o.after)
	m := t.moment(o)
	m.Answered++
	m.LatencySum += uint64(max(0, o.latency.Microseconds()))
	m.Slowest = max(m.Slowest, uint64(max(0, o.latency.Microseconds())))
	if o.objection == "" {
		of.Succeeded++
		return
	}
	of.Refused++
	m.Refused += one(o.kind == Genuine)
	if o.kind != BadSignature { // no provider sends one, and so none would complain
		t.object(o.objection)
	}
}

// moment is that in which it was known what became of an event.
func (t *tally) moment(o outcome) *Moment {
	return t.timeline.at(t.began.Add(o.at).UnixNano() / int64(shortestMoment))
}

// one is 1 where something is the case.
func one(is bool) uint64 {
	if is {
		return 1
	}
	return 0
}

// object counts an objection; beyond so many different ones, under a common name.
func (t *tally) object(text string) {
	if _, known := t.objections[text]; !known && len(t.objections) >= maxTexts {
		text = otherTexts
	}
	t.objections[text]++
}

// addTo adds a tally to another, which nobody else knows.
func (t *tally) addTo(sum *tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for kind, of := range t.kinds {
		sum.kinds[kind] = sum.kinds[kind].plus(of)
	}
	for status, count := range t.statuses {
		sum.statuses[status] += count
	}
	for fault, count := range t.errors {
		sum.errors[fault] += count
	}
	for text, count := range t.objections {
		sum.objections[text] += count // all of them: there are few tallies, and the most frequent ones are shown
	}
	sum.latency.Merge(t.latency.Histogram)
	sum.service.Merge(t.service.Histogram)
	sum.connect.Merge(t.connect.Histogram)
	sum.late.Merge(t.late.Histogram)
	sum.last = max(sum.last, t.last)
	t.timeline.addTo(&sum.timeline)
	sum.underway += t.underway
	sum.unsent += t.unsent
	sum.waited += t.waited
	sum.resent += t.resent
	sum.after += t.after
}

// glance adds the latencies so far to others, and says what became of all events, and how
// many had waited: little enough for those who wait to note something.
func (t *tally) glance(latency Latency) (all Tally, waited uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	latency.Merge(t.latency.Histogram)
	return t.total(), t.waited
}

// total is what became of all kinds together.
func (t *tally) total() Tally {
	var sum Tally
	for _, of := range t.kinds {
		sum = sum.plus(of)
	}
	return sum
}

// tell puts the tally into a result.
func (t *tally) tell(result *Result) {
	result.Requests = t.total().Sent
	result.Kinds, result.Statuses = map[string]Tally{}, map[string]uint64{}
	for _, kind := range Kinds {
		if of := t.kinds[kind]; of.Sent > 0 {
			result.Kinds[kind.String()] = of
		}
	}
	for status, count := range t.statuses {
		if count > 0 {
			result.Statuses[strconv.Itoa(status)] = count
		}
	}
	if len(t.errors) > 0 {
		result.Errors = t.errors
	}
	for text, count := range t.objections {
		result.Objections = append(result.Objections, Objection{text, count})
	}
	sortObjections(result.Objections)
	result.Objections = result.Objections[:min(len(result.Objections), maxShown)]
	result.Latency, result.Service, result.Connect, result.Late = t.latency, t.service, t.connect, t.late
	result.Underway, result.Unsent, result.Waited, result.Resent = t.underway, t.unsent, t.waited, t.resent
	result.Opened, result.AnsweredLate = uint64(t.connect.TotalCount()), t.after
	result.Timeline = t.timeline.tell()
}
