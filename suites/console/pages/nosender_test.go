package pages_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/khop-dev/khop/mocks/outbox"
)

// An app of a provider that sends nothing may be stored by an earlier khop: it can be
// looked at and deleted, and does not stand in the way of the others.
func TestAnAppThatCannotSendCanBeLookedAt(t *testing.T) {
	o := open(t)
	for _, provider := range []string{"accesstrade", "gone"} {
		app, err := o.memory.PutApp(t.Context(), outbox.App{
			Name: "old one", Provider: provider, Target: "http://127.0.0.1:9/", Secrets: map[string]string{"access_key": "A", "secret_key": "S"},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/apps", "/apps/" + app.ID, "/apps/" + app.ID + "/edit", "/send", "/check", "/scenarios", "/events?app=" + app.ID} {
			o.get(path).wants(http.StatusOK)
		}
		o.get("/apps/"+app.ID+"/send").wants(http.StatusUnprocessableEntity, "sends no events")
		o.post("/apps/"+app.ID, url.Values{"target": {app.Target}}).wants(http.StatusUnprocessableEntity)
		o.post("/check", url.Values{"app": {app.ID}}).wants(http.StatusUnprocessableEntity)
		o.post("/apps/"+app.ID+"/delete", url.Values{"sure": {"yes"}}).wants(http.StatusOK, "gone")
	}
}

func TestAHeaderThatCannotBeSentIsMarked(t *testing.T) {
	o := open(t)
	o.post("/apps", url.Values{
		"provider": {"superai"}, "target": {"http://127.0.0.1:9/"}, "headers": {"Signature: mine"}, "speed": {"1"},
	}).wrong("headers", "khop sets this one as SuperAI does")
}
