package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// live is where the page's script asks for it again.
func (s *sheet) live() string {
	for n := range s.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "body" {
			return attribute(n, "data-address")
		}
	}
	return ""
}

// focused is the first element that takes the focus when the page has come.
func (s *sheet) focused() string {
	for n := range s.root.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "autofocus" {
				return attribute(n, "id")
			}
		}
	}
	return ""
}

func TestARefusedScenarioKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	o := open(t)
	first, second := o.app("superai", "http://127.0.0.1:1/first"), o.app("superai", "http://127.0.0.1:1/second")
	run := "/scenarios/superai-partial-delivery"
	page := o.post(run, url.Values{"app": {second.ID}, "speed": {"abc"}}).wants(http.StatusUnprocessableEntity, "my superai · "+first.Target)
	page.wrong("speed-superai-partial-delivery", "a number above 0")
	if got := attribute(find(page.root, "speed-superai-partial-delivery"), "value"); got != "abc" {
		t.Errorf("the time scale became %q", got)
	}
	for n := range find(page.root, "app-superai-partial-delivery").Descendants() {
		if _, picked := strings.CutSuffix(attribute(n, "value"), second.ID); picked && len(n.Attr) != 2 {
			t.Errorf("the app is not picked any more: %v", n.Attr)
		}
	}
	if page.live() != "/scenarios" || page.focused() != "speed-superai-partial-delivery" {
		t.Errorf("the page is asked for at %q, the focus is on %q", page.live(), page.focused())
	}
	o.post(run, url.Values{"app": {"app_9"}}).wants(http.StatusUnprocessableEntity).wrong("app-superai-partial-delivery", "app_9")
	for address, page := range map[string]string{run: "All scenarios", "/scenarios/runs/run_1/stop": "All scenarios", "/accesstrade/fault": "Let postbacks fail"} {
		o.get(address).wants(http.StatusOK, page)
	}
}

// The page of a refused form can be asked for again, and says which field it is about.
func TestARefusedFormLeadsToItsField(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/")
	draft := o.get("/send").draft()
	draft.Set("count", "0")
	for path, one := range map[string]struct {
		form        url.Values
		live, field string
	}{
		"/apps":              {url.Values{"provider": {"mobio"}, "target": {"http://127.0.0.1:1/"}, "speed": {"x"}}, "/apps/new?provider=mobio", "speed"},
		"/apps/app_1":        {url.Values{"target": {"foo"}, "speed": {"x"}}, "/apps/app_1/edit", "target"},
		"/send":              {draft, "/send?app=app_1&event=update_status", "count"},
		"/accesstrade/fault": {url.Values{"fault": {"503"}, "times": {"x"}}, "/accesstrade", "times"},
		"/check":             {url.Values{}, "/check", "app"},
	} {
		page := o.post(path, one.form).wants(http.StatusUnprocessableEntity)
		if page.live() != one.live || page.focused() != one.field {
			t.Errorf("%s: the page is asked for at %q, the focus is on %q; want %q and %q", path, page.live(), page.focused(), one.live, one.field)
		}
		if find(page.root, one.field) != nil {
			page.wrong(one.field, "")
		}
		o.get(page.live()).wants(http.StatusOK)
	}
}

func TestAWrongTargetIsExplainedInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.post("/language", url.Values{"language": {"vi"}})
	o.post("/apps", url.Values{"provider": {"superai"}, "target": {"foo"}}).wants(http.StatusUnprocessableEntity).wrong("target", `"foo" không phải là địa chỉ để gửi đến`)
}
