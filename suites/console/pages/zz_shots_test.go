package pages_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/browsertest"
	"github.com/khop-dev/khop/suites/console/desk"
)

func TestZShots(t *testing.T) {
	browser := browsertest.Start(t)
	full := open(t)
	target := full.receiver()
	target.status.Store(http.StatusServiceUnavailable)
	for _, provider := range []string{"superai", "mobio", "abaha", "esms"} {
		full.app(provider, target.URL+"/hook")
	}
	full.trigger(full.memory.apps[1], desk.Draft{Event: "sale_create_deal", Count: 3})
	full.trigger(full.memory.apps[2], desk.Draft{Event: "order", Count: 15})
	full.finish(1, outbox.Due, outbox.Attempt{Number: 1, Outcome: "timed-out", Failure: "no answer", Request: outbox.Request{Method: "POST", URL: target.URL}})
	full.finish(2, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused", Reading: "no", Status: 503, Answer: []byte("nothing")})
	full.finish(2, outbox.Failed, outbox.Attempt{Number: 2, ByHand: true, Outcome: "refused", Reading: "no", Status: 503, Answer: []byte("nothing")})
	full.finish(3, outbox.Delivered, outbox.Attempt{Number: 1, Outcome: "accepted", Status: 200, Answer: []byte("ok")})
	full.postback("DH-1")
	full.postback("DH-1")
	full.postback("")
	f, _ := accesstrade.ParseFault("503")
	full.desk.Endpoint.SetFault(f, 2)
	full.memory.apps[2].Paused = true
	run, _ := full.desk.StartCheck(t.Context(), "app_1")
	_ = full.desk
	_, _ = full.desk.Scenarios.Start(t.Context(), "superai-partial-delivery", "app_1", 1)
	p := full.look(browser)
	shot := func(name string) {
		buf, err := chromedp.Run(p.Ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		os.MkdirAll("/tmp/L_shots", 0o755)
		os.WriteFile("/tmp/L_shots/"+name+".png", buf, 0o644)
	}
	for _, language := range []string{"en", "vi"} {
		p.open("/")
		eval[bool](p, `fetch('/language', {method:'POST', body: new URLSearchParams({language: '`+language+`', back: '/'})}).then(() => true)`)
		for name, path := range map[string]string{"overview": "/", "apps": "/apps", "new": "/apps/new?provider=mobio", "app": "/apps/app_3", "edit": "/apps/app_2/edit", "send": "/send?app=app_2", "events": "/events", "event": "/events/2", "paused": "/events/5", "at": "/accesstrade", "scenarios": "/scenarios", "check": "/check", "report": "/check/" + run.ID + "/report"} {
			for _, look := range []struct {
				scheme string
				width  int64
			}{{"light", 1280}, {"dark", 1280}, {"light", 390}} {
				if language == "vi" && look.scheme == "dark" {
					continue
				}
				p.screen(look.scheme, look.width)
				p.open(path)
				shot(fmt.Sprintf("%s-%s-%s-%d", name, language, look.scheme, look.width))
			}
		}
	}
	_ = url.Values{}
}
