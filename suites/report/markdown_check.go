package report

import (
	"fmt"
	"strings"
)

// folded writes checks that did not hold below a heading, each folded to one line.
func (m *markdown) folded(heading string, checks []Check) {
	m.heading = fmt.Sprintf("### %s: %d\n\n", heading, len(checks))
	for _, check := range checks {
		if !m.add(m.check(check)) {
			m.omits++
		}
	}
	m.heading = ""
}

// check is everything that somebody needs to act on one check; its requirement is what
// stands there while it is folded.
func (m *markdown) check(c Check) string {
	text := fmt.Sprintf("<details><summary><code>%s</code> %s: %s</summary>\n\n",
		markedUp(c.ID), markedUp(levelWord(m.Language, c.Level)), markedUp(shorten(m.Text(c.Title), longestField)))
	text += m.item(m.Text("source"), citation(shorten(c.Source, longestField)))
	text += "\n" + fenced("text", m.findings(c))
	text += "\n" + m.item(m.Text("why"), prose(shorten(m.Text(c.Why), longestField)))
	text += m.item(m.Text("fix"), prose(shorten(m.Text(c.Fix), longestField)))
	if c.Repeat != "" {
		text += "\n" + fenced("sh", []string{Visible(c.Repeat)})
	}
	return text + "\n</details>\n\n"
}

// item is a line of a list; nothing where there is nothing to say.
func (m *markdown) item(label, text string) string {
	if text == "" {
		return ""
	}
	return "- **" + label + "**: " + text + "\n"
}

// findings is what was wanted and what came, label by label.
func (m *markdown) findings(c Check) []string {
	var lines []string
	for _, field := range []struct{ label, text string }{
		{m.Text("expected"), c.Expected},
		{m.Text("actual"), c.Actual},
		{m.Text("found"), c.Message},
	} {
		if field.text == "" {
			continue
		}
		label := field.label + ": "
		for _, line := range strings.Split(shorten(field.text, longestField), "\n") {
			lines = append(lines, label+Visible(strings.TrimSuffix(line, "\r")))
			label = "  "
		}
	}
	return lines
}

// known lists the failures that are tolerated, with the reason and the last day.
func (m *markdown) known() {
	var lines []string
	for _, check := range m.With(Known) {
		line := code(check.ID)
		if check.Known != nil {
			line += ": " + code(shorten(check.Known.Reason, longestField))
			if check.Known.Until != "" {
				line = m.Textf("%s (until %s)", line, code(check.Known.Until))
			}
		}
		lines = append(lines, line)
	}
	m.list(m.Text("Known failures"), len(lines), lines)
}

// stale lists what does not fit any more in the known failures.
func (m *markdown) stale() {
	var lines []string
	for _, entry := range m.Stale {
		lines = append(lines, code(shorten(entry, longestField)))
	}
	m.list(m.Text("Known failures that do not fit any more"), len(lines), lines)
}

// notJudged lists why checks were not judged, so that nobody takes them for passed.
func (m *markdown) notJudged() {
	var reasons, lines []string
	counts := map[string]int{}
	for _, check := range append(m.With(Skip), m.With(NotObservable)...) {
		if counts[check.Message]++; counts[check.Message] == 1 {
			reasons = append(reasons, check.Message)
		}
	}
	for _, reason := range reasons {
		lines = append(lines, m.Textf("%d not judged: %s", counts[reason], code(shorten(m.Text(reason), longestField))))
	}
	m.list(m.Text("Not judged"), m.Report.unjudged(), lines)
}
