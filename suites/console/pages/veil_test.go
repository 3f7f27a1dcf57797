package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks/outbox"
)

// What a veil stands for stays; where it stands for nothing, it would be kept itself.
func TestAVeilThatKeepsNothingIsRefused(t *testing.T) {
	t.Parallel()
	o := open(t)
	app, err := o.memory.PutApp(t.Context(), outbox.App{
		Name: "shop", Provider: "superai", Target: "http://anna:p4ssword@127.0.0.1:1/", Speed: 1,
		Secrets: map[string]string{"partner_code": "the-code"}, Headers: map[string]string{"x-key": "the-key"},
	})
	if err != nil {
		t.Fatal(err)
	}
	page := o.get("/apps/"+app.ID+"/edit").wants(http.StatusOK, "*** leaves one as it is").lacks("the-key", "p4ssword")
	shown := url.Values{"target": {attribute(find(page.root, "target"), "value")}, "headers": {words(find(page.root, "headers"))}, "speed": {"1"}}
	const nothing = "*** keeps nothing here"
	o.post("/apps/"+app.ID, url.Values{"target": shown["target"], "headers": {"X-Renamed: ***"}}).
		wants(http.StatusUnprocessableEntity).wrong("headers", "X-Renamed: "+nothing)
	o.post("/apps/"+app.ID, shown).wants(http.StatusOK, "The app was changed.")
	if kept := o.memory.apps[0]; kept.Target != app.Target || kept.Headers["x-key"] != "the-key" || len(kept.Headers) != 1 || kept.Secrets["partner_code"] != "the-code" {
		t.Errorf("the app became %+v", kept)
	}
	plain := o.app("mobio", "http://127.0.0.1:1/")
	o.post("/apps/"+plain.ID, url.Values{"target": {"http://anna:***@127.0.0.1:1/"}}).wants(http.StatusUnprocessableEntity).wrong("target", nothing)

	o.get("/apps/new").wants(http.StatusOK, "and not shown again").lacks(outbox.Veil)
	for field, value := range map[string]string{"headers": "X-Key: ***", "secret.partner_code": "***", "target": "http://anna:***@127.0.0.1:1/"} {
		form := url.Values{"provider": {"superai"}, "target": {"http://127.0.0.1:1/"}}
		form.Set(field, value)
		o.post("/apps", form).wants(http.StatusUnprocessableEntity).wrong(field, nothing)
	}
	if len(o.memory.apps) != 2 {
		t.Errorf("there are %d apps", len(o.memory.apps))
	}
	for _, secret := range o.memory.secretsOf(app.ID) {
		if strings.Contains(secret, outbox.Veil) {
			t.Errorf("kept is %q", secret)
		}
	}
}
