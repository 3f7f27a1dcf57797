package pages_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/console/desk"
)

func TestFirstSteps(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.get("/").wants(http.StatusOK, "Start with an app", "SuperAI", "Abaha", "Mobio", "eSMS").lacks(`value="accesstrade"`)
	made := o.post("/apps", url.Values{"provider": {"superai"}, "target": {"http://127.0.0.1:1/hook"}})
	made.wants(http.StatusOK, "The app is there.", "partner_code", "shown this once", "http://127.0.0.1:1/hook", "It is never tried again.")
	if made.path != "/apps/app_1" {
		t.Errorf("the form led to %s", made.path)
	}
	o.get("/").wants(http.StatusOK, "Nothing was sent yet.", "superai")
}

func TestSecretsAreShownOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	form := url.Values{
		"provider": {"mobio"}, "target": {"http://127.0.0.1:1/"}, "secret.app_id": {"the-id-of-it"},
		"headers": {"X-Api-Key: the-key-of-it\n\nx-other:  the-other \n"},
	}
	made := o.post("/apps", form).wants(http.StatusOK, "the-id-of-it", "X-Api-Key", "X-Other")
	secrets := o.memory.secretsOf("app_1")
	if len(secrets) != 4 {
		t.Fatalf("the app has %d secrets and headers, want 4", len(secrets))
	}
	for _, secret := range secrets {
		if len(secret) < 8 {
			t.Errorf("the secret %q is too short to be found by this test, or was not made", secret)
		}
		if strings.HasPrefix(secret, "the-key") || strings.HasPrefix(secret, "the-other") {
			made.lacks(secret) // headers are known to who typed them
		} else if !strings.Contains(made.text, secret) {
			t.Errorf("the new secret %q was not shown", secret)
		}
	}
	o.trigger(o.memory.apps[0], desk.Draft{Event: "sale_create_deal"})
	for _, path := range []string{"/", "/apps", "/apps/app_1", "/apps/app_1/edit", "/apps/app_1/send", "/events", "/events/1", "/check", "/scenarios", "/accesstrade"} {
		o.get(path).wants(http.StatusOK).lacks(secrets...).lacks(secretKey)
	}
}

// A page that is made fresh while a form is on its way must not take what the next one
// has to say.
func TestARefreshTakesNothingAway(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	o.post("/apps", url.Values{"provider": {"superai"}, "target": {"http://127.0.0.1:1/"}}).wants(http.StatusSeeOther)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.server.URL+"/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Khop-Refresh", "1")
	answer, err := o.client.Do(request)
	secret := o.memory.secretsOf("app_1")[0]
	o.read(answer, err).wants(http.StatusOK).lacks(secret)
	o.get("/apps/app_1").wants(http.StatusOK, secret)
	o.get("/apps/app_1").wants(http.StatusOK).lacks(secret)
}

func TestAppsThatCannotBe(t *testing.T) {
	t.Parallel()
	o := open(t)
	for _, c := range []struct{ provider, field, value, message string }{
		{"superai", "target", "", "This is needed"},
		{"superai", "target", "ftp://127.0.0.1/", "http"},
		{"superai", "target", "http://", ""},
		{"superai", "speed", "fast", "a number above 0"},
		{"superai", "speed", "-1", "a number above 0"},
		{"superai", "speed", "NaN", "a number above 0"},
		{"superai", "name", strings.Repeat("n", 201), "200 bytes"},
		{"superai", "headers", "no header", `"no header" is not a header`},
		{"superai", "headers", "X-Key: a\nBad Name: b", `"Bad Name: b" is not a header`},
		{"mobio", "setting.answer_within", "soon", "not a length of time"},
		{"mobio", "setting.signature", "<b>", "not one of its values"},
		{"abaha", "target", "http://shop.example.vn/hook", "https"},
	} {
		form := url.Values{"provider": {c.provider}, "target": {"http://127.0.0.1:1/"}, "secret.partner_code": {"typed-but-not-kept"}}
		form.Set(c.field, c.value)
		page := o.post("/apps", form).wants(http.StatusUnprocessableEntity).lacks("typed-but-not-kept")
		page.wrong(c.field, c.message)
	}
	o.post("/apps", url.Values{"provider": {"nobody"}, "target": {"http://127.0.0.1:1/"}}).wants(http.StatusUnprocessableEntity, "Choose one of the providers.")
	o.post("/apps", url.Values{"provider": {"accesstrade"}, "target": {"http://127.0.0.1:1/"}}).wants(http.StatusUnprocessableEntity)
	if len(o.memory.apps) != 0 {
		t.Errorf("there are %d apps nevertheless", len(o.memory.apps))
	}
}

