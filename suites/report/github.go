package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/khop-dev/khop/suites/lang"
)

// annotationLimit is how many annotations of one kind GitHub shows of a step; it drops
// the others without a word.
const annotationLimit = 10

// annotation is one workflow command that GitHub Actions shows beside a run:
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
type annotation struct{ title, text string }

// WriteGitHub renders the report as workflow commands for the log of a GitHub Actions
// step: an error for everything that fails the run, a warning for every other broken
// SHOULD, a notice for the verdict. GitHub shows ten of a kind: what makes the whole
// run void comes first, and where there are more than ten the last one says how many
// are missing.
func WriteGitHub(w io.Writer, r *Report) error {
	var out strings.Builder
	annotate(&out, "error", r.failures())
	var warnings []annotation
	for _, check := range r.warning() {
		warnings = append(warnings, check.annotation())
	}
	annotate(&out, "warning", warnings)
	annotate(&out, "notice", []annotation{r.notice()})
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("writing GitHub annotations: %w", err)
	}
	return nil
}

// failures lists what fails the run, worst first.
func (r *Report) failures() []annotation {
	var all []annotation
	for _, run := range r.brokenRuns() {
		all = append(all, annotation{"khop " + run.Provider, run.Reason})
	}
	for _, entry := range r.Stale {
		all = append(all, annotation{"khop: known failures", entry})
	}
	for _, check := range append(r.With(Error), r.breaking()...) {
		all = append(all, check.annotation())
	}
	return all
}

// annotation is what a person needs to act on a check without opening the report.
func (c Check) annotation() annotation { return annotation{c.ID, shorten(c.story(), 4000)} }

func (r *Report) notice() annotation {
	text := fmt.Sprintf("%s: %s", strings.ToUpper(string(r.Verdict)), tally(lang.English, r.Counts))
	if len(r.Stale) > 0 {
		text += "\nThe list of known failures does not hold."
	}
	if len(r.Selection) > 0 {
		text += fmt.Sprintf("\nthis was a part of the checks: %s", strings.Join(r.Selection, " "))
	}
	return annotation{"khop " + r.Provider, text}
}

func annotate(out *strings.Builder, kind string, all []annotation) {
	shown := all
	if len(all) > annotationLimit {
		shown = append([]annotation{}, all[:annotationLimit-1]...)
		shown = append(shown, annotation{"khop", fmt.Sprintf("%d more are not shown here; the report has them all", len(all)-len(shown))})
	}
	for _, a := range shown {
		fmt.Fprintf(out, "::%s title=%s::%s\n", kind, commandProperty.Replace(Visible(a.title)), commandText.Replace(VisibleLines(a.text)))
	}
}

// What a workflow command needs escaped, so that neither a report nor a target's
// answer within it can begin a command of its own.
var (
	commandText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
