package pages

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/khop-dev/khop/mocks/outbox"
)

// eventRow is an event as a table shows it.
type eventRow struct {
	outbox.Event
	AppName string
	Title   string // the provider's
}

func rowsOf(events []outbox.Event, apps map[string]outbox.App) []eventRow {
	rows := make([]eventRow, len(events))
	for i, event := range events {
		app := apps[event.App]
		rows[i] = eventRow{event, cmp.Or(app.Name, event.App), titleOf(app.Provider)}
	}
	return rows
}

// eventsPage is what the table of events shows.
type eventsPage struct {
	Query  outbox.Query
	Apps   []outbox.App
	States []outbox.State
	Types  []string
	Rows   []eventRow
	Failed int // events that were given up, of all apps
	Older  string
	Newest string // empty on the newest page
}

// Filtered tells whether the table leaves events out.
func (p eventsPage) Filtered() bool {
	return p.Query.App != "" || p.Query.State != "" || p.Query.Type != "" || p.Query.Search != ""
}

// events shows the table of events, newest first.
func (v *visit) events() error {
	query := queryOf(v.r.URL.Query())
	page := eventsPage{Query: query, States: outbox.States, Types: eventTypes()}
	apps, byID, err := v.appsByID()
	if err != nil {
		return err
	}
	query.Limit = outbox.DefaultLimit + 1 // one more tells whether there is another page
	events, err := v.desk.Backend.Events(v.r.Context(), query)
	if err != nil {
		return err
	}
	stats, err := v.desk.Backend.Stats(v.r.Context())
	if err != nil {
		return err
	}
	if len(events) > outbox.DefaultLimit {
		events = events[:outbox.DefaultLimit]
		page.Older = pageAddress(query, events[len(events)-1].ID)
	}
	if query.Before > 0 {
		page.Newest = pageAddress(query, 0)
	}
	page.Apps, page.Rows, page.Failed = apps, rowsOf(events, byID), stats.ByState[outbox.Failed]
	return v.show(http.StatusOK, "events.html", "events", page)
}

func (v *visit) appsByID() ([]outbox.App, map[string]outbox.App, error) {
	apps, err := v.desk.Backend.Apps(v.r.Context())
	if err != nil {
		return nil, nil, err
	}
	byID := map[string]outbox.App{}
	for _, app := range apps {
		byID[app.ID] = app
	}
	return apps, byID, nil
}

// queryOf reads a filter from an address or a form. What makes no sense filters nothing.
func queryOf(values url.Values) outbox.Query {
	query := outbox.Query{App: values.Get("app"), Type: values.Get("type"), Search: values.Get("q")}
	if state := outbox.State(values.Get("state")); slices.Contains(outbox.States, state) {
		query.State = state
	}
	query.Before = numberOf(values.Get("before"))
	query.After = numberOf(values.Get("after"))
	return query
}

// numberOf is an event's number, or 0.
func numberOf(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// pageAddress is where a filter shows the events before one; 0: the newest.
func pageAddress(query outbox.Query, before int64) string {
	values := url.Values{}
	for name, value := range map[string]string{"app": query.App, "state": string(query.State), "type": query.Type, "q": query.Search} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if before > 0 {
		values.Set("before", strconv.FormatInt(before, 10))
	}
	if len(values) == 0 {
		return "/events"
	}
	return "/events?" + values.Encode()
}

// resendFailed sends every event once more that was given up and fits the filter.
func (v *visit) resendFailed() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	query := queryOf(v.r.PostForm)
	query.State, query.Before, query.After = outbox.Failed, 0, 0
	count, err := v.desk.Backend.ResendFailed(v.r.Context(), query)
	if err != nil {
		return err
	}
	v.say(said{Text: v.language.Textf("Events that are sent once more: %d.", count)})
	return v.goTo(ownAddress(v.text("back")))
}
