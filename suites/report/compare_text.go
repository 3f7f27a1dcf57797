package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/lang"
)

// changes is one list of a comparison as a person reads it: below its heading, and as
// a number in the line that sums up.
type changes struct {
	look    Status
	heading string
	count   string // a format of the number
	list    []Change
	brief   bool // what was found is not worth repeating
}

// lists are all that a comparison found, worst first.
func (c *Comparison) lists(language lang.Language) []changes {
	say := language.Text
	return []changes{
		{Fail, say("broken: held before, and fails now"), say("%d broken"), c.Broken, false},
		{Fail, say("no longer tolerated: was known, and fails now"), say("%d no longer tolerated"), c.Untolerated, false},
		{Fail, say("counts now: only warned before, and fails now"), say("%d counting now"), c.Raised, false},
		{Fail, say("fails, and was not judged before"), say("%d failing and not judged before"), c.Uncovered, false},
		{Fail, say("new and failing: the old run does not have them"), say("%d new and failing"), c.NewFailing, false},
		{Warn, say("warns now, and did not before: a SHOULD, which does not count"), say("%d warning now"), c.Warning, false},
		{Warn, say("fails in another way than before"), say("%d failing in another way"), c.Changed, false},
		{Warn, say("still failing"), say("%d still failing"), c.StillFailing, true},
		{Known, say("known: fails, and is tolerated"), say("%d known"), c.Known, false},
		{Error, say("no longer judged: neither fixed nor broken"), say("%d no longer judged"), c.Unjudged, false},
		{Skip, say("new: the old run does not have them"), say("%d new"), c.New, false},
		{Skip, say("gone: the new run does not have them"), say("%d gone"), c.Gone, true},
		{Pass, say("judged now, and holds"), say("%d judged now"), c.Judged, false},
		{Pass, say("fixed"), say("%d fixed"), c.Fixed, true},
	}
}

// remarks are what somebody has to know to read a comparison rightly.
func (c *Comparison) remarks(language lang.Language) []string {
	var remarks []string
	for _, side := range []struct {
		Side
		broken, stale, narrowed string
	}{
		{c.Before, language.Text("the old run was not finished: %s"), language.Text("the old run's list of known failures does not hold: %s"), language.Text("the old run was a part of the checks: %s")},
		{c.After, language.Text("the new run was not finished: %s"), language.Text("the new run's list of known failures does not hold: %s"), language.Text("the new run was a part of the checks: %s")},
	} {
		if side.Verdict == Broken {
			remarks = append(remarks, fmt.Sprintf(side.broken, side.Reason))
		}
		if len(side.Stale) > 0 {
			remarks = append(remarks, fmt.Sprintf(side.stale, strings.Join(side.Stale, "; ")))
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

// verdict says in a line what the comparison came to: how long each list is, and how
// many checks are in none.
func (c *Comparison) verdict(language lang.Language) (look Status, line string) {
	var counts []string
	for _, changes := range c.lists(language) {
		if len(changes.list) > 0 {
			counts = append(counts, fmt.Sprintf(changes.count, len(changes.list)))
		}
	}
	if c.NeverJudged > 0 {
		counts = append(counts, language.Textf("%d judged in neither", c.NeverJudged))
	}
	counts = append(counts, language.Textf("%d holding in both", c.Holding))
	switch all := strings.Join(counts, ", "); {
	case c.Worse:
		return Fail, language.Textf("WORSE  %s: %s", c.Provider, all)
	case c.After.Verdict == Broken:
		return Error, language.Textf("UNKNOWN  %s: %s", c.Provider, all)
	default:
		return Pass, language.Textf("NOT WORSE  %s: %s", c.Provider, all)
	}
}

// WriteText shows the comparison to a person at a terminal.
func (c *Comparison) WriteText(w io.Writer, language lang.Language, color bool) error {
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
	look, line := c.verdict(language)
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

// found is what the new run found, and what the old one did where that is something
// else.
func (c Change) found(language lang.Language) string {
	switch {
	case c.Before == "" || c.unmoved():
		return c.After
	case c.After == "":
		return language.Textf("before: %s", c.Before)
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
func (c *Comparison) WriteMarkdown(w io.Writer, language lang.Language) error {
	look, line := c.verdict(language)
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
