package load

import (
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// Outcome is what a burst came to, in one word.
type Outcome int

// The outcomes, from the one that says least about the target.
const (
	Unanswered  Outcome = iota // no request got an answer
	Exceeded                   // a limit was not kept
	Interrupted                // ended before its time; no limit was broken until then
	Incomplete                 // shards are missing; no limit was broken by the others
	Kept                       // every limit was kept
	Measured                   // there was no limit
)

// OutcomeOf reads a result.
func OutcomeOf(r burst.Result) Outcome {
	switch {
	case r.Answered() == 0:
		return Unanswered
	case !r.Held():
		return Exceeded
	case r.Interrupted:
		return Interrupted
	case len(r.Missing()) > 0 && len(r.Shards) > 1:
		return Incomplete
	case len(r.Thresholds) > 0:
		return Kept
	}
	return Measured
}

// stamp is the outcome's word in capitals.
func (o Outcome) stamp(language lang.Language) string {
	switch o {
	case Unanswered:
		return language.Text("ERROR")
	case Exceeded:
		return language.Text("FAIL")
	case Interrupted:
		return language.Text("STOPPED")
	case Incomplete:
		return language.Text("PARTIAL")
	case Kept:
		return language.Text("PASS")
	}
	return language.Text("DONE")
}

// headline is the outcome in a few words.
func (o Outcome) headline(language lang.Language) string {
	switch o {
	case Unanswered:
		return language.Text("The target gave no answer")
	case Exceeded:
		return language.Text("Not every limit was kept")
	case Interrupted:
		return language.Text("The burst was ended before its time")
	case Incomplete:
		return language.Text("Not every shard is here")
	case Kept:
		return language.Text("Every limit was kept")
	}
	return language.Text("Measured, without a limit to keep")
}

// look is the result of a check that looks like the outcome.
func (o Outcome) look() report.Status {
	switch o {
	case Unanswered:
		return report.Error
	case Exceeded:
		return report.Fail
	case Interrupted, Incomplete:
		return report.Warn
	case Kept:
		return report.Pass
	}
	return report.Skip
}

// titleOf is the provider's name as people know it.
func titleOf(r burst.Result) string {
	if provider, err := mocks.Lookup(r.Provider); err == nil {
		return provider.Title
	}
	return report.Visible(r.Provider)
}

// WantedRate is the rate that was wanted of the shards that the result holds, events a
// second; 0: as many as possible.
func WantedRate(r burst.Result) float64 {
	held, missing := len(r.Shards), len(r.Missing())
	if held == 0 {
		return r.Rate
	}
	return r.Rate * float64(held) / float64(held+missing)
}

// SentRate is how many events went out a second, while they were due.
func SentRate(r burst.Result) float64 {
	seconds := r.Seconds
	if r.For > 0 && r.For < seconds {
		seconds = r.For // the last answers were waited for, and nothing was sent any more
	}
	if seconds <= 0 {
		return 0
	}
	return float64(r.Requests) / seconds
}
