package pages

import (
	"net/http"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
)

// overviewPage is what the first page shows.
type overviewPage struct {
	Apps      []appView
	More      int // apps that are not shown
	Stats     outbox.Stats
	Failed    []failure
	Providers []*mocks.Provider
}

// failure is an event that was given up, with what the provider last complained about.
type failure struct {
	eventRow
	Why string
}

// How much the first page shows.
const (
	appsShown   = 12
	failedShown = 6
)

// Late is how long the event that has waited longest is overdue; 0 where none is.
func (p overviewPage) Late() time.Duration {
	if p.Stats.Oldest.IsZero() {
		return 0
	}
	return max(0, time.Since(p.Stats.Oldest)).Round(time.Second)
}

// Count is how many events are in a state.
func (p overviewPage) Count(state string) int { return p.Stats.ByState[outbox.State(state)] }

// overview shows how everything is.
func (v *visit) overview() error {
	apps, byID, err := v.appsByID()
	if err != nil {
		return err
	}
	page := overviewPage{Providers: senders(), More: max(0, len(apps)-appsShown)}
	if page.Apps, err = v.viewApps(apps[:min(len(apps), appsShown)]); err != nil {
		return err
	}
	if page.Stats, err = v.desk.Backend.Stats(v.r.Context()); err != nil {
		return err
	}
	if page.Failed, err = v.failures(byID); err != nil {
		return err
	}
	return v.show(http.StatusOK, "overview.html", "events apps", page)
}

// failures are the last events that were given up; the apps are by ID.
func (v *visit) failures(apps map[string]outbox.App) ([]failure, error) {
	events, err := v.desk.Backend.Events(v.r.Context(), outbox.Query{State: outbox.Failed, Limit: failedShown})
	if err != nil {
		return nil, err
	}
	var all []failure
	for _, row := range rowsOf(events, apps) {
		attempts, err := v.desk.Backend.Attempts(v.r.Context(), row.ID)
		if err != nil {
			return nil, err
		}
		f := failure{eventRow: row}
		if n := len(attempts); n > 0 {
			f.Why = complaint(attempts[n-1])
		}
		all = append(all, f)
	}
	return all, nil
}

// complaint is what went wrong with an attempt, in a line.
func complaint(a outbox.Attempt) string {
	if a.Reading != "" {
		return a.Reading
	}
	return a.Failure
}
