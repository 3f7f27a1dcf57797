package api

import (
	"errors"
	"net/http"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/console/wire"
)

func (a *api) listScenarios(w http.ResponseWriter, r *http.Request, _ query) error {
	shown := wire.Scenarios{Scenarios: []wire.Scenario{}}
	for _, s := range a.desk.Scenarios.Scenarios() {
		shown.Scenarios = append(shown.Scenarios, wire.ScenarioOf(s))
	}
	return answer(w, http.StatusOK, shown)
}

func (a *api) startRun(w http.ResponseWriter, r *http.Request, _ query) error {
	wanted, err := read[wire.NewRun](r)
	if err != nil {
		return err
	}
	name := r.PathValue("scenario")
	if _, err := a.desk.Scenarios.Scenario(name); err != nil {
		return err
	}
	if wanted.App == "" {
		return unfit("/app", "a scenario is run for an app; GET %s/apps lists them", Prefix)
	}
	run, err := a.desk.StartScenario(r.Context(), name, wanted.App, wanted.Speed)
	if errors.Is(err, scenario.ErrNotStarted) {
		return wire.Refuse(http.StatusUnprocessableEntity, "%s", err)
	}
	if err != nil {
		return unknownApp(err, wanted.App)
	}
	w.Header().Set("Location", Prefix+"/runs/"+run.ID)
	return answer(w, http.StatusAccepted, run)
}

func (a *api) listRuns(w http.ResponseWriter, r *http.Request, _ query) error {
	return answer(w, http.StatusOK, wire.Runs{Runs: a.desk.Scenarios.Runs()})
}

func (a *api) showRun(w http.ResponseWriter, r *http.Request, _ query) error {
	run, err := a.run(r)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, run)
}

func (a *api) stopRun(w http.ResponseWriter, r *http.Request, _ query) error {
	run, err := a.run(r)
	if err != nil {
		return err
	}
	if run.State != scenario.Running {
		return wire.Refuse(http.StatusConflict, "run %s is over already: %s", run.ID, run.State)
	}
	if err := a.desk.Scenarios.Stop(run.ID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// run is the run that a path names.
func (a *api) run(r *http.Request) (scenario.Run, error) {
	id := r.PathValue("run")
	run, known := a.desk.Scenarios.Run(id)
	if !known {
		return run, unknown(outbox.ErrUnknown, "run", id, "/runs")
	}
	return run, nil
}
