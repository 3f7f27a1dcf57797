package api

import (
	"net/http"
	"strings"

	"github.com/khop-dev/khop/mocks/inspect"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/suites/console/wire"
)

// validate judges a payload as `khop validate` does.
func (a *api) validate(w http.ResponseWriter, r *http.Request, _ query) error {
	wanted, err := read[wire.Validation](r)
	if err != nil {
		return err
	}
	options := inspect.Options{Workers: 1}
	if wanted.Schema != "" {
		if options.Schema, err = schemas.Lookup(wanted.Schema); err != nil {
			return unfit("/schema", "%s", err)
		}
	}
	judged := wire.Judgement{Problems: []wire.Breach{}}
	source := inspect.Gather([]string{"-"}, strings.NewReader(wanted.Body), inspect.Fail)
	summary, err := inspect.Inspect(r.Context(), source, options, findings{&judged})
	if err != nil {
		return err
	}
	judged.Valid = summary.Good()
	if judged.Schema == "" && len(summary.By) > 0 {
		judged.Schema = summary.By[0].Schema.ID
	}
	return answer(w, http.StatusOK, judged)
}

// findings writes what an inspection finds into a judgement.
type findings struct{ into *wire.Judgement }

// Found takes a payload with problems.
func (f findings) Found(found inspect.Finding) error {
	if found.Schema != nil {
		f.into.Schema, f.into.Reason = found.Schema.ID, found.Reason
	}
	for _, p := range found.Problems {
		f.into.Problems = append(f.into.Problems, wire.Breach{
			Line: p.Line, Column: p.Column, Pointer: p.Pointer, Rule: p.Rule, Expected: p.Expected, Found: p.Found,
		})
	}
	return nil
}

// Finished has nothing to add: there is one text alone.
func (f findings) Finished(inspect.FileCount) error { return nil }
