package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/khop-dev/khop/suites/lang"
)

// Detail says how much the console shows.
type Detail int

// The details.
const (
	Quiet   Detail = iota // the verdict alone
	Normal                // a line an area, then what failed
	Verbose               // a line a check as well
)

// Console shows a run to a person: a line an area while it runs, then what failed
// with everything needed to understand and repeat it, then the verdict.
type Console struct {
	Out      io.Writer
	Color    bool
	Detail   Detail
	Language lang.Language

	area    string
	results []Check
	stale   map[string]bool // what was said of the known failures already
}

// Begin names what is verified.
func (c *Console) Begin(khop, provider, target string) {
	if c.Detail > Quiet {
		fmt.Fprintf(c.Out, "%s %s → %s\n\n", c.bold("khop "+khop), provider, target)
	}
}

// Watch takes one result as it comes.
func (c *Console) Watch(check Check) {
	if check.Area != c.area {
		c.closeArea()
		c.area = check.Area
	}
	c.results = append(c.results, check)
	if c.Detail == Verbose {
		fmt.Fprintf(c.Out, "    %s %-42s %s\n", c.mark(check.Status), check.ID, c.faint(c.Language.Text(check.Title)))
	}
}

// closeArea prints the line of an area that is done.
func (c *Console) closeArea() {
	if c.Detail > Quiet && len(c.results) > 0 {
		worst, took := Pass, 0.0
		counts := map[Status]int{}
		for _, check := range c.results {
			counts[check.Status]++
			took += check.DurationMS
			if rank(check.Status) < rank(worst) {
				worst = check.Status
			}
		}
		fmt.Fprintf(c.Out, "  %s %-10s %-44s %s\n", c.mark(worst), c.Language.Text(c.area), tally(c.Language, counts), c.faint(duration(took)))
	}
	c.results = nil
}

// Finish prints what failed and the verdict.
func (c *Console) Finish(r *Report) {
	c.closeArea()
	c.area = ""
	if c.Detail > Quiet {
		for _, status := range []Status{Error, Fail, Warn} {
			for _, check := range r.With(status) {
				c.failure(check)
			}
		}
		c.tolerated(r)
		c.skips(r)
		fmt.Fprintln(c.Out)
	}
	c.conclude(r)
}

// Remark says something in between, in a paragraph of its own.
func (c *Console) Remark(text string) {
	c.closeArea()
	c.area = ""
	if c.Detail > Quiet {
		fmt.Fprintln(c.Out)
	}
	for _, line := range strings.Split(text, "\n") {
		fmt.Fprintln(c.Out, Visible(line))
	}
}

// Show prints a run that is over as if it had been watched.
func (c *Console) Show(r *Report, provider string) {
	if len(r.Runs) == 0 {
		c.Begin(r.Khop, provider, r.Target)
	}
	for _, check := range r.Checks {
		c.Watch(check)
	}
	c.Finish(r)
	fmt.Fprintln(c.Out)
}

// Sum prints the verdict of several runs.
func (c *Console) Sum(all *Report) { c.conclude(all) }

// failure prints one check that did not hold.
func (c *Console) failure(check Check) {
	fmt.Fprintf(c.Out, "\n%s %s  %s\n", c.paint(check.Status, strings.ToUpper(string(check.Status))), c.bold(check.ID), c.faint(check.Level))
	say := c.Language.Text
	c.field(say("requirement"), say(check.Title))
	c.field(say("source"), check.Source)
	if check.Expected != "" {
		c.field(say("expected"), check.Expected)
		c.field(say("actual"), check.Actual)
	}
	c.field(say("found"), check.Message)
	for _, e := range check.Exchanges {
		if e.Failing {
			c.exchange(e)
			break
		}
	}
	if check.Log != "" {
		c.block(say("log"), lastLines(check.Log, logShown))
	}
	c.field(say("why"), say(check.Why))
	c.field(say("fix"), say(check.Fix))
	if check.Repeat != "" {
		fmt.Fprintf(c.Out, "  %-11s  %s\n", say("repeat"), check.Repeat)
	}
}

// logShown is how many lines of the target's log are printed with a failure.
const logShown = 10

// lastLines is the end of a text.
func lastLines(text string, most int) []string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return lines[max(0, len(lines)-most):]
}

// exchange prints one request and its answer.
func (c *Console) exchange(e Exchange) {
	request := []string{e.Request.Method + " " + e.Request.URL}
	for _, h := range e.Request.Header {
		if h[0] != "User-Agent" {
			request = append(request, h[0]+": "+shorten(h[1], 120))
		}
	}
	c.block(c.Language.Text("request"), append(request, e.Request.Body.preview(c.Language)...))
	if e.Answer == nil {
		c.block(c.Language.Text("answer"), []string{e.Failure})
		return
	}
	status := c.Language.Textf("%d after %s", e.Answer.Status, duration(e.AnswerMS))
	c.block(c.Language.Text("answer"), append([]string{status}, e.Answer.Body.preview(c.Language)...))
}

