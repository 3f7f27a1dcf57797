package load

import (
	"fmt"
	"io"
	"strings"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// WriteMarkdown renders the result for the summary of a CI job, in GitHub's Markdown.
func WriteMarkdown(w io.Writer, r burst.Result, language lang.Language) error {
	m := &markdown{Result: r, Language: language}
	m.head()
	m.findings()
	if r.Reason == "" {
		m.limits()
		m.latencies()
		m.kinds()
		m.counts()
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

// markdown is a summary while it is written.
type markdown struct {
	burst.Result
	lang.Language
	out strings.Builder
}

func (m *markdown) printf(format string, operands ...any) { fmt.Fprintf(&m.out, format, operands...) }

// signs stand for the weights where there are no colours.
var signs = map[report.Status]string{report.Pass: "✅", report.Fail: "❌", report.Error: "💥", report.Warn: "⚠️", report.Skip: "ℹ️"}

func (m *markdown) head() {
	m.printf("## %s khop burst %s: %s\n\n", signs[look(m.Result)], report.Prose(titleOf(m.Result)), headline(m.Result, m.Language))
	for _, f := range figuresOf(m.Result, m.Language) {
		m.printf("**%s %s** %s  \n", f.Name, f.Value, f.Note)
	}
	m.printf("→ %s\n\n", report.Code(m.Target))
}

func (m *markdown) findings() {
	all := findingsOf(m.Result, m.Language)
	for _, f := range all {
		m.printf("- %s %s\n", signs[f.Weight], report.Prose(f.Text))
	}
	if len(all) > 0 {
		m.printf("\n")
	}
}

// table writes a table whose first column is a name and whose others are figures.
func (m *markdown) table(head []string, rows [][]string) {
	m.printf("| %s |\n| ---%s |\n", strings.Join(head, " | "), strings.Repeat(" | ---:", len(head)-1))
	for _, row := range rows {
		m.printf("| %s |\n", strings.Join(row, " | "))
	}
	m.printf("\n")
}

func (m *markdown) limits() {
	if len(m.Thresholds) == 0 {
		return
	}
	var rows [][]string
	for _, limit := range limitsOf(m.Result, m.Language) {
		sign, word := signs[report.Pass], m.Text("kept")
		if !limit.Met {
			sign, word = signs[report.Fail], m.Text("not kept")
		}
		rows = append(rows, []string{report.Cell(limit.Name), report.Cell(limit.Limit), report.Cell(limit.Value), sign + " " + word})
	}
	m.table([]string{m.Text("limit"), m.Text("wanted"), m.Text("measured"), m.Text("result")}, rows)
}

func (m *markdown) latencies() {
	head := []string{""}
	for _, p := range percentiles {
		head = append(head, p.Name)
	}
	var rows [][]string
	for _, d := range distributionsOf(m.Result, m.Language) {
		row := []string{d.Name + ", " + d.From}
		for _, p := range percentiles {
			row = append(row, at(d.Latency, p.Part))
		}
		rows = append(rows, row)
	}
	m.table(head, rows)
}

func (m *markdown) kinds() {
	var rows [][]string
	for _, kind := range burst.Kinds {
		if tally := m.Kinds[kind.String()]; tally.Sent > 0 {
			rows = append(rows, []string{kindWord(m.Language, kind), amount(tally.Sent), amount(tally.Succeeded), amount(tally.Refused), amount(tally.Failed)})
		}
	}
	if len(rows) > 0 {
		m.table([]string{m.Text("kind"), m.Text("sent"), m.Text("accepted"), m.Text("refused"), m.Text("no answer")}, rows)
	}
}

// counts list the statuses, the errors and the objections.
func (m *markdown) counts() {
	for _, c := range ranked(m.Statuses) {
		m.printf("- %s × %s\n", report.Code(c.Name), amount(c.Count))
	}
	for _, c := range ranked(m.Errors) {
		m.printf("- %s: %s × %s\n", m.Text("no answer"), report.Code(c.Name), amount(c.Count))
	}
	objections := m.Result.Objections
	for _, o := range objections[:min(10, len(objections))] {
		m.printf("- %s × %s\n", report.Code(fmt.Sprintf("%.300s", o.Text)), amount(o.Count))
	}
}
