package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/wire"
)

// refuse answers with why a request was not carried out.
func (a *api) refuse(w http.ResponseWriter, r *http.Request, err error) {
	problem := problemOf(err)
	if problem.Status == http.StatusServiceUnavailable {
		a.options.Log.ErrorContext(r.Context(), "the store failed", "method", r.Method, "route", r.Pattern, "error", err)
		w.Header().Set("Retry-After", "1")
	}
	WriteProblem(w, problem)
}

// WriteProblem answers with a problem.
func WriteProblem(w http.ResponseWriter, problem *wire.Problem) {
	text, err := json.Marshal(problem)
	if err != nil {
		panic(err) // three texts and a number always are JSON
	}
	w.Header().Set("Content-Type", wire.ProblemType)
	w.WriteHeader(problem.Status)
	_, _ = w.Write(append(text, '\n')) // a client that went away is its own loss
}

// problemOf tells whose fault an error is. What nobody has asked for wrongly is the
// store's: full, locked, or out of reach.
func problemOf(err error) *wire.Problem {
	var problem *wire.Problem
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &problem):
		return problem
	case errors.As(err, &long):
		return wire.Refuse(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes, which is the most that is read; send less at once", long.Limit)
	case errors.Is(err, desk.ErrForbidden):
		return wire.Refuse(http.StatusForbidden, "%s", saying(err, desk.ErrForbidden))
	case errors.Is(err, desk.ErrInvalid):
		problem := wire.Refuse(http.StatusUnprocessableEntity, "%s", saying(err, desk.ErrInvalid))
		problem.Pointer = pointerTo(err)
		return problem
	case errors.Is(err, desk.ErrBusy):
		return wire.Refuse(http.StatusConflict, "%s", saying(err, desk.ErrBusy))
	case errors.Is(err, outbox.ErrUnknown):
		return wire.Refuse(http.StatusNotFound, "%s", err)
	}
	return wire.Refuse(http.StatusServiceUnavailable, "khop's store cannot do it at present: %s; try again when that is mended", err)
}

// pointerTo is the member of an app that an error is about; empty where that is not known.
func pointerTo(err error) string {
	var misfit *mocks.Misfit
	switch {
	case errors.Is(err, desk.ErrTaken):
		return "/name"
	case !errors.As(err, &misfit):
		return ""
	}
	list := map[mocks.Part]string{mocks.SecretPart: "/secrets", mocks.SettingPart: "/settings", mocks.HeaderPart: "/headers"}[misfit.Part]
	if misfit.Missing {
		return list
	}
	return list + "/" + scan.Escape(misfit.Name)
}

// saying is an error without the word for its kind, which the status says already.
func saying(err, kind error) string {
	return strings.TrimPrefix(err.Error(), kind.Error()+": ")
}

// unknown is err, or where it says that there is none by an ID a problem that names both
// and where the API lists them: who shows it to a person has words of their own for that.
func unknown(err error, what, id, list string) error {
	if !errors.Is(err, outbox.ErrUnknown) {
		return err
	}
	problem := wire.Refuse(http.StatusNotFound, "there is no %s %q", what, id)
	problem.See = Prefix + list
	return problem
}
