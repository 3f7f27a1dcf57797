package api

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/wire"
)

// listEvents shows a page of events. Where it is full there may be another: its
// address is in the answer, and in the header Link (RFC 8288).
func (a *api) listEvents(w http.ResponseWriter, r *http.Request, q query) error {
	wanted, err := picked(q)
	if err != nil {
		return err
	}
	found, err := a.desk.Backend.Events(r.Context(), wanted)
	if err != nil {
		return err
	}
	page := wire.Events{Events: make([]wire.Event, len(found))}
	for i, event := range found {
		page.Events[i] = wire.EventOf(event)
	}
	if len(found) == wanted.Limit {
		page.Next = nextPage(w, r, strconv.FormatInt(found[len(found)-1].ID, 10))
	}
	return answer(w, http.StatusOK, page)
}

// nextPage is where the same is asked about what comes before the last one of a page. The
// answer's head names it too.
func nextPage(w http.ResponseWriter, r *http.Request, last string) string {
	question := r.URL.Query()
	question.Set("before", last)
	next := r.URL.Path + "?" + question.Encode()
	w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, next))
	return next
}

// picked is which events are wanted.
func picked(q query) (outbox.Query, error) {
	wanted := outbox.Query{App: q["app"], Type: q["type"], Search: q["q"]}
	state, err := q.word("state", states()...)
	if err != nil {
		return wanted, err
	}
	wanted.State = outbox.State(state)
	if wanted.Before, err = q.number("before", math.MaxInt64); err != nil {
		return wanted, err
	}
	if wanted.After, err = q.number("after", math.MaxInt64); err != nil {
		return wanted, err
	}
	wanted.Limit, err = q.limit()
	return wanted, err
}

func states() []string {
	var words []string
	for _, state := range outbox.States {
		words = append(words, string(state))
	}
	return words
}

func (a *api) showEvent(w http.ResponseWriter, r *http.Request, _ query) error {
	event, err := a.event(r)
	if err != nil {
		return err
	}
	attempts, err := a.desk.Backend.Attempts(r.Context(), event.ID)
	if err != nil {
		return unknownEvent(err, r)
	}
	detail := wire.EventDetail{Event: wire.EventOf(event), Body: string(event.Body), Attempts: make([]wire.Attempt, len(attempts))}
	if !utf8.Valid(event.Body) {
		detail.BodyBase64 = event.Body
	}
	for i, attempt := range attempts {
		detail.Attempts[i] = wire.AttemptOf(attempt)
	}
	return answer(w, http.StatusOK, detail)
}

func (a *api) resend(w http.ResponseWriter, r *http.Request, _ query) error {
	event, err := a.event(r)
	if err != nil {
		return err
	}
	if err := a.desk.Backend.Resend(r.Context(), event.ID); err != nil {
		return unknownEvent(err, r)
	}
	w.Header().Set("Location", Prefix+"/events/"+r.PathValue("event"))
	return answer(w, http.StatusAccepted, wire.Accepted{IDs: []int64{event.ID}})
}

func (a *api) resendFailed(w http.ResponseWriter, r *http.Request, _ query) error {
	wanted, err := read[wire.Resend](r)
	if err != nil {
		return err
	}
	if wanted.State != "" && wanted.State != outbox.Failed {
		return unfit("/state", "state is %q; only failed events are sent once more together, others by POST %s/events/{id}/resend", wanted.State, Prefix)
	}
	if wanted.App != "" {
		if _, err := a.app(r.Context(), wanted.App); err != nil {
			return err
		}
	}
	count, err := a.desk.Backend.ResendFailed(r.Context(), outbox.Query{
		App: wanted.App, State: outbox.Failed, Type: wanted.Type, Search: wanted.Search,
	})
	if err != nil {
		return err
	}
	return answer(w, http.StatusAccepted, wire.Resent{Count: count})
}

// event is the event that a path names.
func (a *api) event(r *http.Request) (outbox.Event, error) {
	id, err := strconv.ParseInt(r.PathValue("event"), 10, 64)
	if err != nil {
		return outbox.Event{}, unknownEvent(outbox.ErrUnknown, r)
	}
	event, err := a.desk.Backend.Event(r.Context(), id)
	return event, unknownEvent(err, r)
}

func unknownEvent(err error, r *http.Request) error {
	return unknown(err, "event", r.PathValue("event"), "/events")
}
