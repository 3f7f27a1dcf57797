package load

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// Screen is what a text is written for.
type Screen struct {
	Color   bool
	Columns int // 0: nobody knows, as in a file
}

// The columns that a text takes at most, and at least.
const (
	broadest  = 80
	narrowest = 24
)

// WriteText renders the result for a terminal, and for a log: what was wanted and what
// came of it, what that means, and the outcome last.
func WriteText(w io.Writer, r burst.Result, language lang.Language, screen Screen) error {
	t := newText(r, language, screen)
	t.head()
	if r.Reason == "" {
		t.figures()
		t.latencies()
		t.kinds()
		t.answers()
		t.course()
	}
	t.findings()
	t.limits()
	t.printf("%s\n", t.outcome())
	_, err := io.WriteString(w, plain(t.out.String()))
	return err
}

// WriteOutcome renders the outcome alone, on one line; with the reason where nothing was
// found out.
func WriteOutcome(w io.Writer, r burst.Result, language lang.Language, screen Screen) error {
	line := newText(r, language, screen).outcome()
	if r.Reason != "" {
		line += ": " + report.Visible(r.Reason)
	}
	_, err := io.WriteString(w, plain(line)+"\n")
	return err
}

// text is a result while it is written.
type text struct {
	burst.Result
	lang.Language
	color   bool
	columns int
	narrow  bool // the columns are few, and somebody sees it
	out     strings.Builder
}

func newText(r burst.Result, language lang.Language, screen Screen) *text {
	columns := broadest
	if screen.Columns > 0 {
		columns = min(max(screen.Columns, narrowest), broadest)
	}
	return &text{Result: r, Language: language, color: screen.Color, columns: columns, narrow: columns < broadest}
}

func (t *text) printf(format string, operands ...any) { fmt.Fprintf(&t.out, format, operands...) }

