package load

import (
	"fmt"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// fact is one of those that stand below a report: what the burst was to be, and what it
// was besides its figures.
type fact struct {
	Name, Value string
	Code        bool // the value is to be typed again
}

// facts are gathered one by one.
type facts struct {
	burst.Result
	lang.Language
	all []fact
}

// factsOf are what the command asked for, and what became of its connections.
func factsOf(r burst.Result, language lang.Language) []fact {
	f := &facts{Result: r, Language: language}
	f.asked()
	f.happened()
	return f.all
}

func (f *facts) add(name, value string) { f.all = append(f.all, fact{Name: name, Value: value}) }

// count adds one that is only worth a line where there is something to count.
func (f *facts) count(name string, n uint64) {
	if n > 0 {
		f.add(name, amount(n))
	}
}

// asked are the command's own parameters.
func (f *facts) asked() {
	f.add(f.Text("Target"), report.Visible(f.Target))
	f.add(f.Text("Events"), report.Visible(strings.Join(f.Events, ", ")))
	wanted := f.Text("as fast as possible")
	if f.Rate > 0 {
		wanted = rate(f.Rate)
	}
	f.add(f.Text("Rate"), wanted)
	if f.For > 0 {
		f.add(f.Text("For"), span(seconds(f.For)))
	}
	f.count(f.Text("Requests at most"), f.MaxRequests)
	if shares := sharesOf(f.Result, f.Language); shares != "" {
		f.add(f.Text("Shares"), shares)
	}
	if f.Timeout > 0 {
		f.add(f.Text("Timeout of an answer"), span(seconds(f.Timeout)))
	}
	f.all = append(f.all, fact{f.Text("Seed"), fmt.Sprint(f.Seed), true})
	if shards := shardsOf(f.Result); shards != "" {
		f.add(f.Text("Shards"), shards)
	}
}

// happened is what came of it.
func (f *facts) happened() {
	f.add(f.Text("Started"), clock(f.Started))
	f.add(f.Text("Connections"), connectionsOf(f.Result, f.Language))
	if f.Reason != "" {
		return
	}
	f.add(f.Text("Duration"), span(seconds(f.Seconds)))
	f.add(f.Text("Requests"), amount(f.Result.Requests))
	f.count(f.Text("Sent once more"), f.Resent)
	f.count(f.Text("Waited for a connection"), f.Waited)
	f.count(f.Text("Due and not sent"), f.Unsent)
	f.count(f.Text("Under way when it ended"), f.Underway)
	f.count(f.Text("Answered after the end"), f.AnsweredLate)
}

// connectionsOf says how many there could be and how many there were.
func connectionsOf(r burst.Result, language lang.Language) string {
	most := amount(uint64(max(0, r.Connections)))
	if r.Opened == 0 {
		return language.Textf("at most %s at once", most)
	}
	return language.Textf("%s opened, at most %s at once", amount(r.Opened), most)
}

// sharesOf names what was not genuine.
func sharesOf(r burst.Result, language lang.Language) string {
	var all []string
	for _, share := range []struct {
		kind burst.Kind
		part float64
	}{{burst.Duplicate, r.Shares.Duplicates}, {burst.Stale, r.Shares.Stale}, {burst.BadSignature, r.Shares.BadSignature}} {
		if share.part > 0 {
			all = append(all, kindWord(language, share.kind)+" "+burst.Percent(share.part))
		}
	}
	return strings.Join(all, ", ")
}

// shardsOf says which parts of a burst the result holds; of one that was not parted,
// nothing.
func shardsOf(r burst.Result) string {
	var all []string
	for _, shard := range r.Shards {
		if shard.Of > 1 {
			all = append(all, shard.String())
		}
	}
	return strings.Join(all, ", ")
}

// clock is a moment as pages show it.
func clock(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05") + " UTC" }
