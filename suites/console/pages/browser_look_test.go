package pages_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/browsertest"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/pages"
)

// names lists the controls that a screen reader could not name, and IDs given twice.
const names = `(() => {
  const bad = [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')]
    .filter(e => !e.hidden && !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim())).map(e => e.outerHTML.slice(0, 80));
  const seen = new Set();
  for (const e of document.querySelectorAll('[id]')) { if (seen.has(e.id)) bad.push('twice: ' + e.id); seen.add(e.id); }
  for (const e of document.querySelectorAll('[aria-describedby], [aria-labelledby]')) {
    for (const id of ((e.getAttribute('aria-describedby') || '') + ' ' + (e.getAttribute('aria-labelledby') || '')).split(' ').filter(Boolean)) {
      if (!document.getElementById(id)) bad.push('nowhere: ' + id);
    }
  }
  if (document.querySelectorAll('h1').length !== 1) bad.push('not one h1');
  for (const landmark of document.body.className === 'door' ? ['header', 'main', 'footer'] : ['header', 'nav', 'main', 'footer']) if (!document.querySelector(landmark)) bad.push('no ' + landmark);
  return bad;
})()`

// testLooks visits every page in an office that is empty, and in one that is full of
// long words, in both languages, light and dark, wide and on a phone.
func testLooks(t *testing.T, browser context.Context) {
	empty, full := open(t), open(t)
	target := full.receiver()
	target.status.Store(http.StatusServiceUnavailable)
	for _, provider := range []string{"superai", "mobio", "abaha", "esms"} {
		full.app(provider, target.URL+"/a-very-long-path-that-nobody-would-ever-give-to-a-receiver-but-which-has-to-fit-nevertheless")
	}
	full.trigger(full.memory.apps[1], desk.Draft{Event: "sale_create_deal", Count: 3})
	full.trigger(full.memory.apps[2], desk.Draft{Event: "order", Count: 60})
	full.finish(1, outbox.Due, outbox.Attempt{Number: 1, Outcome: "timed-out", Failure: "no answer", Request: outbox.Request{Method: "POST", URL: target.URL}})
	full.finish(2, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused", Reading: "no", Status: 503, Answer: []byte("nothing")})
	full.finish(3, outbox.Delivered, outbox.Attempt{Number: 1, Outcome: "accepted", Status: 200, Answer: []byte("ok")})
	full.postback("DH-1")
	full.postback("")
	if _, err := full.desk.Scenarios.Start(t.Context(), "superai-partial-delivery", "app_1", 1); err != nil {
		t.Fatal(err)
	}
	for _, o := range []*office{empty, full} {
		p := o.look(browser)
		pages := []string{"/", "/apps", "/apps/new?provider=mobio", "/send", "/events", "/events?state=failed", "/accesstrade", "/scenarios", "/check"}
		if o == full {
			pages = append(pages, "/apps/app_2", "/apps/app_2/edit", "/send?app=app_2", "/send?app=app_4", "/events/1", "/events/2", "/events/3?pretty", "/events?before=30")
		}
		for _, page := range pages {
			p.fits(page)
		}
	}
}

// testDoor visits the door, right after it was reached and after a wrong token.
func testDoor(t *testing.T, browser context.Context) {
	o := open(t)
	o.server.Config.Handler = pages.Door(pages.Options{})
	p := o.look(browser)
	for _, language := range []string{"en", "vi"} {
		p.fits("/door")
		if got := eval[string](p, `document.documentElement.lang + ' ' + document.activeElement.id + ' ' + getComputedStyle(document.querySelector('button.main')).fontWeight`); got != language+" token 600" {
			t.Errorf("the door is %q", got)
		}
		p.Do(chromedp.Click(`.speak button`))
		p.until(`document.documentElement.lang !== '` + language + `'`)
	}
	p.Forgive() // a browser complains about the status 401
}

// fits checks how a page looks.
func (p *tab) fits(page string) {
	p.Helper()
	p.open(page)
	if bad := eval[[]string](p, names); len(bad) > 0 {
		p.Errorf("%s: %q", page, bad)
	}
	for _, scheme := range []string{"light", "dark"} {
		p.screen(scheme, 1200)
		if weak := eval[[]string](p, browsertest.Contrasts); len(weak) > 0 {
			p.Errorf("%s, %s: too weak are %q", page, scheme, weak)
		}
	}
	for _, width := range []int64{1200, 800, 380} {
		p.screen("light", width)
		eval[bool](p, `document.querySelectorAll('details').forEach(d => { d.open = true }) === undefined`)
		if over := eval[int](p, `document.scrollingElement.scrollWidth - innerWidth`); over > 0 {
			p.Errorf("%s: %d px wider than a screen of %d: %q", page, over, width, eval[[]string](p, `[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className).slice(0, 8)`))
		}
	}
	small := eval[[]string](p, `[...document.querySelectorAll('button, select, input:not([type=checkbox], [type=hidden]), summary, .button')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))`)
	if len(small) > 0 {
		p.Errorf("%s: too small to touch are %q", page, small)
	}
}
