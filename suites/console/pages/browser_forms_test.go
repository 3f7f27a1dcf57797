package pages_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

// What was typed stays when another provider's form is asked for; secrets are its own.
func testNewApp(t *testing.T, browser context.Context) {
	o := open(t)
	p := o.look(browser)
	p.open("/apps/new?provider=superai")
	for field, text := range map[string]string{"target": "http://127.0.0.1:1/hook", "name": "kho", "headers": "X-Key: 1", "speed": "60", "secret.partner_code": "of-superai"} {
		p.write(field, text)
	}
	p.Do(chromedp.Click(`.tabs a[href$="mobio"]`))
	p.until(`document.getElementById('secret.app_id') && document.activeElement.innerText === 'Mobio' && location.search === '?provider=mobio'`)
	p.Do(chromedp.Click(`form.form button.main`))
	p.reads("The app is there.")
	made := o.memory.apps[0]
	if made.Provider != "mobio" || made.Target != "http://127.0.0.1:1/hook" || made.Name != "kho" || made.Headers["X-Key"] != "1" || made.Speed != 60 {
		t.Errorf("made was %+v", made)
	}
}

// A form that was refused shows the field, and has the focus there.
func testRefusedForm(t *testing.T, browser context.Context) {
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/")
	p := o.look(browser)
	p.screen("light", 390)
	p.open("/apps/app_1/edit")
	p.write("speed", "fast")
	p.Do(chromedp.Click(`form.form button.main`))
	p.until(`document.activeElement.id === 'speed' && document.getElementById('speed-wrong')`)
	const seen = `(r => r.top >= 0 && r.bottom <= innerHeight)(document.activeElement.getBoundingClientRect())`
	p.until(seen)
	p.open("/scenarios")
	p.write("speed-superai-partial-delivery", "abc")
	p.Do(chromedp.Click(`#scenario-superai-partial-delivery button`))
	p.until(`document.activeElement.id === 'speed-superai-partial-delivery' && document.activeElement.value === 'abc'`)
	p.until(seen)
	p.Forgive() // a browser complains about the status 422
	p.until(`document.getElementById('pulse').textContent === 'live'`)
	if _, err := o.desk.Scenarios.Start(t.Context(), "superai-partial-delivery", "app_1", 1e6); err != nil {
		t.Fatal(err)
	}
	p.until(`document.querySelector('#runs-part').innerText.includes('done')`)
}

// What was written is not thrown away unasked, and Enter sends nothing.
func testWrittenPayload(t *testing.T, browser context.Context) {
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/")
	p := o.look(browser)
	answer := func(yes string) {
		eval[bool](p, `(window.confirm = text => { window.asked = text; return `+yes+`; }, true)`)
	}
	p.open("/send")
	p.write("event", "update_weight")                                                                    // nothing was written yet: nobody is asked
	p.until(`location.search.includes('event=update_weight') && document.querySelector('.copy button')`) // the script has begun
	p.write("at:/code", "WRITTEN")
	p.until(`document.getElementById('body').value.includes('WRITTEN')`)
	answer("false")
	p.write("event", "update_status")
	p.until(`window.asked.includes('would be lost') && document.getElementById('event').value === 'update_weight' && document.getElementById('body').value.includes('WRITTEN')`)

	for _, field := range []string{"at:/code", "count"} {
		eval[bool](p, `(window.before = true, document.getElementById('`+field+`').focus(), true)`)
		p.Do(chromedp.KeyEvent(kb.Enter))
		p.until(`!window.before && location.pathname === '/send' && !location.search && document.querySelector('.copy button')`) // a preview
	}
	if len(o.memory.events) != 0 {
		t.Fatal("Enter has sent it")
	}
	answer("true")
	p.write("event", "update_status")
	p.until(`location.search.includes('event=update_status') && !document.getElementById('body').value.includes('WRITTEN')`)
}

// Times are the reader's.
func testTimes(t *testing.T, browser context.Context) {
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	o.trigger(app, desk.Draft{Event: "update_status", Count: 2})
	o.memory.events[0].Created = time.Date(2026, 1, 31, 20, 30, 5, 0, time.UTC)
	p := o.look(browser)
	call(p, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Ho_Chi_Minh"})
	p.open("/events")
	const shown = `(e => e.textContent + ' | ' + e.title)(document.querySelector('#event-1 .created time'))`
	if got := eval[string](p, shown); !strings.HasPrefix(got, "2026-02-01 03:30:05 | 2026-02-01 03:30:05.000 +07:00 (Asia/") {
		t.Errorf("shown is %q", got)
	}
	if got := eval[string](p, `document.querySelector('#event-2 .created time').textContent`); len(got) != len("03:30:05") {
		t.Errorf("of today is shown %q", got)
	}
	p.until(`document.getElementById('pulse').textContent === 'live'`)
	o.finish(1, outbox.Delivered, outbox.Attempt{Number: 1, Outcome: "accepted"})
	p.until(`document.getElementById('event-1').innerText.includes('delivered')`)
	if got := eval[string](p, shown); !strings.HasPrefix(got, "2026-02-01 03:30:05 |") {
		t.Errorf("after the news is shown %q", got)
	}
}

// A page that somebody else has open is told that an app was paused.
func testPaused(t *testing.T, browser context.Context) {
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	o.trigger(app, desk.Draft{Event: "update_status"})
	for _, path := range []string{"/", "/apps", "/apps/app_1", "/events", "/events/1"} {
		p := o.look(browser)
		p.open(path)
		p.until(`document.getElementById('pulse').textContent === 'live'`)
		app.Paused = true
		if _, err := o.desk.UpdateApp(t.Context(), app); err != nil {
			t.Fatal(err)
		}
		p.reads("paused")
		if path == "/apps/app_1" {
			p.reads("Resume")
		}
		app.Paused = false
		if _, err := o.desk.UpdateApp(t.Context(), app); err != nil {
			t.Fatal(err)
		}
		p.until(`!document.querySelector('main').innerText.includes('paused')`)
	}
}

// The button that copies covers nothing, and a phone shows all of a card and a table.
func testRoom(t *testing.T, browser context.Context) {
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	o.trigger(app, desk.Draft{Event: "update_status", Body: `{"a":"` + strings.Repeat("long ", 200) + `"}`})
	o.trigger(app, desk.Draft{Event: "update_status", Count: 12})
	o.finish(13, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused", Status: http.StatusTeapot})
	o.postback("DH-1")
	p := o.look(browser)
	for _, width := range []int64{1280, 390} {
		p.screen("light", width)
		for _, path := range []string{"/events/1", "/send"} {
			p.open(path)
			if !eval[bool](p, `(box => box.querySelector('button').getBoundingClientRect().bottom <= box.querySelector('pre').getBoundingClientRect().top)(document.querySelector('.copy.block'))`) {
				t.Errorf("%s at %d: the button stands in the body", path, width)
			}
		}
		p.open("/")
		if over := eval[float64](p, `(card => [...card.querySelectorAll('.recent a')].reduce((most, a) => Math.max(most, a.getBoundingClientRect().right), 0) - (card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight)))(document.querySelector('.cards li'))`); over > 0 {
			t.Errorf("at %d the ticks are %v px into the padding", width, over)
		}
		p.open("/accesstrade")
		if hidden := eval[[]string](p, `[...document.querySelectorAll('#orders-part td')].filter(e => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)`); len(hidden) > 0 {
			t.Errorf("at %d the table hides %q", width, hidden)
		}
	}
}
