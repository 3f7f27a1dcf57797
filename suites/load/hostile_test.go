package load_test

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/load"
)

// hostile is what a target, or a file of another machine, would like to see
// interpreted.
var hostile = strings.Join([]string{
	"<script>alert(1)</script><img src=x onerror=alert(1)>", `"><svg onload=alert(1)>`, "{{.}}", "]]> &amp; <!-- ", "| a | b |", "``` `",
	"[click](https://evil.example/)", "@octocat #1", "**bold** \\", "%s %d %!", "::error::y", "\n::warning::injected", "\r\n# heading",
	"\n\n<h1>block</h1>", "\x00\x1b[2J\x1b]0;t\a", "\uFFFE\xff", "\u202e", "Đặng 😀",
}, " ")

// poisoned is a burst whose every text is hostile.
func poisoned() burst.Result {
	r := stormy()
	r.Khop, r.Provider, r.Target, r.Events = hostile, hostile, hostile, []string{hostile, hostile}
	r.Statuses[hostile], r.Errors[hostile], r.Kinds[hostile] = 3, 4, burst.Tally{Sent: 5}
	r.Objections = append(r.Objections, burst.Objection{Text: hostile, Count: 6})
	for i := range r.Thresholds {
		r.Thresholds[i] = burst.Threshold{Name: hostile, Limit: hostile, Value: hostile, Met: i == 0}
	}
	return r
}

func TestPageKeepsItsShapeWhateverItHolds(t *testing.T) {
	t.Parallel()
	harmless := poisoned()
	harmless.Statuses["x"], harmless.Errors["x"] = 3, 4
	delete(harmless.Statuses, hostile)
	delete(harmless.Errors, hostile)
	harmless.Khop, harmless.Provider, harmless.Target, harmless.Events = "x", "x", "x", []string{"x"}
	harmless.Objections[len(harmless.Objections)-1].Text = "x"
	for i := range harmless.Thresholds {
		harmless.Thresholds[i] = burst.Threshold{Name: "x", Limit: "x", Value: "x", Met: i == 0}
	}
	if got, want := shape(t, poisoned()), shape(t, harmless); !slices.Equal(got, want) {
		t.Errorf("the page has %d elements, or others than the %d that it should have", len(got), len(want))
	}
	page := elements(t, poisoned(), lang.English, "body")[0].text()
	if strings.ContainsAny(page, "\x00\x1b\a\u202e") || !strings.Contains(page, "<script>alert(1)</script>") {
		t.Error("what is hostile is not shown as it is written, or not written out")
	}
}

// shape is a page's elements with their attributes.
func shape(t testing.TB, r burst.Result) []string {
	var all []string
	for _, e := range elements(t, r, lang.English) {
		tag := e.Data
		for _, a := range e.Attr {
			tag += " " + a.Key
		}
		all = append(all, tag)
	}
	return all
}

func TestNothingDrivesTheTerminal(t *testing.T) {
	t.Parallel()
	r, failed := poisoned(), poisoned()
	r.Provider, failed.Provider = "superai", "superai" // which Read makes sure of
	failed.Reason = hostile
	out := rendered(t, text, r, lang.English) + rendered(t, text, failed, lang.English) + rendered(t, outcome, failed, lang.English)
	for line := range strings.Lines(out) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			t.Errorf("a line is a command to the CI system: %s", line)
		}
	}
	if strings.ContainsAny(out, "\x00\x1b\a\r\u202e") {
		t.Errorf("control characters are printed: %.2000q", out)
	}
}

// What a target says stands in code, where Markdown is not read.
func TestNothingBecomesMarkdown(t *testing.T) {
	t.Parallel()
	out := rendered(t, load.WriteMarkdown, poisoned(), lang.English)
	code := regexp.MustCompile("(`+)[^`](?:.*?[^`])?(`+)")
	for line := range strings.Lines(out) {
		bare := code.ReplaceAllString(line, "")
		bare = regexp.MustCompile(`\\.`).ReplaceAllString(bare, "")
		if strings.ContainsAny(bare, "<[`") {
			t.Errorf("markup is left in %q", line)
		}
	}
}

func TestJUnitIsXML(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		result          burst.Result
		cases, failures int
		errors          int
	}{
		"exceeded": {stormy(), 4, 3, 0}, "measured": {calm(), 1, 0, 0}, "unanswered": {samples["unanswered"], 1, 1, 0}, "hostile": {poisoned(), 4, 3, 0},
		"found nothing": {samples["found-nothing"], 1, 0, 1}, "interrupted": {samples["interrupted"], 2, 0, 1}, "one shard left": {samples["one-shard-left"], 2, 0, 1},
	} {
		var out strings.Builder
		if err := load.WriteJUnit(&out, c.result); err != nil {
			t.Fatal(err)
		}
		var counts struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
		}
		if err := xml.Unmarshal([]byte(out.String()), &counts); err != nil || counts.Tests != c.cases || counts.Failures != c.failures || counts.Errors != c.errors {
			t.Errorf("%s: %+v, %v; want %d, %d and %d", name, counts, err, c.cases, c.failures, c.errors)
		}
	}
}
