package pages

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/report"
)

// checksPage is what the page of the verifications shows.
type checksPage struct {
	Apps  []outbox.App
	App   string // the one that is picked
	Runs  []checkView
	Wrong string
}

// checkView is a verification as a page shows it.
type checkView struct {
	desk.CheckRun
	AppName string
}

// State is a word for how it stands: the verdict, once there is one.
func (c checkView) State() string {
	switch {
	case !c.Finished:
		return "running"
	case c.Report == nil || c.Error != "":
		return "error"
	}
	return string(c.Report.Verdict)
}

// Counts are the results, worst first, without those that nothing has.
func (c checkView) Counts() []statusCount {
	var counts []statusCount
	if c.Report == nil {
		return nil
	}
	for _, status := range report.Statuses {
		if n := c.Report.Counts[status]; n > 0 {
			counts = append(counts, statusCount{status, n})
		}
	}
	return counts
}

// Broken are the checks that have to be looked at, in their order.
func (c checkView) Broken() []report.Check {
	var broken []report.Check
	if c.Report == nil {
		return nil
	}
	for _, check := range c.Report.Checks {
		if slices.Contains([]report.Status{report.Error, report.Fail, report.Warn}, check.Status) {
			broken = append(broken, check)
		}
	}
	return broken
}

// statusCount is how many checks had a result.
type statusCount struct {
	Status report.Status
	Count  int
}

// checks lists the verifications.
func (v *visit) checks() error { return v.showChecks(http.StatusOK, v.r.FormValue("app"), "") }

func (v *visit) showChecks(status int, picked, wrong string) error {
	apps, byID, err := v.appsByID()
	if err != nil {
		return err
	}
	page := checksPage{App: picked, Wrong: wrong}
	for _, app := range apps {
		page.Apps = append(page.Apps, app.Masked())
	}
	for _, run := range v.desk.CheckRuns() {
		page.Runs = append(page.Runs, checkView{run, byID[run.App].Name})
	}
	return v.show(status, "checks.html", "checks", page)
}

// checksState changes with every check that is over.
func (v *visit) checksState() string {
	var state strings.Builder
	for _, run := range v.desk.CheckRuns() {
		fmt.Fprintf(&state, "%s %d %t\n", run.ID, run.Done, run.Finished)
	}
	return state.String()
}

// startCheck runs the suites against an app.
func (v *visit) startCheck() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	run, err := v.desk.StartCheck(v.r.Context(), v.text("app"))
	if err != nil {
		wrong := reason(err)
		if v.text("app") == "" {
			wrong = v.language.Text("Choose an app to verify.")
		}
		return v.showChecks(http.StatusUnprocessableEntity, v.text("app"), wrong)
	}
	return v.goTo("/check/" + run.ID)
}

// check shows how far one verification is, and what came of it.
func (v *visit) check() error {
	run, known := v.desk.CheckRun(v.r.PathValue("id"))
	if !known {
		return errNoPage
	}
	_, byID, err := v.appsByID()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "check.html", "checks", checkView{run, byID[run.App].Name})
}

// report shows the whole report: the same page that khop verify writes.
func (v *visit) report() error {
	run, known := v.desk.CheckRun(v.r.PathValue("id"))
	if !known || run.Report == nil {
		return errNoPage
	}
	var out bytes.Buffer
	if err := report.WriteHTML(&out, run.Report, v.language); err != nil {
		return err
	}
	header := v.w.Header()
	if found := ownPolicy.FindSubmatch(out.Bytes()); found != nil {
		header.Set("Content-Security-Policy", html.UnescapeString(string(found[1]))+"; frame-ancestors 'none'")
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	_, _ = out.WriteTo(v.w) // a browser that went away is its own loss
	return nil
}

// ownPolicy is where a report names the hashes of its own style and script. It has to
// be the header's policy too: under the one of the other pages it would stay bare.
var ownPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]+)">`)
