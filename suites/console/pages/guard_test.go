package pages_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

// everyPage are the addresses of an office in which something has happened.
func everyPage() []string {
	return []string{
		"/", "/apps", "/apps/new", "/apps/new?provider=mobio", "/apps/app_1", "/apps/app_1/edit", "/apps/app_1/send", "/send", "/send?event=update_weight",
		"/events", "/events?state=failed", "/events/1", "/events/1?pretty", "/accesstrade", "/scenarios", "/check", "/nothing",
	}
}

func TestEveryPageIsGuarded(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.trigger(o.app("superai", "http://127.0.0.1:1/"), desk.Draft{Event: "update_status"})
	for _, path := range append(everyPage(), "/assets/style.css", "/assets/nothing.css", "/live") {
		answer, err := o.client.Head(o.server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		const want = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'"
		if got := answer.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, want) {
			t.Errorf("%s has the policy %q", path, got)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

// A page needs nothing that its policy forbids, and nothing from elsewhere.
func TestEveryPageKeepsItsPolicy(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.trigger(o.app("superai", "http://127.0.0.1:1/"), desk.Draft{Event: "update_status"})
	for _, path := range everyPage() {
		page := o.get(path)
		for n := range page.root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "style" || n.Data == "script" && attribute(n, "src") == "" || n.Data == "iframe" {
				t.Errorf("%s has an element %s of its own", path, n.Data)
			}
			for _, a := range n.Attr {
				switch {
				case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
					t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
				case n.Data == "a" && a.Key == "href" && strings.HasPrefix(a.Val, "https://"):
					if attribute(n, "rel") != "noreferrer" { // a provider's document
						t.Errorf("%s: %s is told from where somebody comes", path, a.Val)
					}
				case slices.Contains([]string{"src", "href", "action"}, a.Key) && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "?"):
					t.Errorf("%s: <%s> leads to %q", path, n.Data, a.Val)
				}
			}
		}
	}
}

func TestAssetsMayBeKept(t *testing.T) {
	t.Parallel()
	o := open(t)
	for n := range o.get("/").root.Descendants() {
		address := attribute(n, "href") + attribute(n, "src")
		if !strings.HasPrefix(address, "/assets/") {
			continue
		}
		answer := o.get(address).wants(http.StatusOK)
		if !strings.Contains(address, "?v=") || !strings.Contains(answer.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s is kept as %q", address, answer.header.Get("Cache-Control"))
		}
	}
	o.get("/assets/").wants(http.StatusNotFound)
}

// attacks are texts that must never become markup.
var attacks = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'-alert(1)-'`, `</textarea><script>alert(1)</script>`,
	`</pre><iframe src=javascript:alert(1)>`, `javascript:alert(1)`, "\u202etxt", `{{.}}`,
}

func TestNothingThatComesFromOutsideIsMarkup(t *testing.T) {
	t.Parallel()
	for _, attack := range attacks {
		o := open(t)
		app := o.app("superai", "http://127.0.0.1:1/")
		o.memory.apps[0].Name, o.memory.apps[0].Target = attack, "http://127.0.0.1:1/"+attack
		o.memory.apps[0].Headers = map[string]string{attack: attack}
		ids, err := o.memory.Accept(t.Context(), []outbox.Event{{App: app.ID, Type: attack, Object: attack, Body: []byte(attack)}})
		if err != nil {
			t.Fatal(err)
		}
		o.finish(ids[0], outbox.Failed, outbox.Attempt{
			Number: 1, Outcome: attack, Reading: attack, Failure: attack, Status: 200, Answer: []byte(attack), Header: [][2]string{{attack, attack}},
			Request: outbox.Request{Method: attack, URL: attack, Header: [][2]string{{attack, attack}}},
		})
		answer, err := o.client.Post(o.server.URL+"/core/transactions/postback?"+url.QueryEscape(attack), "text/plain", strings.NewReader(attack))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		for _, path := range append(everyPage(), "/events?q="+url.QueryEscape(attack)+"&type="+url.QueryEscape(attack), "/send?event="+url.QueryEscape(attack)) {
			o.get(path).isPlain(attack)
		}
		o.post("/send", url.Values{"app": {app.ID}, "body": {attack}, "count": {attack}}).isPlain(attack)
		o.post("/apps", url.Values{"provider": {"mobio"}, "name": {attack}, "target": {attack}, "headers": {attack}, "speed": {attack}, "setting.signature": {attack}}).isPlain(attack)
		o.post("/accesstrade/fault", url.Values{"fault": {attack}, "times": {"1"}}).isPlain(attack)
	}
}

// isPlain checks that a page has the elements of a page, and no others.
func (s *sheet) isPlain(attack string) {
	s.Helper()
	scripts := 0
	for n := range s.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script":
			scripts++
		case "img", "iframe":
			s.Errorf("%s: %q became <%s>", s.path, attack, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"href", "src", "action"}, a.Key) && strings.HasPrefix(a.Val, "javascript:") {
				s.Errorf("%s: %q became <%s %s=%q>", s.path, attack, n.Data, a.Key, a.Val)
			}
		}
	}
	if scripts != 1 {
		s.Errorf("%s: with %q there are %d scripts", s.path, attack, scripts)
	}
}

func TestWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/")
	handler := o.server.Config.Handler
	o.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 1000)
		handler.ServeHTTP(w, r)
	})
	o.post("/send", url.Values{"body": {strings.Repeat("x", 2000)}}).wants(http.StatusRequestEntityTooLarge, "That was too much", "1000 bytes")
}
