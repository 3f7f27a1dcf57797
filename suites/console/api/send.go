package api

import (
	"net/http"
	"strconv"

	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/wire"
)

func (a *api) trigger(w http.ResponseWriter, r *http.Request, _ query) error {
	draft, err := readDraft(r)
	if err != nil {
		return err
	}
	app := r.PathValue("app")
	ids, err := a.desk.Trigger(r.Context(), app, draft)
	if err != nil && len(ids) > 0 {
		return wire.Refuse(http.StatusServiceUnavailable, "khop's store failed after %d of %d events were accepted, those with the IDs from %d to %d: %s; send the others when that is mended",
			len(ids), draft.Count, ids[0], ids[len(ids)-1], err)
	}
	if err != nil {
		return unknownApp(err, app)
	}
	if len(ids) == 1 {
		w.Header().Set("Location", Prefix+"/events/"+strconv.FormatInt(ids[0], 10))
	}
	return answer(w, http.StatusAccepted, wire.Accepted{IDs: ids})
}

func (a *api) preview(w http.ResponseWriter, r *http.Request, _ query) error {
	draft, err := readDraft(r)
	if err != nil {
		return err
	}
	app := r.PathValue("app")
	preview, err := a.desk.Preview(r.Context(), app, draft)
	if err != nil {
		return unknownApp(err, app)
	}
	return answer(w, http.StatusOK, preview)
}

// readDraft reads a draft and finds out what is wrong with it in itself.
func readDraft(r *http.Request) (wire.Draft, error) {
	draft, err := read[wire.Draft](r)
	if err != nil {
		return draft, err
	}
	switch {
	case draft.Event == "":
		return draft, unfit("/event", "the draft names no event; GET %s/providers tells which there are", Prefix)
	case draft.Count < 0 || draft.Count > desk.MaxCount:
		return draft, unfit("/count", "count is %d; it has to be from 1 to %d", draft.Count, desk.MaxCount)
	case draft.Body != "" && len(draft.BodyBase64) > 0:
		return draft, unfit("/body_base64", "there are two bodies; leave body out, or body_base64")
	case (draft.Body != "" || len(draft.BodyBase64) > 0) && (draft.Data != nil || draft.Generated):
		return draft, unfit("/body", "a body is sent byte for byte; leave data and generated out, or the body")
	}
	return draft, nil
}

// unfit is a problem with a member that was understood and cannot be followed.
func unfit(pointer, format string, operands ...any) error {
	problem := wire.Refuse(http.StatusUnprocessableEntity, format, operands...)
	problem.Pointer = pointer
	return problem
}