// skips says what was not judged, so that nobody takes it for good news.
func (c *Console) skips(r *Report) {
	for _, silence := range []struct {
		label string
		list  []Check
	}{{"SKIP", r.With(Skip)}, {"NOT OBSERVABLE", r.With(NotObservable)}} {
		reasons := map[string]int{}
		var order []string
		for _, check := range silence.list {
			if reasons[check.Message]++; reasons[check.Message] == 1 {
				order = append(order, check.Message)
			}
		}
		for _, reason := range order {
			fmt.Fprintf(c.Out, "\n%s  %s\n", c.faint(silence.label), c.Language.Textf("%d not judged: %s", reasons[reason], Visible(c.Language.Text(reason))))
		}
	}
}

// tolerated says which failures are known and why.
func (c *Console) tolerated(r *Report) {
	for _, check := range r.With(Known) {
		reason := check.Known.Reason
		if check.Known.Until != "" {
			reason = c.Language.Textf("%s (until %s)", reason, check.Known.Until)
		}
		fmt.Fprintf(c.Out, "\n%s  %s: %s\n", c.paint(Known, "KNOWN"), check.ID, Visible(reason))
	}
}

// conclude prints which entries of the known failures do not hold any more, which a
// reader has to know of at any detail, and then the verdict.
func (c *Console) conclude(r *Report) {
	if c.stale == nil {
		c.stale = map[string]bool{}
	}
	some := false
	for _, entry := range r.Stale {
		if c.stale[entry] {
			continue
		}
		c.stale[entry], some = true, true
		fmt.Fprintf(c.Out, "%s  %s\n", c.paint(Fail, "STALE"), Visible(entry))
	}
	if some && c.Detail > Quiet {
		fmt.Fprintln(c.Out)
	}
	c.verdict(r)
}

func (c *Console) verdict(r *Report) {
	word := map[Verdict]string{Passed: "PASS", Failed: "FAIL", Broken: "ERROR"}[r.Verdict]
	status := map[Verdict]Status{Passed: Pass, Failed: Fail, Broken: Error}[r.Verdict]
	fmt.Fprintf(c.Out, "%s  %s: %s  %s\n", c.paint(status, word), r.Provider, tally(c.Language, r.Counts), c.faint(effort(c.Language, r)))
	if len(r.Stale) > 0 {
		fmt.Fprintln(c.Out, c.Language.Text("The list of known failures does not hold."))
	}
	if len(r.Selection) > 0 {
		fmt.Fprintln(c.Out, c.Language.Textf("this was a part of the checks: %s", Visible(strings.Join(r.Selection, " "))))
	}
	if r.Reason != "" {
		fmt.Fprintf(c.Out, "%s\n", Visible(r.Reason))
	}
}

// effort is what a run took.
func effort(language lang.Language, r *Report) string {
	if r.Deliveries == 1 {
		return language.Textf("(1 delivery in %s, seed %d)", duration(r.DurationMS), r.Seed)
	}
	return language.Textf("(%d deliveries in %s, seed %d)", r.Deliveries, duration(r.DurationMS), r.Seed)
}

// textWidth is how long a line of text becomes behind its label: a terminal of a
// hundred columns holds both.
const textWidth = 84

// field prints a label and wrapped text; nothing for empty text.
func (c *Console) field(label, text string) {
	if text != "" {
		c.block(label, wrap(text, textWidth))
	}
}

func (c *Console) block(label string, lines []string) {
	for i, line := range lines {
		if i > 0 {
			label = ""
		}
		fmt.Fprintf(c.Out, "  %s  %s\n", c.faint(fmt.Sprintf("%-11s", label)), uncommanded(Visible(line)))
	}
}

// Colours, and marks that mean the same without them.
func (c *Console) mark(s Status) string {
	return c.paint(s, map[Status]string{Pass: "✓", Fail: "✗", Warn: "!", Error: "✗", Skip: "-", NotObservable: "?", Known: "~"}[s])
}

func (c *Console) paint(s Status, text string) string {
	code := map[Status]string{Pass: "32", Fail: "31", Error: "35", Warn: "33", Skip: "90", NotObservable: "90", Known: "33"}[s]
	return c.style("1;"+code, text)
}

func (c *Console) bold(text string) string  { return c.style("1", text) }
func (c *Console) faint(text string) string { return c.style("2", text) }

func (c *Console) style(code, text string) string {
	if !c.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
