package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/lang"
)

// timeline is one event's attempts against the provider's schedule. Both lines are
// drawn over the whole width, however much the run compressed the waits.
type timeline struct {
	Attempts []attempted
	Missing  string // attempts that the report does not keep
	Due      string // when the last attempt is due, of the provider's time
	Ran      string // when the run made it; empty where it did not say
}

// attempted is one attempt in a timeline.
type attempted struct {
	Number  int
	Due     string
	Ran     string
	Outcome string
	Look    string // answered, silent or failing
	DueX    string // where it stands on the lines, in percent of the width
	RanX    string
}

// timelinesOf draws the exchanges that are part of a retry schedule: a line an event.
func timelinesOf(exchanges []Exchange, language lang.Language) []timeline {
	var all []timeline
	for _, attempts := range events(exchanges) {
		all = append(all, newTimeline(attempts, language))
	}
	return all
}

// events gathers the attempts by the event that they deliver: the same request.
func events(exchanges []Exchange) [][]Exchange {
	var order []string
	attempts := map[string][]Exchange{}
	for _, e := range exchanges {
		if e.Attempt < 1 {
			continue
		}
		event := strings.Join([]string{e.Request.Method, e.Request.URL, e.Request.Text, e.Request.Base64}, "\n")
		if attempts[event] == nil {
			order = append(order, event)
		}
		attempts[event] = append(attempts[event], e)
	}
	var all [][]Exchange
	for _, event := range order {
		its := attempts[event]
		slices.SortStableFunc(its, func(a, b Exchange) int { return a.Attempt - b.Attempt })
		all = append(all, its)
	}
	return all
}

func newTimeline(attempts []Exchange, language lang.Language) timeline {
	began := attempts[0].Started
	ran := func(e Exchange) float64 {
		if began.IsZero() || e.Started.Before(began) {
			return 0
		}
		return float64(e.Started.Sub(began)) / float64(time.Millisecond)
	}
	var lastDue, lastRan float64
	for _, e := range attempts {
		lastDue, lastRan = max(lastDue, e.DueMS), max(lastRan, ran(e))
	}
	line := timeline{Due: took(lastDue), Missing: missing(attempts)}
	if lastRan > 0 {
		line.Ran = took(lastRan)
	}
	for _, e := range attempts {
		a := attempted{Number: e.Attempt, Due: took(e.DueMS), DueX: across(e.DueMS, lastDue), RanX: across(ran(e), lastRan)}
		if line.Ran != "" {
			a.Ran = took(ran(e))
		}
		a.Outcome, a.Look = outcomeOf(e, language)
		line.Attempts = append(line.Attempts, a)
	}
	return line
}

// outcomeOf says what came of an attempt, and how it looks.
func outcomeOf(e Exchange, language lang.Language) (words, look string) {
	switch {
	case e.Answer == nil:
		words, look = language.Textf("no answer: %s", Visible(e.Failure)), "silent"
	default:
		words, look = language.Textf("answered %d after %s", e.Answer.Status, took(e.AnswerMS)), "answered"
	}
	if e.Failing {
		look = "failing"
	}
	return words, look
}

// missing lists the attempts before the last one that are not there: "1, 2".
func missing(attempts []Exchange) string {
	var numbers []string
	for n := 1; n < attempts[len(attempts)-1].Attempt && n < 100; n++ {
		if !slices.ContainsFunc(attempts, func(e Exchange) bool { return e.Attempt == n }) {
			numbers = append(numbers, fmt.Sprint(n))
		}
	}
	return strings.Join(numbers, ", ")
}

// across is a time's place on a line that leaves room for a mark at both ends.
func across(at, last float64) string {
	const margin = 4.0
	if last <= 0 {
		return decimal(margin, 1) + "%"
	}
	return decimal(margin+(100-2*margin)*at/last, 1) + "%"
}
