package known

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/report"
)

// List is what a known-failures file holds. A nil List knows no failure.
type List struct {
	entries []Entry
}

// Judge turns a failure that is described by an entry, and not expired on the day of
// now, into a known one.
func (l *List) Judge(check *report.Check, now time.Time) {
	entry, ok := l.of(check.ID)
	if ok && failed(*check) && entry.fits(check.Message) && !entry.expired(now) && !entry.tooWide(check.Message) {
		check.Status = report.Known
		check.Known = &report.Excuse{Reason: entry.Reason, Until: entry.Until}
	}
}

// Stale says which entries of the checks that a run judged do not hold any more, and
// why, a sentence each. Checks that the run did not judge leave their entries alone.
func (l *List) Stale(r *report.Report) []string {
	var stale []string
	for _, check := range r.Checks {
		if entry, ok := l.of(check.ID); ok {
			if why := entry.objection(check, r.Started); why != "" {
				stale = append(stale, fmt.Sprintf("%s %s", entry, why))
			}
		}
	}
	return stale
}

// objection is what is wrong with an entry in the light of its check's result.
func (e Entry) objection(check report.Check, now time.Time) string {
	switch {
	case check.Status == report.Pass:
		return "passes now: take the entry out"
	case !failed(check):
		return ""
	case e.expired(now):
		return fmt.Sprintf("was tolerated until %s: %s", e.Until, e.Reason)
	case e.tooWide(check.Message):
		return fmt.Sprintf("message %q would excuse nearly anything: spell out at least %d letters beside the *", e.Message, leastTelling)
	}
	return fmt.Sprintf("fails with another message now: %q instead of %q", check.Message, e.Message)
}

// unreasoned says which entries about a run's provider lack a reason, a sentence each.
func (l *List) unreasoned(r *report.Report) []string {
	var all []string
	for _, entry := range l.entries {
		about := strings.HasPrefix(entry.Check, r.Provider+".") || slices.ContainsFunc(r.Checks, func(c report.Check) bool { return c.ID == entry.Check })
		if about && strings.TrimSpace(entry.Reason) == "" {
			all = append(all, fmt.Sprintf("%s has no reason: write one there, or run again with --update-known --reason 'why it is tolerated'", entry))
		}
	}
	return all
}

func (l *List) of(check string) (Entry, bool) {
	if l == nil {
		return Entry{}, false
	}
	for _, entry := range l.entries {
		if entry.Check == check {
			return entry, true
		}
	}
	return Entry{}, false
}
