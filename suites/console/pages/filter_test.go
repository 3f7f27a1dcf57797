package pages_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

func TestAFilterThatMakesNoSenseIsRefused(t *testing.T) {
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:9/hook")
	o.trigger(app, desk.Draft{Event: "update_status"})
	for path, want := range map[string]string{
		"/events?state=bogus": `There is no state "bogus".`, "/events?before=abc": `"abc" is no number of an event.`, "/events?after=-1": `"-1" is no number`,
	} {
		o.get(path).wants(http.StatusUnprocessableEntity, want)
	}
	o.get("/events?state=&before=&after=&app=" + app.ID).wants(http.StatusOK)

	id := o.trigger(app, desk.Draft{Event: "update_status"})[0]
	o.memory.note(id, outbox.Result{State: outbox.Failed})
	o.post("/events/resend-failed", url.Values{"state": {"bogus"}}).wants(http.StatusUnprocessableEntity)
	if event, err := o.memory.Event(t.Context(), id); err != nil || event.State != outbox.Failed {
		t.Errorf("it was sent again: %v %v", event.State, err)
	}
}
