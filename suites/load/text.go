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

// WriteText renders the result for a terminal, and for a log: what was wanted and what
// came of it, what that means, and the outcome last.
func WriteText(w io.Writer, r burst.Result, language lang.Language, color bool) error {
	t := &text{Result: r, Language: language, color: color}
	t.head()
	t.figures()
	t.latencies()
	t.kinds()
	t.answers()
	t.findings()
	t.limits()
	t.printf("\n")
	t.outcome()
	_, err := io.WriteString(w, plain(t.out.String()))
	return err
}

// WriteOutcome renders the outcome alone, on one line.
func WriteOutcome(w io.Writer, r burst.Result, language lang.Language, color bool) error {
	t := &text{Result: r, Language: language, color: color}
	t.outcome()
	_, err := io.WriteString(w, plain(t.out.String()))
	return err
}

// text is a result while it is written.
type text struct {
	burst.Result
	lang.Language
	color bool
	out   strings.Builder
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
	t.line(t.Text("sent"), t.Textf("%s events in %s over %d connections", amount(t.Requests), span(seconds(t.Seconds)), t.Connections))
	for _, f := range figuresOf(t.Result, t.Language)[:2] { // the times follow
		t.line(f.Name, f.Value+" "+f.Note)
	}
	t.line(t.Text("seed"), fmt.Sprint(t.Seed))
	t.printf("\n")
}

// label is the width of the column of labels, in either language.
const label = 16

func (t *text) line(name, value string) {
	t.printf("  %s %s\n", padded(name, -label), value)
}

// padded fills a text up with blanks: on the left, or on the right where the width is
// below 0.
func padded(text string, to int) string {
	if to < 0 {
		return text + strings.Repeat(" ", max(0, -to-utf8.RuneCountInString(text)))
	}
	return strings.Repeat(" ", max(0, to-utf8.RuneCountInString(text))) + text
}

// row is a label, figures in columns, and perhaps a remark.
type row struct {
	name   string
	cells  []string
	remark string
}

// table writes rows whose columns are as wide as they need.
func (t *text) table(rows []row) {
	widths := map[int]int{}
	for _, r := range rows {
		for i, cell := range r.cells {
			widths[i] = max(widths[i], 9, 2+utf8.RuneCountInString(cell))
		}
	}
	for _, r := range rows {
		line := padded(r.name, -label)
		for i, cell := range r.cells {
			line += padded(cell, widths[i])
		}
		if r.remark != "" {
			line += "   " + r.remark
		}
		t.printf("  %s\n", line)
	}
	t.printf("\n")
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
	t.table(rows)
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

// listed writes counts in a row: 200 × 599 000, 503 × 12.
func listed(counts map[string]uint64) string {
	var all []string
	for _, c := range ranked(counts) {
		all = append(all, report.Visible(c.Name)+" × "+amount(c.Count))
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

// width is that of a line of prose, so that it fits a terminal of 80 columns.
const width = 74

func (t *text) findings() {
	for _, f := range findingsOf(t.Result, t.Language) {
		for i, line := range wrapped(f.Text, width) {
			if i == 0 {
				t.printf("  %s %s\n", t.paint(f.Weight, mark(f.Weight)), line)
				continue
			}
			t.printf("    %s\n", line)
		}
	}
}

// wrapped breaks a text at blanks.
func wrapped(text string, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(strings.ReplaceAll(text, blank, "\x00")) {
		if line != "" && utf8.RuneCountInString(line+" "+word) > most {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += strings.ReplaceAll(word, "\x00", blank)
	}
	return append(lines, line)
}

func (t *text) limits() {
	if len(t.Thresholds) == 0 {
		return
	}
	t.printf("\n")
	for _, limit := range t.Thresholds {
		status := report.Pass
		if !limit.Met {
			status = report.Fail
		}
		t.printf("  %s %s %s %s\n", t.paint(status, mark(status)), padded(report.Visible(limit.Name), -label),
			padded(report.Visible(limit.Value), -12), t.Textf("limit %s", report.Visible(limit.Limit)))
	}
}

func (t *text) outcome() {
	outcome := OutcomeOf(t.Result)
	t.printf("%s  %s: %s\n", t.paint(outcome.look(), t.bold(outcome.stamp(t.Language))), report.Visible(t.Provider), outcome.headline(t.Language))
}
