package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/lang"
)

// changes is one list of a comparison as a person reads it.
type changes struct {
	look    Status
	heading string
	list    []Change
	brief   bool // what was found is not worth repeating
}

// lists are all that a comparison found, worst first.
func (c *Comparison) lists(language lang.Language) []changes {
	return []changes{
		{Fail, language.Text("broken: held before, and fails now"), c.Broken, false},
		{Warn, language.Text("judged now, and not before"), c.Judged, false},
		{Warn, language.Text("new: the old run does not have them"), c.New, false},
		{Error, language.Text("no longer judged: neither fixed nor broken"), c.Unjudged, false},
		{Warn, language.Text("fails in another way than before"), c.Changed, false},
		{Known, language.Text("still failing"), c.StillFailing, true},
		{Skip, language.Text("gone: the new run does not have them"), c.Gone, true},
		{Pass, language.Text("fixed"), c.Fixed, true},
	}
}

// remarks are what somebody has to know to read a comparison rightly.
func (c *Comparison) remarks(language lang.Language) []string {
	var remarks []string
	for _, side := range []struct {
		Side
		broken, narrowed string
	}{
		{c.Before, language.Text("the old run was not finished: %s"), language.Text("the old run was a part of the checks: %s")},
		{c.After, language.Text("the new run was not finished: %s"), language.Text("the new run was a part of the checks: %s")},
	} {
		if side.Verdict == Broken {
			remarks = append(remarks, fmt.Sprintf(side.broken, side.Reason))
		}
		if len(side.Selection) > 0 {
			remarks = append(remarks, fmt.Sprintf(side.narrowed, strings.Join(side.Selection, " ")))
		}
	}
	if c.Narrowed {
		remarks = append(remarks, language.Text("only what both runs have is compared"))
	}
	if c.Before.Edition != c.After.Edition {
		remarks = append(remarks, language.Textf("the checks are of edition %d, and were of %d", c.After.Edition, c.Before.Edition))
	}
	return remarks
}

// verdict says in a line what the comparison came to.
func (c *Comparison) verdict(language lang.Language, strict bool) (look Status, line string) {
	counts := language.Textf("%d broken, %d fixed, %d still failing, %d no longer judged, %d hold in both",
		len(c.Broken), len(c.Fixed), len(c.StillFailing)+len(c.Changed), len(c.Unjudged), c.Holding)
	switch {
	case c.Worse(strict):
		return Fail, language.Textf("WORSE  %s: %s", c.Provider, counts)
	case c.After.Verdict == Broken:
		return Error, language.Textf("UNKNOWN  %s: %s", c.Provider, counts)
	}
	return Pass, language.Textf("NOT WORSE  %s: %s", c.Provider, counts)
}

// WriteText shows the comparison to a person at a terminal.
func (c *Comparison) WriteText(w io.Writer, language lang.Language, color, strict bool) error {
	var out strings.Builder
	console := &Console{Color: color, Language: language}
	fmt.Fprintf(&out, "%s  %s → %s\n", console.bold(Visible(c.Provider)), c.Before.label(), c.After.label())
	for _, remark := range c.remarks(language) {
		fmt.Fprintf(&out, "%s\n", console.paint(Warn, Visible(remark)))
	}
	for _, changes := range c.lists(language) {
		if len(changes.list) == 0 {
			continue
		}
		fmt.Fprintf(&out, "\n%s\n", console.paint(changes.look, fmt.Sprintf("%s (%d)", changes.heading, len(changes.list))))
		for _, change := range changes.list {
			change.show(&out, console, changes.brief)
		}
	}
	look, line := c.verdict(language, strict)
	word, rest, _ := strings.Cut(Visible(line), "  ")
	fmt.Fprintf(&out, "\n%s  %s\n", console.paint(look, word), rest)
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// label names a run: when it was, and with which khop.
func (s Side) label() string {
	return fmt.Sprintf("%s (khop %s)", s.Started.UTC().Format(time.DateTime), Visible(s.Khop))
}

// show prints one check that changed.
func (c Change) show(out io.Writer, console *Console, brief bool) {
	fmt.Fprintf(out, "  %s %s  %s  %s\n", console.mark(statusOr(c.Is, c.Was)), Visible(c.ID), console.faint(Visible(c.Level)), console.faint(c.step()))
	if brief {
		return
	}
	for _, line := range wrap(Visible(shorten(c.found(console.Language), 600)), textWidth) {
		fmt.Fprintf(out, "      %s\n", line)
	}
	if c.Is == Fail || c.Is == Warn {
		fmt.Fprintf(out, "      %s\n", console.faint(Visible(c.Repeat)))
	}
}

// found is what the new run found, beside what the old one did where it fails in
// another way; the old one's where the new one found nothing.
func (c Change) found(language lang.Language) string {
	switch {
	case c.After == "":
		return c.Before
	case c.Before == "" || c.alike():
		return c.After
	}
	return language.Textf("%s; before: %s", c.After, c.Before)
}

// step is the way from the old result to the new one.
func (c Change) step() string {
	switch {
	case c.Was == "":
		return string(c.Is)
	case c.Is == "":
		return string(c.Was)
	}
	return fmt.Sprintf("%s → %s", c.Was, c.Is)
}

func statusOr(s, other Status) Status {
	if s == "" {
		return other
	}
	return s
}

// WriteMarkdown shows the comparison in GitHub's Markdown.
func (c *Comparison) WriteMarkdown(w io.Writer, language lang.Language, strict bool) error {
	look, line := c.verdict(language, strict)
	mark := map[Status]string{Pass: "✅", Fail: "❌", Error: "💥"}[look]
	m := &markdown{Language: language}
	m.add(fmt.Sprintf("## %s khop %s\n\n%s → %s\n\n", mark, prose(line), prose(c.Before.label()), prose(c.After.label())))
	for _, remark := range c.remarks(language) {
		m.add("> " + prose(shorten(remark, longestField)) + "\n\n")
	}
	for _, changes := range c.lists(language) {
		var lines []string
		for _, change := range changes.list {
			lines = append(lines, change.markdown(language, changes.brief))
		}
		m.list(changes.heading, len(lines), lines)
	}
	m.omitted()
	if _, err := io.WriteString(w, m.text.String()); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

func (c Change) markdown(language lang.Language, brief bool) string {
	line := fmt.Sprintf("%s %s, %s", code(c.ID), prose(c.Level), prose(c.step()))
	if found := c.found(language); !brief && found != "" {
		line += ": " + code(shorten(found, longestField))
	}
	return line
}

// WriteJSON renders the comparison for a machine.
func (c *Comparison) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(c); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}
