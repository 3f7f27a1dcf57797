package pages

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

// eventRow is an event as a table shows it.
type eventRow struct {
	outbox.Event
	AppName string
	Title   string // the provider's
	Held    bool   // it is due, and waits because the app is paused
}

// DueIn is how long it is until the next attempt; not below 0.
func (r eventRow) DueIn() time.Duration { return max(0, time.Until(r.Next)) }

func rowsOf(events []outbox.Event, apps map[string]outbox.App) []eventRow {
	rows := make([]eventRow, len(events))
	for i, event := range events {
		app := apps[event.App]
		rows[i] = eventRow{event, cmp.Or(app.Name, event.App), titleOf(app.Provider), app.Paused && event.State == outbox.Due}
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
	// Where the other pages are; empty where there is none.
	Older, Newer, Newest string
}

// Filtered tells whether the table leaves events out.
func (p eventsPage) Filtered() bool {
	return p.Query.App != "" || p.Query.State != "" || p.Query.Type != "" || p.Query.Search != ""
}

// events shows the table of events, newest first.
func (v *visit) events() error {
	query, err := v.queryOf(v.r.URL.Query())
	if err != nil {
		return err
	}
	page := eventsPage{Query: query, States: outbox.States, Types: eventTypes()}
	apps, byID, err := v.appsByID()
	if err != nil {
		return err
	}
	events, err := v.page(&page)
	if err != nil {
		return err
	}
	stats, err := v.desk.Backend.Stats(v.r.Context())
	if err != nil {
		return err
	}
	for _, app := range apps {
		page.Apps = append(page.Apps, app.Masked())
	}
	page.Rows, page.Failed = rowsOf(events, byID), stats.ByState[outbox.Failed]
	return v.show(http.StatusOK, "events.html", "events apps", page)
}

// page reads the events that a page shows, and finds out which others there are.
func (v *visit) page(page *eventsPage) ([]outbox.Event, error) {
	query, rising := page.Query, page.Query.After > 0
	query.Rising, query.Limit = rising, outbox.DefaultLimit+1 // one more tells whether there is another page
	events, err := v.desk.Backend.Events(v.r.Context(), query)
	if err != nil {
		return nil, err
	}
	more := len(events) > outbox.DefaultLimit
	if rising && !more {
		// What is newer does not fill a page: then the newest page is shown.
		page.Query.After = 0
		return v.page(page)
	}
	if more {
		events = events[:outbox.DefaultLimit]
	}
	if rising {
		slices.Reverse(events)
	}
	further := rising || query.Before > 0
	if further {
		page.Newest = pageAddress(query, "", 0)
	}
	if further && len(events) > 0 {
		page.Newer = pageAddress(query, "after", events[0].ID)
	}
	if more || rising {
		page.Older = pageAddress(query, "before", events[len(events)-1].ID)
	}
	return events, nil
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

// queryOf reads a filter from an address or a form. One that makes no sense is refused:
// what it would leave out would be shown as if it fitted.
func (v *visit) queryOf(values url.Values) (outbox.Query, error) {
	query := outbox.Query{
		App: values.Get("app"), Type: values.Get("type"), Search: values.Get("q"), State: outbox.State(values.Get("state")),
		Before: numberOf(values.Get("before")), After: numberOf(values.Get("after")),
	}
	if query.State != "" && !slices.Contains(outbox.States, query.State) {
		return query, fmt.Errorf("%w: %s", desk.ErrInvalid, v.language.Textf("There is no state %q. Without it, events of every state are shown.", query.State))
	}
	for _, side := range []string{"before", "after"} {
		if given := values.Get(side); given != "" && given != "0" && numberOf(given) == 0 {
			return query, fmt.Errorf("%w: %s", desk.ErrInvalid, v.language.Textf("%q is no number of an event. Without it, the newest events are shown.", given))
		}
	}
	return query, nil
}

// numberOf is an event's number, or 0.
func numberOf(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// pageAddress is where a filter shows the events before or after one; of no side, the
// newest.
func pageAddress(query outbox.Query, side string, of int64) string {
	values := url.Values{}
	for name, value := range map[string]string{"app": query.App, "state": string(query.State), "type": query.Type, "q": query.Search} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if side != "" {
		values.Set(side, strconv.FormatInt(of, 10))
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
	query, err := v.queryOf(v.r.PostForm)
	if err != nil {
		return err
	}
	query.State, query.Before, query.After = outbox.Failed, 0, 0
	count, err := v.desk.Backend.ResendFailed(v.r.Context(), query)
	if err != nil {
		return err
	}
	v.say(said{Text: v.language.Textf("Events that are sent once more: %d.", count)})
	return v.goTo(OwnAddress(v.text("back")))
}
