package pages_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

func mustText(id int64) string { return strconv.FormatInt(id, 10) }

func join(words []string) string { return strings.Join(words, " ") }

// rows are the numbers of the events in the table.
func (s *sheet) rows() []string {
	var numbers []string
	for n := range find(s.root, "rows").Descendants() {
		if n.Type == html.ElementNode && n.Data == "tr" && attribute(n, "id") != "event-none" {
			numbers = append(numbers, number.FindString(attribute(n, "id")))
		}
	}
	return numbers
}

// finish gives an event a result.
func (o *office) finish(id int64, state outbox.State, attempt outbox.Attempt) {
	attempt.Event = id
	result := outbox.Result{Attempt: attempt, State: state}
	if state == outbox.Due {
		result.Next = time.Now().Add(90 * time.Second)
	}
	o.memory.note(id, result)
}

func TestTheTableOfEvents(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.get("/events").wants(http.StatusOK, "Nothing was sent yet.")
	a, b := o.app("superai", "http://127.0.0.1:1/"), o.app("abaha", "http://127.0.0.1:1/")
	o.trigger(a, desk.Draft{Event: "update_status", Count: 3})
	o.trigger(b, desk.Draft{Event: "order", Count: 2})
	o.finish(1, outbox.Delivered, outbox.Attempt{Number: 1, Outcome: "accepted"})
	o.finish(4, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused"})
	object := o.memory.events[1].Object
	for query, want := range map[string]string{
		"":                       "5 4 3 2 1",
		"?app=" + a.ID:           "3 2 1",
		"?state=delivered":       "1",
		"?state=failed":          "4",
		"?type=order":            "5 4",
		"?q=" + object:           "2",
		"?before=3":              "2 1",
		"?after=3":               "5 4 3 2 1", // fewer than a page are newer
		"?app=" + a.ID + "&q=zz": "",
	} {
		if got := join(o.get("/events" + query).wants(http.StatusOK).rows()); got != want {
			t.Errorf("/events%s shows %q, want %q", query, got, want)
		}
	}
	o.get("/events?q=zz").wants(http.StatusOK, "No event fits this filter.", "Clear the filter")
}

func TestPaging(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.trigger(o.app("superai", "http://127.0.0.1:1/"), desk.Draft{Event: "update_status", Count: 120})
	page, seen := o.get("/events?type=update_status"), 0
	for pages := 1; ; pages++ {
		seen += len(page.rows())
		older := find(page.root, "next")
		if older == nil {
			if pages != 3 || seen != 120 {
				t.Errorf("%d pages with %d events", pages, seen)
			}
			break
		}
		page = o.get(attribute(older, "href")).wants(http.StatusOK, "Newest")
	}
}

func TestPagingBack(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.trigger(o.app("superai", "http://127.0.0.1:1/"), desk.Draft{Event: "update_status", Count: 220})
	page := o.get("/events?type=update_status&before=21") // the last page
	for _, want := range []string{"70 21", "120 71", "170 121", "220 171"} {
		page = o.get(attribute(find(page.root, "newer"), "href")).wants(http.StatusOK, "Older")
		if rows := page.rows(); len(rows) != 50 || rows[0]+" "+rows[49] != want {
			t.Errorf("%s shows %d events, %v; want %s", page.path, len(rows), rows, want)
		}
		if older := o.get(attribute(find(page.root, "next"), "href")); older.rows()[0] == page.rows()[0] {
			t.Errorf("what is older than %s is the same", page.path)
		}
	}
	if find(page.root, "newer") != nil {
		t.Errorf("%s is not the newest page", page.path)
	}
	if older := attribute(find(page.root, "next"), "href"); older != "/events?before=171&type=update_status" {
		t.Errorf("older than the newest page is %s", older)
	}
	o.get("/events?before=1").wants(http.StatusOK, "Newest")
}

func TestOneEvent(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("mobio", "http://127.0.0.1:1/hook")
	o.trigger(app, desk.Draft{Event: "sale_create_deal"})
	o.get("/events/1").wants(http.StatusOK, "waiting", "None was made yet.", "Times sent 0 by the provider's plan: 0 of 6 Created", "It is on its way already.")
	o.finish(1, outbox.Due, outbox.Attempt{
		Number: 1, Outcome: "unopened", Failure: "connection refused", Wait: 5 * time.Minute,
		Request: outbox.Request{Method: "POST", URL: app.Target, Header: [][2]string{{"X-Mevent-Signature", "mac=abc"}}},
	})
	page := o.get("/events/1").wants(http.StatusOK, "no connection Attempt 1", "connection refused", "The provider waits 5 min", "POST http://127.0.0.1:1/hook",
		"X-Mevent-Signature: mac=abc", "Next attempt in 1 min 30 s", "If the next one fails too: attempt 3 after 10 min, attempt 4 after 20 min", "None came.")
	if find(page.root, "details-1") == nil {
		t.Error("there is no attempt")
	}
	o.finish(1, outbox.Failed, outbox.Attempt{
		Number: 2, Outcome: "refused", Status: 503, Due: 5 * time.Minute, Took: 1500 * time.Millisecond,
		Reading: "Mobio wants 200", Header: [][2]string{{"Content-Type", "text/html"}}, Answer: []byte("<h1>no</h1>\x1b"),
	})
	o.get("/events/1").wants(http.StatusOK, "given up", "refused Attempt 2", "HTTP 503", "1.5 s", "planned after 5 min", "As the provider reads it: Mobio wants 200", `<h1>no</h1>\x1b`)
	o.get("/").wants(http.StatusOK, "What failed lately", "Mobio wants 200")
	o.get("/events/1?pretty").wants(http.StatusOK, `{ "message_id": "`, "As it is sent")
	for _, path := range []string{"/events/2", "/events/0", "/events/x", "/events/-1"} {
		o.get(path).wants(http.StatusNotFound)
	}
}

func TestResending(t *testing.T) {
	t.Parallel()
	o := open(t)
	a, b := o.app("superai", "http://127.0.0.1:1/"), o.app("abaha", "http://127.0.0.1:1/")
	o.trigger(a, desk.Draft{Event: "update_status", Count: 2})
	o.trigger(b, desk.Draft{Event: "order"})
	for id := range int64(3) {
		o.finish(id+1, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused"})
	}
	o.get("/events").wants(http.StatusOK, "Resend all that were given up: 3")
	o.post("/events/1/resend", url.Values{}).wants(http.StatusOK, "Event 1 is sent once more.", "Resend by hand")
	o.post("/events/resend-failed", url.Values{"app": {a.ID}, "back": {"/events?app=" + a.ID}}).wants(http.StatusOK, "Events that are sent once more: 1.")
	page := o.post("/events/resend-failed", url.Values{"back": {"https://elsewhere.example/"}}).wants(http.StatusOK, "Events that are sent once more: 1.")
	if page.path != "/" {
		t.Errorf("the form led to %s", page.path)
	}
	for _, event := range o.memory.events {
		if event.State != outbox.Due || !event.ByHand {
			t.Errorf("event %d is %s", event.ID, event.State)
		}
	}
	o.post("/events/9/resend", url.Values{}).wants(http.StatusNotFound)
}

func TestHealthOfApps(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	o.trigger(app, desk.Draft{Event: "update_status", Count: 2})
	o.finish(1, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused", Failure: "it was cut"})
	page := o.get("/").wants(http.StatusOK, "waiting 1", "given up 1", "events in all 2", "Event 1: given up", "Event 2: waiting", "it was cut")
	if attribute(find(page.root, "app-"+app.ID), "class") != "failed" {
		t.Error("an app whose last event was given up looks healthy")
	}
	o.finish(2, outbox.Delivered, outbox.Attempt{Number: 1, Outcome: "accepted"})
	if attribute(find(o.get("/apps").root, "app-"+app.ID), "class") != "" {
		t.Error("an app whose last event was delivered looks ill")
	}
}
