package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/khop-dev/khop/suites/lang"
)

const (
	// summaryLimit keeps a summary below the 1 MiB that GitHub takes of a step, and
	// leaves the step some room for words of its own.
	summaryLimit = 1_000_000
	// longestField is the most that one field of a check shows, in characters.
	longestField = 4000
)

// WriteMarkdown renders the report for the summary of a CI job, in GitHub's Markdown:
// the verdict, what each area came to, then everything that needs somebody's
// attention, folded. A summary that would grow too long leaves checks out, and says
// how many.
func WriteMarkdown(w io.Writer, r *Report, language lang.Language) error {
	m := &markdown{Report: r, Language: language}
	m.head()
	m.providers()
	m.areas()
	m.stale()
	m.folded(language.Text("Errors"), r.With(Error))
	m.folded(language.Text("Failures"), r.breaking())
	m.folded(language.Text("Warnings"), r.warning())
	m.known()
	m.notJudged()
	m.omitted()
	if _, err := io.WriteString(w, m.text.String()); err != nil {
		return fmt.Errorf("writing Markdown: %w", err)
	}
	return nil
}

// markdown is a summary while it is written.
type markdown struct {
	*Report
	lang.Language

	text    strings.Builder
	omits   int    // checks that found no room
	heading string // waits for the first section below it
}

// add writes a section where it fits.
func (m *markdown) add(section string) bool {
	section = m.heading + section
	if m.text.Len()+len(section) > summaryLimit {
		return false
	}
	m.heading = ""
	m.text.WriteString(section)
	return true
}

// list writes lines below a heading with its count; lines that do not fit count as
// omitted.
func (m *markdown) list(heading string, count int, lines []string) {
	m.heading = fmt.Sprintf("### %s: %d\n\n", heading, count)
	for _, line := range lines {
		if !m.add("- " + line + "\n") {
			m.omits++
		}
	}
	if m.heading == "" {
		m.add("\n")
	}
	m.heading = ""
}

func (m *markdown) head() {
	mark := map[Verdict]string{Passed: "✅", Failed: "❌", Broken: "💥"}[m.Verdict]
	head := fmt.Sprintf("## %s khop %s: %s\n\n", mark, prose(shorten(m.Provider, 100)), verdictWord(m.Language, m.Verdict))
	head += "**" + m.tally(m.Counts) + "** " + effort(m.Language, m.Report)
	if m.Target != "" {
		head += " → " + code(shorten(m.Target, 300))
	}
	head += "\n\n"
	if len(m.Stale) > 0 {
		head += m.Text("The list of known failures does not hold.") + "\n\n"
	}
	if m.Reason != "" {
		head += code(shorten(m.Reason, longestField)) + "\n\n"
	}
	if len(m.Selection) > 0 {
		head += m.Textf("this was a part of the checks: %s", code(shorten(strings.Join(m.Selection, " "), 1000))) + "\n\n"
	}
	if m.Strict && len(m.With(Warn)) > 0 {
		head += m.Text("A broken SHOULD fails this run: it is strict.") + "\n\n"
	}
	m.add(head)
}

// tally counts in words.
func (m *markdown) tally(counts map[Status]int) string {
	return cmp.Or(tally(m.Language, counts), m.Text("no check was run"))
}

// providers is a line for each of several runs.
func (m *markdown) providers() {
	if len(m.Runs) == 0 {
		return
	}
	table := fmt.Sprintf("| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n",
		m.Text("Provider"), m.Text("Verdict"), m.Text("Checks"), m.Text("Target"))
	for _, run := range m.Runs {
		verdict := verdictWord(m.Language, run.Verdict)
		if run.Reason != "" {
			verdict += " " + cell(shorten(run.Reason, 300))
		}
		table += fmt.Sprintf("| %s | %s | %s | %s |\n", cell(run.Provider), verdict, m.tally(run.Counts), cell(shorten(run.Target, 300)))
	}
	m.add(table + "\n")
}

// areas is a table of the results in every area, without the columns that are empty.
func (m *markdown) areas() {
	var names []string
	counts := map[string]map[Status]int{}
	for _, check := range m.Checks {
		name := m.Text(check.Area)
		if len(m.Runs) > 0 {
			name = providerOf(check) + " " + name
		}
		if counts[name] == nil {
			counts[name] = map[Status]int{}
			names = append(names, name)
		}
		counts[name][check.Status]++
	}
	if len(names) == 0 {
		return
	}
	title, line := "| "+m.Text("Area")+" |", "| --- |"
	columns := m.columns()
	for _, status := range columns {
		title, line = title+" "+Counted(m.Language, status)+" |", line+" ---: |"
	}
	table := title + "\n" + line + "\n"
	for _, name := range names {
		table += "| " + prose(name) + " |"
		for _, status := range columns {
			table += fmt.Sprintf(" %d |", counts[name][status])
		}
		table += "\n"
	}
	m.add(table + "\n")
}

// columns lists the results that occur; that nothing passed is worth a column too.
func (m *markdown) columns() []Status {
	var columns []Status
	for _, status := range countOrder {
		if status == Pass || len(m.With(status)) > 0 {
			columns = append(columns, status)
		}
	}
	return columns
}

// omitted says what found no room.
func (m *markdown) omitted() {
	if m.omits > 0 {
		m.text.WriteString(m.Textf("This summary is cut off: %d more would not fit into what GitHub shows. report.json and report.html have everything.", m.omits) + "\n")
	}
}
