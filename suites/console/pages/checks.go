package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/report"
)

// checksPage is what the page of the verifications shows.
type checksPage struct {
	Apps []outbox.App
	Runs []checkView
	Form checkForm
}

// checkForm is what somebody has chosen to verify, and what is wrong with it.
type checkForm struct {
	App, Observer, Path string
	Wrong               map[string]string // by field
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

// Trouble is why it says nothing about the target's code; empty where it does.
func (c checkView) Trouble() string {
	if c.Error == "" && c.Report != nil {
		return c.Report.Reason
	}
	return c.Error // which has the report's reason in it
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
func (v *visit) checks() error {
	return v.showChecks(http.StatusOK, checkForm{App: v.r.FormValue("app")})
}

func (v *visit) showChecks(status int, form checkForm) error {
	apps, byID, err := v.appsByID()
	if err != nil {
		return err
	}
	v.home = "/check"
	page := checksPage{Form: form}
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
	form := checkForm{v.text("app"), v.text("observer"), v.text("path"), map[string]string{}}
	if form.App == "" {
		form.Wrong["app"] = v.language.Text("Choose an app to verify.")
		return v.showChecks(http.StatusUnprocessableEntity, form)
	}
	run, err := v.verify(form)
	if err != nil {
		field, why := "app", reason(err)
		if rest, observer := strings.CutPrefix(why, "observer: "); observer {
			field, why = "observer", rest
		}
		form.Wrong[field] = why
		return v.showChecks(http.StatusUnprocessableEntity, form)
	}
	return v.goTo("/check/" + run.ID)
}

func (v *visit) verify(form checkForm) (desk.CheckRun, error) {
	if form.Observer == "" {
		return v.desk.StartCheck(v.r.Context(), form.App)
	}
	return v.desk.StartObservedCheck(v.r.Context(), form.App, desk.Observer{URL: form.Observer, Path: form.Path})
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
