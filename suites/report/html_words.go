package report

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/lang"
)

// statusMark tells the results apart without colour. Their word always stands beside
// it.
func statusMark(s Status) string {
	switch s {
	case Pass:
		return "✓"
	case Fail, Error:
		return "✗"
	case Warn:
		return "!"
	case Known:
		return "~"
	case NotObservable:
		return "?"
	}
	return "–"
}

// verdictWord is the verdict as one word.
func verdictWord(language lang.Language, v Verdict) string {
	switch v {
	case Passed:
		return language.Text("PASS")
	case Failed:
		return language.Text("FAIL")
	}
	return language.Text("ERROR")
}

// levelWord says how much a check weighs.
func levelWord(language lang.Language, level string) string {
	switch level {
	case "MUST":
		return language.Text("MUST")
	case "SHOULD":
		return language.Text("SHOULD")
	}
	return level
}

// verdictStatus is the result that looks like the verdict.
func verdictStatus(v Verdict) Status {
	switch v {
	case Passed:
		return Pass
	case Failed:
		return Fail
	}
	return Error
}

// icon is the dot in the browser's tab: its colour is the verdict's.
func icon(v Verdict) template.URL {
	colour := map[Status]string{Pass: "1a7f37", Fail: "b42318", Error: "8b3d9e"}[verdictStatus(v)]
	return template.URL("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E" +
		"%3Ccircle cx='4' cy='4' r='3.5' fill='%23" + colour + "'/%3E%3C/svg%3E")
}

// took writes a time in milliseconds the way a person reads it, in units that mean
// the same in every language.
func took(ms float64) string {
	if ms < 999.5 {
		decimals := 0
		if ms < 99.95 {
			decimals = 1
		}
		return decimal(ms, decimals) + "\u00a0ms"
	}
	d := time.Duration(ms * float64(time.Millisecond)).Round(time.Second / 10)
	if d < time.Minute {
		return decimal(d.Seconds(), 1) + "\u00a0s"
	}
	var parts []string
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / unit.length; n > 0 {
			parts = append(parts, fmt.Sprintf("%d\u00a0%s", n, unit.name))
			d -= n * unit.length
		}
	}
	return strings.Join(parts, " ")
}

// decimal writes a number with at most the given decimals.
func decimal(n float64, most int) string {
	text := strconv.FormatFloat(n, 'f', most, 64)
	if most > 0 {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}
