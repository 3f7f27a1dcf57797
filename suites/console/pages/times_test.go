package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

func TestLengthsOfTimeAreToldInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("mobio", "http://127.0.0.1:1/")
	o.trigger(app, desk.Draft{Event: "sale_create_deal"})
	o.finish(1, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused", Took: 1500 * time.Millisecond})
	o.get("/apps/app_1").wants(http.StatusOK, "2 after 5 min", "6 after 1 h")
	o.get("/events/1").wants(http.StatusOK, "1.5 s")
	o.post("/language", url.Values{"language": {"vi"}})
	o.get("/apps/app_1").wants(http.StatusOK, "2 sau 5 phút", "6 sau 1 giờ")
	o.get("/events/1").wants(http.StatusOK, "1.5 giây")
	o.get("/scenarios").wants(http.StatusOK, "54 giờ 27 phút")
	o.get("/").wants(http.StatusOK, "tổng số sự kiện 1").lacks(" min", "\u00a0h")
}

// Without scripts nobody puts the reader's own time in place of the server's: then the
// page says whose it is.
func TestTimesAreTheServersWithoutScripts(t *testing.T) {
	t.Parallel()
	page := open(t).get("/").wants(http.StatusOK)
	want := "times are the server&#39;s: " + strings.ReplaceAll(time.Now().Format("-07:00"), "+", "&#43;")
	if !strings.Contains(page.text, "<noscript>") || !strings.Contains(page.text, want) {
		t.Errorf("the page does not say %q", want)
	}
}

// An event that was sent by hand as well says what the plan had to do with it.
func TestSendsByHandAreToldApart(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("abaha", "http://127.0.0.1:1/")
	o.trigger(app, desk.Draft{Event: "order"})
	for n := range 3 {
		o.finish(1, outbox.Failed, outbox.Attempt{Number: n + 1, Outcome: "refused"})
	}
	o.finish(1, outbox.Delivered, outbox.Attempt{Number: 4, ByHand: true, Outcome: "accepted"})
	page := o.get("/events/1").wants(http.StatusOK, "Times sent 4 by the provider's plan: 3 of 3, by hand: 1")
	if !strings.Contains(page.text, `title="&#34;delivered&#34; in the API and on the command line"`) {
		t.Error("the badge does not say what the API calls it")
	}
	o.get("/events").wants(http.StatusOK, "waiting (due)", "given up (failed)", "my abaha · http://127.0.0.1:1/")
	o.get("/send").wants(http.StatusOK, "my abaha · http://127.0.0.1:1/")
}
