package api

import (
	"bytes"
	"net/http"

	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/wire"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

func (a *api) startCheck(w http.ResponseWriter, r *http.Request, _ query) error {
	app := r.PathValue("app")
	run, err := a.desk.StartCheck(r.Context(), app)
	if err != nil {
		return unknownApp(err, app)
	}
	w.Header().Set("Location", Prefix+"/checks/"+run.ID)
	return answer(w, http.StatusAccepted, run)
}

// listChecks shows the verifications without their reports, which are long.
func (a *api) listChecks(w http.ResponseWriter, r *http.Request, _ query) error {
	shown := wire.Checks{Checks: []wire.Check{}}
	for _, run := range a.desk.CheckRuns() {
		run.Report = nil
		shown.Checks = append(shown.Checks, run)
	}
	return answer(w, http.StatusOK, shown)
}

func (a *api) showCheck(w http.ResponseWriter, r *http.Request, _ query) error {
	run, err := a.check(r)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, run)
}

// showReport shows a report as the page that khop verify writes. Its own policy lets
// nothing be loaded or run but what it brings along.
func (a *api) showReport(w http.ResponseWriter, r *http.Request, q query) error {
	language, err := languageOf(q, r)
	if err != nil {
		return err
	}
	run, err := a.check(r)
	switch {
	case err != nil:
		return err
	case !run.Finished:
		return wire.Refuse(http.StatusConflict, "check %s is at %d of %d; its report comes when it is over", run.ID, run.Done, run.All)
	case run.Report == nil:
		return wire.Refuse(http.StatusConflict, "check %s has no report: %s", run.ID, run.Error)
	}
	var page bytes.Buffer
	if err := report.WriteHTML(&page, run.Report, language); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(language))
	w.Header().Set("Content-Security-Policy", "base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
	_, _ = page.WriteTo(w) // a client that went away is its own loss
	return nil
}

// check is the verification that a path names.
func (a *api) check(r *http.Request) (desk.CheckRun, error) {
	id := r.PathValue("check")
	run, known := a.desk.CheckRun(id)
	if !known {
		problem := wire.Refuse(http.StatusNotFound, "there is no check %q, or it is too long ago", id)
		problem.See = Prefix + "/checks"
		return run, problem
	}
	return run, nil
}

// languageOf is the language that a reader asks for, by the address or by what the
// browser likes best.
func languageOf(q query, r *http.Request) (lang.Language, error) {
	if tag, given := q["lang"]; given {
		language, err := lang.Parse(tag)
		if err != nil {
			return language, wire.Refuse(http.StatusBadRequest, "lang: %s", err)
		}
		return language, nil
	}
	language, _ := lang.FromAcceptLanguage(r.Header.Get("Accept-Language")) // English where it asks for none
	return language, nil
}