func TestANameThatIsTaken(t *testing.T) {
	t.Parallel()
	o := open(t)
	form := url.Values{"provider": {"abaha"}, "name": {"shop"}, "target": {"http://127.0.0.1:1/"}}
	o.post("/apps", form).wants(http.StatusOK)
	o.post("/apps", form).wants(http.StatusUnprocessableEntity).wrong("name", "Another app has this name")
}

func TestForbiddenTargets(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.desk.Allow = func(to *url.URL) error { return fmt.Errorf("%s is not for us", to.Hostname()) }
	page := o.post("/apps", url.Values{"provider": {"esms"}, "target": {"http://169.254.169.254/"}}).wants(http.StatusUnprocessableEntity)
	page.wrong("target", "169.254.169.254 is not for us")
}

func TestChangingAnApp(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	o.get("/apps/app_1/edit").wants(http.StatusOK, "Change my superai").lacks(app.Secrets["partner_code"])
	form := url.Values{"name": {"kho"}, "target": {"http://127.0.0.1:2/"}, "speed": {"60"}, "headers": {"X-A: 1"}, "paused": {"yes"}}
	o.post("/apps/app_1", form).wants(http.StatusOK, "The app was changed.", "kho", "http://127.0.0.1:2/", "60×", "paused")
	changed := o.memory.apps[0]
	if changed.Secrets["partner_code"] != app.Secrets["partner_code"] || changed.Headers["X-A"] != "1" || !changed.Paused || changed.Created != app.Created {
		t.Errorf("the app became %+v", changed)
	}
	form = url.Values{"name": {"kho"}, "target": {"http://127.0.0.1:2/"}, "headers": {"X-A: ***"}, "secret.partner_code": {"another-code"}}
	o.post("/apps/app_1", form).wants(http.StatusOK).lacks("another-code")
	changed = o.memory.apps[0]
	if changed.Secrets["partner_code"] != "another-code" || changed.Headers["X-A"] != "1" || changed.Paused || changed.Speed != 1 {
		t.Errorf("the app became %+v", changed)
	}
	form.Set("target", "nowhere")
	o.post("/apps/app_1", form).wants(http.StatusUnprocessableEntity).wrong("target", "")
	o.get("/apps/app_9/edit").wants(http.StatusNotFound)
	o.post("/apps/app_9", form).wants(http.StatusNotFound)
}

func TestPausingAndDeletingAnApp(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("esms", "http://127.0.0.1:1/")
	o.trigger(app, desk.Draft{Event: "callback"})
	o.post("/apps/app_1/pause", url.Values{"paused": {"true"}}).wants(http.StatusOK, "its events wait", "Resume")
	o.get("/events/1").wants(http.StatusOK, "waits: the app is paused", "It is sent once the app is resumed.").lacks("It is on its way", ">due now<")
	o.post("/apps/app_1/pause", url.Values{"paused": {"false"}}).wants(http.StatusOK, "The app was resumed", "Pause")
	o.post("/apps/app_1/delete", url.Values{}).wants(http.StatusUnprocessableEntity, "needs the tick")
	o.get("/apps/app_1").wants(http.StatusOK)
	o.post("/apps/app_1/delete", url.Values{"sure": {"yes"}}).wants(http.StatusOK, "are gone", "There is no app yet.")
	o.get("/apps/app_1").wants(http.StatusNotFound, "There is nothing here")
}

func TestAnAppsSchedule(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.app("mobio", "http://127.0.0.1:1/")
	page := o.get("/apps/app_1").wants(http.StatusOK, "1 at once", "2 after 5 min", "6 after 1 h", "It is tried again only after: no connection.")
	page.lacks("here 5")
	o.memory.apps[0].Speed = 60
	o.get("/apps/app_1").wants(http.StatusOK, "2 after 5 min here 5 s", "60×")
}

func TestTroubleOfKhopsOwn(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.app("esms", "http://127.0.0.1:1/")
	o.memory.broken = errors.New("the disk is full")
	for _, path := range []string{"/", "/apps", "/apps/app_1", "/events", "/send", "/scenarios", "/check"} {
		o.get(path).wants(http.StatusInternalServerError, "khop itself got something wrong", "the disk is full")
	}
	o.post("/apps", url.Values{"provider": {"esms"}, "target": {"http://127.0.0.1:1/"}}).wants(http.StatusInternalServerError, "the disk is full")
}

// number finds the first number of a text.
var number = regexp.MustCompile(`\d+`)
