package known

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/khop-dev/khop/suites/report"
)

// Entry is one tolerated failure.
type Entry struct {
	Check   string // id of the check
	Message string // what it fails with; * stands for anything
	Reason  string // why that is tolerated
	Until   string // the last day on which it is, as 2026-12-31; empty: no end

	place string // where it stands: known.yaml:3
}

// String names the entry for messages.
func (e Entry) String() string { return e.place + ": " + e.Check }

// fits tells whether a check failed the way the entry says.
func (e Entry) fits(message string) bool {
	var pattern strings.Builder
	pattern.WriteString(`(?s)\A`)
	for i, part := range strings.Split(e.Message, "*") {
		if i > 0 {
			pattern.WriteString(".*")
		}
		pattern.WriteString(regexp.QuoteMeta(part))
	}
	return regexp.MustCompile(pattern.String() + `\z`).MatchString(message)
}

// expired tells whether the entry's last day is over. Days are those of the machine's
// time zone.
func (e Entry) expired(now time.Time) bool {
	return e.Until != "" && now.Format(time.DateOnly) > e.Until
}

// leastTelling is how many letters and digits a message has to spell out beside its
// wildcards, so that it describes one failure and not all of them.
const leastTelling = 12

// tooWide tells whether the entry's message fits one failure among many others.
func (e Entry) tooWide(message string) bool {
	if e.Message == message || !strings.Contains(e.Message, "*") {
		return false
	}
	telling := 0
	for _, r := range e.Message {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			telling++
		}
	}
	return telling < leastTelling
}

// failed are the results that an entry can excuse.
func failed(check report.Check) bool {
	return check.Status == report.Fail || check.Status == report.Warn
}
