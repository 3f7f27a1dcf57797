package suites

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// journal keeps what one check sent and got, for its report.
type journal struct {
	mu        sync.Mutex
	exchanges []*exchange
	missed    bool // an event was applied less often than it should have been

	// Where a sender is judged: its calls, and the expectation that one failed.
	watched      []report.Exchange
	unseen       []report.Exchange // those of them that no check before has shown, or that fail
	want, actual string
}

// exchange is one delivery with its answer, and the expectation that it failed.
type exchange struct {
	Delivery
	address      string
	begun        time.Time
	answer       target.Answer
	want, actual string
}

// How much of a check's exchanges a report keeps: enough to see what happened,
// little enough to read.
const (
	keptFailing  = 5
	keptPassing  = 2
	keptBody     = 64 << 10
	keptGoodBody = 4 << 10
)

func (j *journal) begin(d Delivery, address string) *exchange {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := &exchange{Delivery: d, address: address, begun: time.Now()}
	j.exchanges = append(j.exchanges, e)
	return e
}

func (j *journal) end(e *exchange, answer target.Answer) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.answer = answer
}

func (e *exchange) disappoint(want, actual string) { e.want, e.actual = want, actual }

func (e *exchange) failing() bool { return e.want != "" }

// answering is the sum of the time that the target took for its answers.
func (j *journal) answering() time.Duration {
	var sum time.Duration
	for _, e := range j.exchanges {
		sum += e.answer.Took
	}
	return sum
}

// write puts the journal into a check's result: how much was sent, what was wanted
// and came instead, and the exchanges worth keeping.
func (j *journal) write(result *report.Check) {
	result.Sent = len(j.exchanges)
	result.Exchanges = []report.Exchange{}
	if len(j.watched) > 0 {
		j.writeWatched(result)
		return
	}
	failing := slices.DeleteFunc(slices.Clone(j.exchanges), func(e *exchange) bool { return !e.failing() })
	kept := failing[:min(len(failing), keptFailing)]
	if len(failing) > 0 {
		result.Expected, result.Actual = failing[0].want, failing[0].actual
	} else {
		kept = j.exchanges[:min(len(j.exchanges), keptPassing)]
	}
	for _, e := range j.withCourses(kept) {
		result.Exchanges = append(result.Exchanges, e.report(e.limit()))
	}
}

// keptAttempts bounds how many exchanges a report keeps for the sake of a schedule.
const keptAttempts = 12

// withCourses adds the other attempts of the events among kept, in the order in which
// they were made: one attempt of a schedule says little without those before it.
func (j *journal) withCourses(kept []*exchange) []*exchange {
	keep := map[*exchange]bool{}
	for _, e := range kept {
		keep[e] = true
	}
	for _, one := range kept {
		for _, other := range j.exchanges {
			if len(keep) < keptAttempts && one.sameCourse(other) {
				keep[other] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(j.exchanges), func(e *exchange) bool { return !keep[e] })
}

// sameCourse tells whether two exchanges are attempts of one event.
func (e *exchange) sameCourse(other *exchange) bool {
	return e.Attempt > 0 && other.Attempt > 0 && e.address == other.address && bytes.Equal(e.Body, other.Body)
}

// all is everything that was sent and got; of a sender's calls, what is new.
func (j *journal) all() []report.Exchange {
	if len(j.watched) > 0 {
		return slices.Clone(j.unseen)
	}
	list := make([]report.Exchange, 0, len(j.exchanges))
	for _, e := range j.exchanges {
		list = append(list, e.report(keptBody))
	}
	return list
}

// writeWatched does the same for the calls of a sender.
func (j *journal) writeWatched(result *report.Check) {
	result.Sent = len(j.watched)
	result.Expected, result.Actual = j.want, j.actual
	failing := slices.DeleteFunc(slices.Clone(j.watched), func(e report.Exchange) bool { return !e.Failing })
	result.Exchanges = failing[:min(len(failing), keptFailing)]
	if len(failing) == 0 {
		result.Exchanges = j.watched[:min(len(j.watched), keptPassing)]
	}
}

// limit is how much of a body a report keeps.
func (e *exchange) limit() int {
	if e.failing() {
		return keptBody
	}
	return keptGoodBody
}

func (e *exchange) report(limit int) report.Exchange {
	out := report.Exchange{
		Note:     e.Note,
		Failing:  e.failing(),
		Started:  e.begun,
		AnswerMS: milliseconds(e.answer.Took),
		Attempt:  e.Attempt,
		DueMS:    milliseconds(e.Due),
		Request:  report.Message{Method: e.Method, URL: e.address, Header: pairs(e.Header), Body: body(e.Body, limit)},
	}
	if e.answer.Failure != nil {
		out.Failure = e.answer.String()
	} else {
		out.Answer = &report.Answer{Status: e.answer.Status, Header: pairs(e.answer.Header), Body: body(e.answer.Body, limit)}
	}
	return out
}

func pairs(header http.Header) [][2]string {
	list := [][2]string{}
	for name, values := range header {
		for _, value := range values {
			if !utf8.ValidString(value) {
				value = strings.ToValidUTF8(value, "\uFFFD")
			}
			list = append(list, [2]string{name, value})
		}
	}
	slices.SortFunc(list, func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) })
	return list
}

func body(text []byte, limit int) report.Body {
	out := report.Body{Size: len(text), Truncated: len(text) > limit}
	whole := utf8.Valid(text)
	if out.Truncated {
		text = text[:limit]
	}
	if whole {
		out.Text = strings.ToValidUTF8(string(text), "") // the cut may have split a rune
	} else {
		out.Base64 = base64.StdEncoding.EncodeToString(text)
	}
	return out
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
