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
// only counted. A check fails that would fail the run: a broken MUST, and a broken
// SHOULD where the comparison is strict. A known failure is tolerated and fails none.
type Comparison struct {
	Provider string `json:"provider"`
	Before   Side   `json:"before"`
	After    Side   `json:"after"`
	Strict   bool   `json:"strict"`
	// A part of the checks was run, on one side at least, and only what both ran is
	// compared: New and Gone are empty.
	Narrowed bool `json:"narrowed"`
	// Something fails now that did not fail before: one of the next five lists holds
	// something.
	Worse bool `json:"worse"`

	Broken      []Change `json:"broken"`      // held, and fails now
	Untolerated []Change `json:"untolerated"` // was known, and fails now
	Raised      []Change `json:"raised"`      // only warned, and fails now
	Uncovered   []Change `json:"uncovered"`   // was not judged, and fails now
	NewFailing  []Change `json:"new_failing"` // only the new run has it, and it fails

	Warning      []Change `json:"warning"`       // a SHOULD that does not count: is broken now, and was not before
	Changed      []Change `json:"changed"`       // fails or warns in both, in another way
	StillFailing []Change `json:"still_failing"` // fails or warns in both, in the same way
	Known        []Change `json:"known"`         // was judged or not, and is tolerated now
	Unjudged     []Change `json:"unjudged"`      // was judged, and is not any more: neither fixed nor broken
	New          []Change `json:"new"`           // only the new run has it, and it does not fail
	Gone         []Change `json:"gone"`          // only the old run has it
	Judged       []Change `json:"judged"`        // was not judged, and holds now
	Fixed        []Change `json:"fixed"`         // failed, warned or was known, and holds now

	Holding     int `json:"holding"`      // how many hold in both
	NeverJudged int `json:"never_judged"` // how many neither run judged
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
	Stale     []string  `json:"stale,omitempty"` // what is wrong with its known failures, which fails it
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

// Compare tells what the new run found other than the old one. Where it is strict, a
// broken SHOULD fails as a broken MUST does.
func Compare(before, after *Report, strict bool) *Comparison {
	c := &Comparison{
		Provider: after.Provider, Before: side(before), After: side(after), Strict: strict,
		Narrowed: len(before.Selection) > 0 || len(after.Selection) > 0,
	}
	for _, list := range c.all() {
		*list = []Change{} // for JSON, in which there is no list that is not there
	}
	old := map[string]Check{}
	for _, check := range before.Checks {
		old[check.ID] = check
	}
	met := map[string]bool{}
	for _, is := range after.Checks {
		was, both := old[is.ID]
		met[is.ID] = true
		if both || !c.Narrowed {
			c.sort(Change{
				ID: is.ID, Level: is.Level, Title: is.Title, Was: was.Status, Is: is.Status,
				Before: was.Message, After: is.Message, Repeat: is.Repeat,
			})
		}
	}
	for _, was := range before.Checks {
		if !met[was.ID] && !c.Narrowed {
			c.Gone = append(c.Gone, Change{ID: was.ID, Level: was.Level, Title: was.Title, Was: was.Status, Before: was.Message})
		}
	}
	c.Worse = len(c.Broken)+len(c.Untolerated)+len(c.Raised)+len(c.Uncovered)+len(c.NewFailing) > 0
	return c
}

// all are the lists.
func (c *Comparison) all() []*[]Change {
	return []*[]Change{
		&c.Broken, &c.Untolerated, &c.Raised, &c.Uncovered, &c.NewFailing, &c.Warning, &c.Changed,
		&c.StillFailing, &c.Known, &c.Unjudged, &c.New, &c.Gone, &c.Judged, &c.Fixed,
	}
}

func side(r *Report) Side {
	return Side{
		Khop: r.Khop, Edition: r.Edition, Target: r.Target, Started: r.Started,
		Verdict: r.Verdict, Reason: r.Reason, Selection: r.Selection, Stale: r.Stale,
	}
}

// sort puts a check of the new run where it belongs.
func (c *Comparison) sort(change Change) {
	switch was, is := c.standing(change.Was), c.standing(change.Is); {
	case was == holds && is == holds:
		c.Holding++
	case was == unknown && is == unknown:
		c.NeverJudged++
	default:
		list := c.place(was, is, change)
		*list = append(*list, change)
	}
}

// place is the list of a change that is more than a number.
func (c *Comparison) place(was, is standing, change Change) *[]Change {
	switch {
	case is == fails && was != fails:
		return map[standing]*[]Change{
			holds: &c.Broken, tolerated: &c.Untolerated, warns: &c.Raised, unknown: &c.Uncovered, absent: &c.NewFailing,
		}[was]
	case was == absent && is != warns:
		return &c.New
	case is == tolerated:
		return &c.Known
	case is == unknown:
		return &c.Unjudged
	case is == holds && was == unknown:
		return &c.Judged
	case is == holds:
		return &c.Fixed
	case was != fails && was != warns:
		return &c.Warning
	case change.alike():
		return &c.StillFailing
	}
	return &c.Changed
}

// standing is what a result says about the target.
type standing int

const (
	unknown standing = iota // not judged
	absent                  // not run at all
	holds
	tolerated
	warns
	fails
)

func (c *Comparison) standing(status Status) standing {
	switch {
	case status == "":
		return absent
	case status == Pass:
		return holds
	case status == Known:
		return tolerated
	case status == Fail, status == Warn && c.Strict:
		return fails
	case status == Warn:
		return warns
	}
	return unknown
}

// alike tells whether a check has the same result in both runs, for the same reason.
func (c Change) alike() bool { return c.Was == c.Is && c.unmoved() }

// unmoved tells whether both runs found the same. How long something took is none of
// it.
func (c Change) unmoved() bool {
	return durations.ReplaceAllString(c.Before, "") == durations.ReplaceAllString(c.After, "")
}

var durations = regexp.MustCompile(`\b\d+(\.\d+)?(ns|µs|ms|s|m)\b`)
