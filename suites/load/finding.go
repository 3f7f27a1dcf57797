package load

import (
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// finding is what some figures mean, and what can be done about it.
type finding struct {
	Weight report.Status // Fail, Warn, or Skip for what has to be known to read the figures
	Text   string
}

// reader works out what a result means.
type reader struct {
	burst.Result
	lang.Language
	found []finding
}

// findingsOf says what a result means, the worst first.
func findingsOf(r burst.Result, language lang.Language) []finding {
	f := &reader{Result: r, Language: language}
	f.refusal()
	f.forgeries()
	f.silence()
	f.refusals()
	f.redeliveries()
	f.pace()
	f.queue()
	f.generator()
	f.parts()
	return f.found
}

func (f *reader) say(weight report.Status, text string) {
	f.found = append(f.found, finding{weight, text})
}

func (f *reader) tally(kind burst.Kind) burst.Tally { return f.Kinds[kind.String()] }

// tookNothing tells whether the target answered genuine events and took none: then it
// refused what was forged for no reason of its own.
func (f *reader) tookNothing() bool {
	genuine := f.tally(burst.Genuine)
	return genuine.Refused > 0 && genuine.Succeeded == 0
}

func (f *reader) refusal() {
	if f.tookNothing() {
		f.say(report.Fail, f.Text("Not one genuine event was taken, so that the figures say nothing about the target. Are path, secrets, settings and headers those that it knows?"))
	}
}

// forgeries: anybody could send what the target accepted.
func (f *reader) forgeries() {
	switch forged := f.tally(burst.BadSignature); {
	case forged.Sent == 0:
	case forged.Succeeded > 0:
		f.say(report.Fail, f.Textf("%s of %s events with a bad signature were accepted: under this load anybody can send them.", amount(forged.Succeeded), amount(forged.Sent)))
	case forged.Refused == forged.Sent && !f.tookNothing():
		f.say(report.Pass, f.Textf("All %s events with a bad signature were refused.", amount(forged.Sent)))
	}
}

func (f *reader) silence() {
	failed := f.Result.Failed()
	switch {
	case f.Answered() == 0 && f.Requests > 0:
		f.say(report.Fail, f.Text("No request got an answer. Nothing is said about how the target holds a load."))
	case failed > 0:
		f.say(report.Warn, f.Textf("%s of %s requests got no answer. The percentiles are of those that got one; a limit counts the others as slower than any.", amount(failed), amount(f.Requests)))
	}
}

func (f *reader) refusals() {
	if genuine := f.tally(burst.Genuine); genuine.Refused > 0 && !f.tookNothing() {
		f.say(report.Warn, f.Textf("%s of %s genuine events were answered in a way that %s takes for a failure.", amount(genuine.Refused), amount(genuine.Sent), titleOf(f.Result)))
	}
}

// redeliveries: a target that is overloaded refuses them like any other event, so that
// the load alone does not tell why.
func (f *reader) redeliveries() {
	if again := f.tally(burst.Duplicate); again.Refused > 0 {
		f.say(report.Warn, f.Textf("%s of %s duplicates were refused, although their event had been acknowledged. %s tells whether for being duplicates or for the load.",
			amount(again.Refused), amount(again.Sent), "khop verify "+report.Visible(f.Provider)+" --focus 'retry.*'"))
	}
	if old := f.tally(burst.Stale); old.Refused > 0 {
		f.say(report.Warn, f.Textf("%s of %s stale events were refused. What is sent again after an outage is old.", amount(old.Refused), amount(old.Sent)))
	}
}

// slack is which part of the events may be left over when a burst ends: they are the
// last ones to come due.
const slack = 0.01

// pace: did the wanted rate go out?
func (f *reader) pace() {
	due := f.Requests + f.Unsent
	if f.Rate == 0 || float64(f.Unsent) <= slack*float64(due) {
		return
	}
	f.say(report.Warn, f.Textf("The rate was not held: %s of %s events that were due had not gone out at the end. %s went out, %s was wanted.",
		amount(f.Unsent), amount(due), rate(SentRate(f.Result)), rate(WantedRate(f.Result))))
}

// noticeable is a wait that is worth a word.
const noticeable = 5 * time.Millisecond

// queue: do events wait for a connection, which a closed loop would not have shown?
func (f *reader) queue() {
	if f.Rate == 0 || empty(f.Latency) || empty(f.Service) {
		return
	}
	for _, p := range percentiles[:3] {
		latency, service := f.Latency.At(p.Part), f.Service.At(p.Part)
		if latency > 2*service && latency-service > noticeable {
			f.say(report.Warn, f.Textf("Events waited for a free connection: %s is %s from when they were due, and %s from when they were sent. Either the target is too slow for this rate, or %d connections are too few.",
				p.Name, span(latency), span(service), f.Connections))
			return
		}
	}
}

// generator: is what was measured the target, or the machine that khop runs on?
func (f *reader) generator() {
	if empty(f.Late) || empty(f.Latency) || f.Late.TotalCount() < 100 {
		return // a few say nothing about one in a hundred
	}
	late, latency := f.Late.At(0.99), f.Latency.At(0.99)
	if late > noticeable && 4*late > latency {
		f.say(report.Warn, f.Textf("khop itself was late: one event in a hundred went out %s or more after it was due, although a connection was free. This machine is too busy for this rate, and the target is better than the figures say.", span(late)))
	}
}

func (f *reader) parts() {
	if f.Interrupted {
		f.say(report.Skip, f.Textf("The burst was ended after %s of %s.", span(seconds(f.Seconds)), span(seconds(f.For))))
	}
	switch missing := f.Missing(); {
	case len(missing) == 0:
	case len(f.Shards) == 1:
		f.say(report.Skip, f.Textf("This is the shard %s alone; `khop merge` adds the others.", f.Shards[0]))
	default:
		f.say(report.Warn, f.Textf("%d of %d shards are missing, the first of them %s: the figures are of the others.", len(missing), len(missing)+len(f.Shards), missing[0]))
	}
}
