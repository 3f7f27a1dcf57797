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
	f.nothing()
	f.refusal()
	f.forgeries()
	f.silence()
	f.stop()
	f.refusals()
	f.redeliveries()
	f.pace()
	f.queue()
	f.generator()
	f.closings()
	f.end()
	f.parts()
	return f.found
}

func (f *reader) say(weight report.Status, text string) {
	f.found = append(f.found, finding{weight, text})
}

func (f *reader) tally(kind burst.Kind) burst.Tally { return f.Kinds[kind.String()] }

func (f *reader) nothing() {
	if f.Reason != "" {
		f.say(report.Error, report.Visible(f.Reason))
	}
}

func (f *reader) refusal() {
	if tookNothing(f.Result) {
		f.say(report.Fail, f.Text("Not one genuine event was taken, so that the figures say nothing about the target. Are path, secrets, settings and headers those that it knows?"))
	}
}

// forgeries: anybody could send what the target accepted.
func (f *reader) forgeries() {
	switch forged := f.tally(burst.BadSignature); {
	case forged.Sent == 0:
	case forged.Succeeded > 0:
		f.say(report.Fail, f.Textf("%s of %s events with a bad signature were accepted: under this load anybody can send them.", amount(forged.Succeeded), amount(forged.Sent)))
	case forged.Refused == forged.Sent && !tookNothing(f.Result):
		f.say(report.Pass, f.Textf("All %s events with a bad signature were refused.", amount(forged.Sent)))
	}
}

func (f *reader) silence() {
	failed := f.Result.Failed()
	switch {
	case f.Answered() == 0 && failed > 0:
		f.say(report.Fail, f.Text("No request got an answer. Nothing is said about how the target holds a load."))
	case failed > 0:
		f.say(report.Warn, f.Textf("%s of %s requests got no answer. The percentiles are of those that got one; a limit counts the others as slower than any.", amount(failed), amount(f.Requests)))
	}
}

// stop: what got no answer is one thing, that there was none any more is another.
func (f *reader) stop() {
	if after, is := stopped(f.Result); is {
		f.say(report.Warn, f.Textf("The target stopped answering: the last answer came %s after the beginning.", span(after)))
	}
}

func (f *reader) refusals() {
	if genuine := f.tally(burst.Genuine); genuine.Refused > 0 && !tookNothing(f.Result) {
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

// pace: did the wanted rate go out?
func (f *reader) pace() {
	due := f.Requests + f.Unsent
	sent, wanted := rate(f.SentRate()), rate(f.WantedRate())
	switch held := !slow(f.Result); {
	case held && f.Overdue() > 0:
		f.say(report.Skip, f.Textf("%s of %s events that were due had not gone out at the end. A limit counts them as slower than any.", amount(f.Unsent), amount(due)))
	case held:
	case f.Overdue() > 0:
		f.say(report.Warn, f.Textf("The rate was not held: %s of %s events that were due had not gone out at the end. %s went out, %s was wanted. A limit counts what did not go out as slower than any, and as not taken.",
			amount(f.Unsent), amount(due), sent, wanted))
	default:
		f.say(report.Warn, f.Textf("The rate was not held: %s went out, %s was wanted.", sent, wanted))
	}
}

// noticeable is a wait that is worth a word.
const noticeable = 5 * time.Millisecond

// queue: do events wait for a connection, which a closed loop would not have shown?
func (f *reader) queue() {
	if f.Waited == 0 || empty(f.Latency) || empty(f.Service) {
		return
	}
	for _, p := range percentiles[:3] {
		latency, service := f.Latency.At(p.Part), f.Service.At(p.Part)
		if f.waited(p.Part) && latency > 2*service && latency-service-f.lateness(p.Part) > noticeable {
			f.say(report.Warn, f.Textf("%s of %s events waited for a free connection: %s is %s from when they were due, and %s from when they were sent. Either the target is too slow for this rate, or it takes more connections than %s at once.",
				amount(f.Waited), amount(f.Requests), p.Name, span(latency), span(service), amount(uint64(f.Connections))))
			return
		}
	}
}

// waited tells whether so many events waited that a percentile can be one of theirs.
func (f *reader) waited(part float64) bool {
	return float64(f.Waited)/float64(f.Requests)+part > 1-1e-9
}

// lateness is khop's own part in a percentile of the latency, at most.
func (f *reader) lateness(part float64) time.Duration {
	if empty(f.Late) {
		return 0
	}
	return f.Late.At(part)
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

// closings: does the target let connections be used again? Only where there are many
// more than can be open at once, it does not.
func (f *reader) closings() {
	if f.Opened > 2*uint64(f.Connections) && 10*f.Opened > f.Requests && !empty(f.Connect) {
		f.say(report.Warn, f.Textf("The target closes connections: %s were opened for %s requests. Half of them took %s or more, and their events waited for it.",
			amount(f.Opened), amount(f.Requests), at(f.Connect, 0.5)))
	}
	if f.Resent > 0 {
		f.say(report.Skip, f.Textf("Requests that were sent once more: %s. The target had closed the connection before it could be used, and cannot have read them the first time.", amount(f.Resent)))
	}
}

func (f *reader) end() {
	if f.Interrupted && f.Reason == "" {
		f.say(report.Skip, f.Textf("The burst was ended after %s of %s.", span(seconds(f.Seconds)), span(seconds(f.For))))
	}
	if f.Underway > 0 {
		f.say(report.Skip, f.Textf("Requests that were under way then: %s. What would have become of them is not known, and no limit counts them.", amount(f.Underway)))
	}
}

func (f *reader) parts() {
	switch missing := f.Missing(); {
	case len(missing) == 0, len(f.Shards) == 0, f.Reason != "":
	case !f.Merged:
		f.say(report.Skip, f.Textf("This is the shard %s alone; `khop merge` adds the others.", f.Shards[0]))
	default:
		f.say(report.Warn, f.Textf("%d of %d shards are missing, the first of them %s: the figures are of the others.", len(missing), len(missing)+len(f.Shards), missing[0]))
	}
}
