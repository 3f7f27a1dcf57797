package report

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Comparison is what changed between two runs of the same provider. Every check is in
// one of its lists at most; one that holds in both runs, or was judged in neither, is
// only counted.
type Comparison struct {
	Provider string `json:"provider"`
	Before   Side   `json:"before"`
	After    Side   `json:"after"`
	// A part of the checks was run, on one side at least, and only what both ran is
	// compared: New and Gone are empty.
	Narrowed bool `json:"narrowed"`

	Broken       []Change `json:"broken"`        // held, and fails now
	Fixed        []Change `json:"fixed"`         // failed, and holds now
	New          []Change `json:"new"`           // only the new run has it
	Gone         []Change `json:"gone"`          // only the old run has it
	Judged       []Change `json:"judged"`        // was not judged, and is now
	Unjudged     []Change `json:"unjudged"`      // was judged, and is not any more: neither fixed nor broken
	Changed      []Change `json:"changed"`       // fails in both, in another way
	StillFailing []Change `json:"still_failing"` // fails in both, in the same way
	Holding      int      `json:"holding"`       // how many hold in both
	NeverJudged  int      `json:"never_judged"`  // how many neither run judged
}

// Side is one of the two runs.
type Side struct {
	Khop      string    `json:"khop"`
	Edition   int       `json:"edition,omitempty"`
	Target    string    `json:"target"`
	Started   time.Time `json:"started"`
	Verdict   Verdict   `json:"verdict"`
	Reason    string    `json:"reason,omitempty"`
	Selection []string  `json:"selection,omitempty"`
}

// Change is one check in both runs. A side that does not have the check has no status.
type Change struct {
	ID     string `json:"id"`
	Level  string `json:"level"`
	Title  string `json:"title"`
	Was    Status `json:"was,omitempty"`
	Is     Status `json:"is,omitempty"`
	Before string `json:"before,omitempty"` // what the old run found
	After  string `json:"after,omitempty"`  // what the new run found
	Repeat string `json:"repeat,omitempty"`
}

// Comparable says why two reports cannot be compared: they are of different providers.
func Comparable(before, after *Report) error {
	was, is := providersIn(before), providersIn(after)
	if !slices.Equal(was, is) {
		return fmt.Errorf("the old report is of %s, the new one of %s: only runs of the same provider can be compared",
			strings.Join(was, ", "), strings.Join(is, ", "))
	}
	return nil
}

// providersIn names the providers of a report in a settled order.
func providersIn(r *Report) []string {
	if len(r.Runs) == 0 {
		return []string{r.Provider}
	}
	names := map[string]bool{}
	for _, run := range r.Runs {
		names[run.Provider] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Compare tells what the new run found other than the old one.
func Compare(before, after *Report) *Comparison {
	c := &Comparison{
		Provider: after.Provider, Before: side(before), After: side(after),
		Narrowed: len(before.Selection) > 0 || len(after.Selection) > 0,
		Broken:   []Change{}, Fixed: []Change{}, New: []Change{}, Gone: []Change{},
		Judged: []Change{}, Unjudged: []Change{}, Changed: []Change{}, StillFailing: []Change{},
	}
	old := map[string]Check{}
	for _, check := range before.Checks {
		old[check.ID] = check
	}
	met := map[string]bool{}
	for _, is := range after.Checks {
		was, both := old[is.ID]
		met[is.ID] = true
		switch {
		case both:
			c.sort(was, is)
		case !c.Narrowed:
			c.New = append(c.New, Change{ID: is.ID, Level: is.Level, Title: is.Title, Is: is.Status, After: is.Message, Repeat: is.Repeat})
		}
	}
	for _, was := range before.Checks {
		if !met[was.ID] && !c.Narrowed {
			c.Gone = append(c.Gone, Change{ID: was.ID, Level: was.Level, Title: was.Title, Was: was.Status, Before: was.Message})
		}
	}
	return c
}

func side(r *Report) Side {
	return Side{
		Khop: r.Khop, Edition: r.Edition, Target: r.Target, Started: r.Started,
		Verdict: r.Verdict, Reason: r.Reason, Selection: r.Selection,
	}
}

// sort puts a check that both runs have into the list where it belongs.
func (c *Comparison) sort(was, is Check) {
	change := Change{
		ID: is.ID, Level: is.Level, Title: is.Title, Was: was.Status, Is: is.Status,
		Before: was.Message, After: is.Message, Repeat: is.Repeat,
	}
	list := map[[2]standing]*[]Change{
		{holds, fails}:   &c.Broken,
		{fails, holds}:   &c.Fixed,
		{unknown, holds}: &c.Judged,
		{unknown, fails}: &c.Judged,
		{holds, unknown}: &c.Unjudged,
		{fails, unknown}: &c.Unjudged,
		{fails, fails}:   &c.StillFailing,
	}[[2]standing{standingOf(was), standingOf(is)}]
	switch {
	case list == nil && standingOf(is) == holds:
		c.Holding++
	case list == nil:
		c.NeverJudged++
	case list == &c.StillFailing && !change.alike():
		c.Changed = append(c.Changed, change)
	default:
		*list = append(*list, change)
	}
}

// standing is what a result says about the target. A known failure is one, whoever
// tolerates it.
type standing int

const (
	unknown standing = iota
	holds
	fails
)

func standingOf(c Check) standing {
	switch c.Status {
	case Pass:
		return holds
	case Fail, Warn, Known:
		return fails
	}
	return unknown
}

// alike tells whether a check fails in both runs for the same reason. How long
// something took is none.
func (c Change) alike() bool {
	return c.Was == c.Is && durations.ReplaceAllString(c.Before, "") == durations.ReplaceAllString(c.After, "")
}

var durations = regexp.MustCompile(`\b\d+(\.\d+)?(ns|µs|ms|s|m)\b`)

// Worse tells whether the new run fails where the old one did not: something that held
// is broken, or something that was not run or judged before fails. A SHOULD counts
// where strict is set; a known failure does not.
func (c *Comparison) Worse(strict bool) bool {
	return slices.ContainsFunc(slices.Concat(c.Broken, c.New, c.Judged), func(change Change) bool {
		return change.Is == Fail || strict && change.Is == Warn
	})
}