// paint colours a text like the result of a check.
func (t *text) paint(status report.Status, text string) string {
	colour, there := map[report.Status]string{
		report.Pass: "32", report.Fail: "31", report.Error: "35", report.Warn: "33",
	}[status]
	if !t.color || !there {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (t *text) bold(text string) string {
	if !t.color {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

func (t *text) head() {
	t.printf("%s %s → %s\n\n", t.bold("khop "+report.Visible(t.Khop)), titleOf(t.Result), report.Visible(t.Target))
}

// figures are what is looked for first.
func (t *text) figures() {
	t.line(t.Text("events"), report.Visible(strings.Join(t.Events, ", ")))
	t.line(t.Text("sent"), t.Textf("%s in %s", amount(t.Requests), span(seconds(t.Seconds))))
	t.line(t.Text("connections"), connectionsOf(t.Result, t.Language))
	for _, f := range figuresOf(t.Result, t.Language)[:2] { // the times follow
		t.line(f.Name, f.Value+" "+f.Note)
	}
	t.line(t.Text("seed"), fmt.Sprint(t.Seed))
	t.printf("\n")
}

// label is the width of the column of labels, in either language.
const label = 16

// line writes a value beside its label, and goes on below where it is long.
func (t *text) line(name, value string) {
	for i, part := range wrapped(value, t.columns-label-3) {
		if i > 0 {
			name = ""
		}
		t.printf("%s\n", strings.TrimRight("  "+padded(name, -label)+" "+part, " "))
	}
}

func (t *text) latencies() {
	var head row
	for _, p := range percentiles {
		head.cells = append(head.cells, p.Name)
	}
	rows := []row{head}
	for _, d := range distributionsOf(t.Result, t.Language) {
		one := row{name: d.Name, remark: d.Brief}
		for _, p := range percentiles {
			one.cells = append(one.cells, at(d.Latency, p.Part))
		}
		rows = append(rows, one)
	}
	t.table(rows)
	if sum := sumOf(t.Result, t.Language); sum != "" {
		t.printf("%s\n", strings.Join(indented(2, wrapped(sum, t.columns-2)), "\n"))
	}
	t.printf("\n")
}

func (t *text) kinds() {
	rows := []row{{cells: []string{t.Text("sent"), t.Text("accepted"), t.Text("refused"), t.Text("no answer")}}}
	for _, kind := range burst.Kinds {
		if tally := t.Kinds[kind.String()]; tally.Sent > 0 {
			rows = append(rows, row{name: kindWord(t.Language, kind), cells: []string{
				amount(tally.Sent), amount(tally.Succeeded), amount(tally.Refused), amount(tally.Failed),
			}})
		}
	}
	if len(rows) > 1 {
		t.table(rows)
		t.printf("\n")
	}
}

// most is how many kinds of errors, and how many objections, are printed.
const most = 5

// answers are the statuses, the errors and the objections.
func (t *text) answers() {
	t.line(t.Text("answers"), listed(t.Statuses))
	if len(t.Errors) > 0 {
		t.line(t.Text("no answer"), listed(t.Errors))
	}
	objections := t.Result.Objections
	for i, objection := range objections[:min(most, len(objections))] {
		name := ""
		if i == 0 {
			name = t.Text("objections")
		}
		t.line(name, fmt.Sprintf("%s × %.300s", amount(objection.Count), report.Visible(objection.Text)))
	}
	t.printf("\n")
}

// course is what happened when, in a line of little columns each.
func (t *text) course() {
	all := courseOf(t.Result, min(30, t.columns-label-4))
	if all == nil {
		return
	}
	t.line(t.Text("over time"), all.sparkline(answersPerSecond)+" "+t.Textf("answers, at most %s", rate(all.highest(answersPerSecond))))
	t.line("", all.sparkline(slowestAnswer)+" "+t.Textf("slowest, at most %s", span(micro(all.highest(slowestAnswer)))))
	if highest := all.highest(lostPerSecond); highest > 0 {
		t.line("", all.sparkline(lostPerSecond)+" "+t.Textf("lost, at most %s", rate(highest)))
	}
	t.printf("\n")
}

// listed writes counts in a row: 200 × 599 000, 503 × 12.
func listed(counts map[string]uint64) string {
	var all []string
	for _, c := range ranked(counts) {
		all = append(all, report.Visible(c.Name)+blank+"×"+blank+amount(c.Count))
	}
	if len(all) == 0 {
		return "–"
	}
	return strings.Join(all, ", ")
}

// mark tells the weights apart without colour.
func mark(status report.Status) string {
	switch status {
	case report.Pass:
		return "✓"
	case report.Fail, report.Error:
		return "✗"
	case report.Warn:
		return "!"
	}
	return "–"
}

func (t *text) findings() {
	all := findingsOf(t.Result, t.Language)
	for _, f := range all {
		for i, line := range wrapped(f.Text, t.columns-6) {
			if i == 0 {
				t.printf("  %s %s\n", t.paint(f.Weight, mark(f.Weight)), line)
				continue
			}
			t.printf("    %s\n", line)
		}
	}
	if len(all) > 0 {
		t.printf("\n")
	}
}

func (t *text) limits() {
	all := limitsOf(t.Result, t.Language)
	broad := 12 // of the column of values
	for _, limit := range all {
		broad = max(broad, utf8.RuneCountInString(limit.Value))
	}
	for _, limit := range all {
		status := report.Pass
		if !limit.Met {
			status = report.Fail
		}
		says := padded(limit.Name, -label) + " " + padded(limit.Value, -broad) + " "
		if t.narrow {
			says = limit.Name + " " + limit.Value + "\n    "
		}
		t.printf("  %s %s%s\n", t.paint(status, mark(status)), says, t.Textf("limit %s", limit.Limit))
	}
	if len(all) > 0 {
		t.printf("\n")
	}
}

// outcome is the last line.
func (t *text) outcome() string {
	return fmt.Sprintf("%s  %s: %s", t.paint(look(t.Result), t.bold(OutcomeOf(t.Result).stamp(t.Language))), report.Visible(t.Provider), headline(t.Result, t.Language))
}
