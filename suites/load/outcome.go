package load

import (
	"slices"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// Outcome is what a burst came to, in one word.
type Outcome int

// The outcomes, from the one that says least about the target.
const (
	Unanswered  Outcome = iota // no request got an answer, or none was sent
	Exceeded                   // a limit was not kept
	Interrupted                // ended before its time; no limit was broken until then
	Incomplete                 // shards are missing from a sum; no limit was broken by the others
	Kept                       // every limit was kept
	Measured                   // there was no limit
)

// OutcomeOf reads a result.
func OutcomeOf(r burst.Result) Outcome {
	switch {
	case r.Answered() == 0 && !(r.Interrupted && r.Failed() == 0):
		return Unanswered
	case !r.Held():
		return Exceeded
	case r.Interrupted:
		return Interrupted
	case r.Merged && len(r.Missing()) > 0:
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

// headline is what a result came to in a few words.
func headline(r burst.Result, language lang.Language) string {
	switch OutcomeOf(r) {
	case Unanswered:
		if r.Reason != "" {
			return language.Text("Nothing was found out")
		}
		return language.Text("The target gave no answer")
	case Exceeded:
		return exceeded(r, language)
	case Interrupted:
		return language.Text("The burst was ended before its time")
	case Incomplete:
		return language.Text("Not every shard is here")
	case Kept:
		return kept(r, language)
	}
	return measured(r, language)
}

// exceeded is the headline where a limit was not kept, be it one that nobody has to set.
func exceeded(r burst.Result, language lang.Language) string {
	switch {
	case tookNothing(r):
		return language.Text("Not one genuine event was accepted")
	case onlyForged(r):
		return language.Text("Events with a bad signature were accepted")
	}
	return language.Text("Not every limit was kept")
}

// tookNothing tells whether the target answered genuine events and took none: then it
// refused what was forged for no reason of its own.
func tookNothing(r burst.Result) bool {
	genuine := r.Kinds[burst.Genuine.String()]
	return genuine.Refused > 0 && genuine.Succeeded == 0
}

// onlyForged tells whether nothing is wrong but that bad signatures were accepted.
func onlyForged(r burst.Result) bool {
	return !slices.ContainsFunc(r.Thresholds, func(t burst.Threshold) bool { return !t.Met && t.Name != burst.BadSignature.String() })
}

// kept is the headline where every limit was kept: none may have been set on what went
// wrong.
func kept(r burst.Result, language lang.Language) string {
	switch lost := burst.Percent(lostPart(r)); {
	case slow(r) && lossy(r):
		return language.Textf("Every limit was kept, but the rate was not held, and %s of the requests got no answer", lost)
	case slow(r):
		return language.Text("Every limit was kept, but the rate was not held")
	case lossy(r):
		return language.Textf("Every limit was kept, but %s of the requests got no answer", lost)
	}
	return language.Text("Every limit was kept")
}

// measured is the headline where no limit was set.
func measured(r burst.Result, language lang.Language) string {
	switch lost := burst.Percent(lostPart(r)); {
	case slow(r) && lossy(r):
		return language.Textf("The rate was not held, and %s of the requests got no answer; there was no limit to keep", lost)
	case slow(r):
		return language.Text("The rate was not held; there was no limit to keep")
	case lossy(r):
		return language.Textf("%s of the requests got no answer; there was no limit to keep", lost)
	}
	return language.Text("Measured, without a limit to keep")
}

// slack is which part may go missing without a word in the headline: when a burst ends,
// the last events have hardly come due.
const slack = 0.01

// slow tells whether the rate was not held.
func slow(r burst.Result) bool { return r.Reached() < 1-slack }

// lossy tells whether many requests got no answer.
func lossy(r burst.Result) bool { return lostPart(r) >= slack }

// lostPart is which part of the requests got no answer.
func lostPart(r burst.Result) float64 {
	if r.Requests == 0 {
		return 0
	}
	return float64(r.Failed()) / float64(r.Requests)
}

// look is the result of a check that looks like what a result came to.
func look(r burst.Result) report.Status {
	switch OutcomeOf(r) {
	case Unanswered:
		return report.Error
	case Exceeded:
		return report.Fail
	case Interrupted, Incomplete:
		return report.Warn
	case Kept:
		return report.Pass
	}
	if slow(r) || lossy(r) {
		return report.Warn
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
