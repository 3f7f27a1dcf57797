package pages

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
)

// scenariosPage is what the page of the scenarios shows.
type scenariosPage struct {
	Scenarios []scenarioView
	Runs      []runView
	Wrong     string // what is wrong where no form is there to say it in
}

// scenarioView is a scenario with the apps that it can be run against.
type scenarioView struct {
	scenario.Scenario
	Label    string // its title, in the language of who reads
	Text     string // what it is about
	Notes    []stepView
	Platform string
	Apps     []outbox.App
	Form     scenarioForm
}

// scenarioForm is what somebody has typed to run a scenario, and what is wrong with it.
type scenarioForm struct {
	Name, App, Speed string
	Wrong            map[string]string // by field
}

// stepView is a step of a scenario, told in the language of who reads.
type stepView struct {
	scenario.Step
	Text string
}

// runView is a run as the page shows it.
type runView struct {
	scenario.Run
	Label   string
	AppName string
}

// Going tells whether the run can be stopped.
func (r runView) Going() bool { return r.State == scenario.Running }

// scenarios lists the scenarios and their runs.
func (v *visit) scenarios() error { return v.showScenarios(http.StatusOK, scenarioForm{}, "") }

// scenario leads to one of the scenarios: its form has been sent to this address, and
// somebody asks for it by hand.
func (v *visit) scenario() error {
	return v.goTo("/scenarios#scenario-" + url.PathEscape(v.r.PathValue("name")))
}

// showScenarios shows the page, with a form that was refused as it was typed.
func (v *visit) showScenarios(status int, form scenarioForm, wrong string) error {
	v.home = "/scenarios"
	apps, byID, err := v.appsByID()
	if err != nil {
		return err
	}
	page := scenariosPage{Wrong: wrong}
	if v.desk.Scenarios == nil {
		return v.show(status, "scenarios.html", "", page)
	}
	labels := map[string]string{}
	for _, s := range v.desk.Scenarios.Scenarios() {
		view := v.viewScenario(s)
		if s.Name == form.Name {
			view.Form = form
		}
		for _, app := range apps {
			if app.Provider == s.Provider {
				view.Apps = append(view.Apps, app.Masked())
			}
		}
		labels[s.Name] = view.Label
		page.Scenarios = append(page.Scenarios, view)
	}
	for _, run := range v.desk.Scenarios.Runs() {
		page.Runs = append(page.Runs, runView{run, labels[run.Scenario], byID[run.App].Name})
	}
	return v.show(status, "scenarios.html", "runs", page)
}

func (v *visit) viewScenario(s scenario.Scenario) scenarioView {
	view := scenarioView{
		Scenario: s, Label: v.language.Pick(s.Title, s.TitleVi), Text: v.language.Pick(s.About, s.AboutVi), Platform: titleOf(s.Provider),
	}
	for _, step := range s.Steps {
		view.Notes = append(view.Notes, stepView{step, v.language.Pick(step.Note, step.NoteVi)})
	}
	return view
}

// runsState changes with every step of a run.
func (v *visit) runsState() string {
	if v.desk.Scenarios == nil {
		return ""
	}
	var state strings.Builder
	for _, run := range v.desk.Scenarios.Runs() {
		fmt.Fprintf(&state, "%s %d %s\n", run.ID, run.Step, run.State)
	}
	return state.String()
}

// startScenario runs a scenario against an app.
func (v *visit) startScenario() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	if v.desk.Scenarios == nil {
		return errNoPage
	}
	form := scenarioForm{v.r.PathValue("name"), v.text("app"), v.text("speed"), map[string]string{}}
	if _, err := v.desk.Scenarios.Scenario(form.Name); err != nil {
		return v.showScenarios(http.StatusUnprocessableEntity, form, reason(err))
	}
	if form.App == "" {
		form.Wrong["app"] = v.language.Text("Choose an app to run it against.")
	}
	speed, err := speedOf(form.Speed)
	if err != nil {
		form.Wrong["speed"] = v.language.Text("This has to be a number above 0 and not above 1000000; 1 is real time.")
	}
	if len(form.Wrong) > 0 {
		return v.showScenarios(http.StatusUnprocessableEntity, form, "")
	}
	if _, err := v.desk.StartScenario(v.r.Context(), form.Name, form.App, speed); err != nil {
		form.Wrong["app"] = reason(err)
		return v.showScenarios(http.StatusUnprocessableEntity, form, "")
	}
	v.say(said{Text: v.language.Text("The scenario is running.")})
	return v.goTo("/scenarios")
}

// speedOf is a speed as somebody wrote it; 0 for nothing.
func speedOf(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	speed, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
	if err != nil || !(speed > 0) || speed > mostSpeed {
		return 0, errors.New("no speed")
	}
	return speed, nil
}

// mostSpeed is how many times faster than the provider anything can be.
const mostSpeed = 1e6

// stopScenario ends a run before its end.
func (v *visit) stopScenario() error {
	if v.desk.Scenarios == nil {
		return errNoPage
	}
	if err := v.desk.Scenarios.Stop(v.r.PathValue("id")); err != nil {
		return v.showScenarios(http.StatusUnprocessableEntity, scenarioForm{}, reason(err))
	}
	return v.goTo("/scenarios")
}
