package pages_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/browsertest"
	"github.com/khop-dev/khop/suites/console/desk"
)

func TestBrowser(t *testing.T) {
	browser := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"first steps":     testFirstSteps,
		"live":            testLive,
		"retries":         testRetries,
		"reading":         testReading,
		"filter":          testFilter,
		"form":            testForm,
		"query":           testQueryForm,
		"scenario":        testScenario,
		"check":           testCheck,
		"accesstrade":     testAccesstrade,
		"door":            testDoor,
		"without scripts": testWithoutScripts,
		"attacks":         testAttacks,
		"keyboard":        testKeyboard,
		"looks":           testLooks,
		"new app":         testNewApp,
		"refused form":    testRefusedForm,
		"written payload": testWrittenPayload,
		"times":           testTimes,
		"paused":          testPaused,
		"room":            testRoom,
	} {
		t.Run(name, func(t *testing.T) { test(t, browser) })
	}
}

func testFirstSteps(t *testing.T, browser context.Context) {
	o := open(t)
	o.deliver()
	p := o.look(browser)
	p.open("/")
	p.reads("Start with an app")
	p.write("provider", "superai")
	p.write("target", o.receiver().URL+"/hook")
	p.Do(chromedp.Click(`.first button.main`))
	p.reads("These secrets are shown this once")
	secret := o.memory.secretsOf("app_1")[0]
	p.reads(secret)
	p.Do(chromedp.Reload())
	if strings.Contains(eval[string](p, `document.documentElement.outerHTML`), secret) {
		t.Error("the secret is shown again")
	}
	p.Do(chromedp.Click(`a.button.main`))
	p.reads("It fits the documented schema.")
	p.Do(chromedp.Click(`#draft button.main`))
	p.until(`location.pathname === '/events/1'`)
	p.reads("delivered")
	p.reads("HTTP 200")
}

// What happens elsewhere shows without a reload, row by row.
func testLive(t *testing.T, browser context.Context) {
	o := open(t)
	app := o.app("superai", o.receiver().URL)
	o.trigger(app, desk.Draft{Event: "update_status"})
	p := o.look(browser)
	p.open("/events")
	p.until(`document.getElementById('pulse').textContent === 'live'`)
	eval[bool](p, `(window.unloaded = false, document.getElementById('event-1').dataset.mine = 'kept', true)`)
	o.trigger(app, desk.Draft{Event: "update_weight"})
	p.until(`document.querySelector('#rows tr').id === 'event-2'`)
	if !eval[bool](p, `document.getElementById('event-1').dataset.mine === 'kept' && 'unloaded' in window`) {
		t.Error("a row that has not changed was made anew")
	}
	o.deliver()
	p.until(`[...document.querySelectorAll('#rows .state')].every(s => s.innerText.includes('delivered'))`)
	p.open("/")
	p.until(`document.getElementById('pulse').textContent === 'live'`)
	o.trigger(app, desk.Draft{Event: "update_weight"})
	p.until(`document.querySelector('#figures .delivered b').textContent === '3'`)
}

// A target that fails is tried again, and the page counts down to it; a resend by hand
// then gets through.
func testRetries(t *testing.T, browser context.Context) {
	o := open(t)
	target := o.receiver()
	target.status.Store(http.StatusServiceUnavailable)
	app := o.app("abaha", target.URL)
	o.memory.hurry(app.ID, 100) // five minutes are three seconds
	o.trigger(app, desk.Draft{Event: "order"})
	p := o.look(browser)
	p.open("/events/1")
	p.reads("None was made yet.")
	o.deliver()
	p.reads("The provider waits 5 min before it tries again.")
	p.until(`/^in [123]\ss$/.test(document.querySelector('time[data-due]')?.textContent)`)
	p.reads("attempt 3 after 10 min")
	p.until(`document.querySelectorAll('.attempts > li').length === 2`)
	p.until(`document.querySelectorAll('.attempts > li').length === 3`)
	p.reads("given up")
	p.reads("Abaha wants HTTP 200")
	p.until(`!document.querySelector('main').innerText.includes('If the next one fails too')`)
	target.status.Store(http.StatusOK)
	p.Do(chromedp.Click(`#resend`))
	p.reads("Event 1 is sent once more.")
	p.reads("by hand")
	p.until(`document.querySelector('h1').innerText.includes('delivered')`)

	target.status.Store(http.StatusInternalServerError)
	o.memory.hurry(app.ID, 1e6)
	o.trigger(app, desk.Draft{Event: "product", Count: 2})
	p.open("/events")
	p.until(`document.querySelectorAll('#rows tr.failed').length === 2`)
	target.status.Store(http.StatusOK)
	p.Do(chromedp.Click(`#doing button`))
	p.reads("Events that are sent once more: 2.")
	p.until(`document.querySelectorAll('#rows tr.delivered').length === 3`)
}

// New rows do not move what somebody reads: they wait behind a button.
func testReading(t *testing.T, browser context.Context) {
	o := open(t)
	app := o.app("superai", o.receiver().URL)
	o.trigger(app, desk.Draft{Event: "update_status", Count: 40})
	p := o.look(browser)
	p.open("/events")
	p.until(`document.getElementById('pulse').textContent === 'live'`)
	eval[bool](p, `(document.getElementById('event-5').scrollIntoView(), true)`)
	const place = `document.getElementById('event-5').getBoundingClientRect().top`
	before := eval[float64](p, place)
	o.trigger(app, desk.Draft{Event: "update_status", Count: 3})
	p.until(`document.querySelector('.held').textContent === 'Show new events: 3' && !document.querySelector('.held').hidden`)
	o.finish(5, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused"})
	p.until(`document.getElementById('event-5').innerText.includes('given up')`)
	if after := eval[float64](p, place); after < before-1 || after > before+50 { // the button takes its own place once
		t.Errorf("the row that was read moved from %v to %v", before, after)
	}
	eval[bool](p, `(document.querySelector('.held').click(), true)`)
	p.until(`document.querySelector('#rows tr').id === 'event-43' && document.querySelector('.held').hidden`)
}

func testFilter(t *testing.T, browser context.Context) {
	o := open(t)
	a, b := o.app("superai", "http://127.0.0.1:1/"), o.app("abaha", "http://127.0.0.1:1/")
	o.trigger(a, desk.Draft{Event: "update_status", Count: 2})
	o.trigger(b, desk.Draft{Event: "order"})
	o.finish(1, outbox.Failed, outbox.Attempt{Number: 1, Outcome: "refused"})
	p := o.look(browser)
	p.open("/events")
	const shown = `[...document.querySelectorAll('#rows tr')].map(r => r.id).join(' ')`
	p.write("state", "failed")
	p.until(`location.search.includes('state=failed') && ` + shown + ` === 'event-1'`)
	p.write("state", "")
	p.until(shown + ` === 'event-3 event-2 event-1'`)
	p.write("app", b.ID)
	p.until(shown + ` === 'event-3'`)
	p.open("/events")
	call(p, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "/", Text: "/"})
	p.until(`document.activeElement.id === 'q'`)
	p.Do(chromedp.KeyEvent(o.memory.events[1].Object), chromedp.KeyEvent(kb.Enter))
	p.until(shown + ` === 'event-2'`)
	// What does not fit the filter does not show when it comes.
	p.until(`document.getElementById('pulse').textContent === 'live'`)
	o.trigger(a, desk.Draft{Event: "update_status"})
	o.finish(2, outbox.Delivered, outbox.Attempt{Number: 1, Outcome: "accepted"})
	p.until(`document.getElementById('event-2').innerText.includes('delivered')`)
	if got := eval[string](p, shown); got != "event-2" {
		t.Errorf("shown are %q", got)
	}
}

// Form and JSON say the same, and every byte that was not touched stays.
func testForm(t *testing.T, browser context.Context) {
	o := open(t)
	o.app("mobio", "http://127.0.0.1:1/")
	p := o.look(browser)
	p.open("/send")
	body := eval[string](p, `document.getElementById('body').value`)
	p.write("at:/data_event/deal_id", `a "deal"`)
	want := strings.Replace(body, `"deal_id": "`+between(body, `"deal_id": "`, `"`)+`"`, `"deal_id": "a \"deal\""`, 1)
	if got := eval[string](p, `document.getElementById('body').value`); got != want {
		t.Errorf("the JSON became\n%s\nwant\n%s", got, want)
	}
	p.until(`document.getElementById('curl').textContent.includes('"deal_id":"a \\"deal\\""')`)
	p.write("at:/data_event/created_time", "soon")
	p.until(`document.getElementById('problems').innerText.includes('/data_event/created_time')`)
	p.until(`document.getElementById('at:/data_event/created_time').getAttribute('aria-invalid') === 'true'`)
	p.write("at:/data_event/created_time", "1683512345.100000")
	p.reads("It fits the documented schema.")
	p.write("at:/data_event/deal_code", "DC-1") // the sample has none
	p.until(`JSON.parse(document.getElementById('body').value).data_event.deal_code === 'DC-1'`)

	p.write("body", `{"message_id": "m", "data_event": {"created_time": 1.10}}`)
	p.until(`document.getElementById('at:/data_event/created_time').value === '1.10'`)
	p.until(`document.getElementById('problems').innerText.includes('/event_type')`)
	p.write("body", `{"message_id": `)
	p.until(`document.getElementById('fields').classList.contains('stale')`)
	p.write("body", body)
	p.until(`!document.getElementById('fields').classList.contains('stale')`)
	p.Do(chromedp.Click(`#draft button.main`))
	p.until(`location.pathname === '/events/1'`)
	if len(o.memory.events) != 1 {
		t.Errorf("%d events were sent", len(o.memory.events))
	}
}

func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	inside, _, _ := strings.Cut(rest, after)
	return inside
}

func testQueryForm(t *testing.T, browser context.Context) {
	o := open(t)
	o.app("esms", "http://127.0.0.1:1/")
	p := o.look(browser)
	p.open("/send?event=zalo")
	p.write("at:/phonenumber", "+84 90&1")
	p.until(`document.getElementById('body').value.includes('phonenumber=%2B84%2090%261&')`)
	p.until(`document.getElementById('curl').textContent.includes('phonenumber=%2B84%2090%261&')`)
	p.write("body", "SMSID=1&SendStatus=5")
	p.until(`document.getElementById('at:/SendStatus').value === '5' && document.getElementById('problems').innerText.includes('required')`)
}

func testScenario(t *testing.T, browser context.Context) {
	o := open(t)
	o.deliver()
	o.app("superai", o.receiver().URL)
	p := o.look(browser)
	p.open("/scenarios")
	p.write("speed-superai-partial-delivery", "1000000")
	p.Do(chromedp.Click(`#scenario-superai-partial-delivery button`))
	p.reads("The scenario is running.")
	p.until(`document.querySelector('#runs-part').innerText.includes('done')`)
	p.Do(chromedp.Click(`#scenario-superai-partial-delivery button`))
	p.until(`document.querySelector('#runs-part').innerText.includes('next step')`)
	p.Do(chromedp.Click(`#runs-part button`))
	p.until(`document.querySelector('#runs-part').innerText.includes('stopped')`)
}

func testCheck(t *testing.T, browser context.Context) {
	o := open(t)
	target := o.receiver()
	target.status.Store(http.StatusForbidden)
	o.app("superai", target.URL)
	p := o.look(browser)
	p.open("/apps/app_1")
	p.Do(chromedp.Click(`a[href^="/check"].button`))
	p.until(`location.pathname === '/check'`)
	p.Do(chromedp.Click(`main button.main`))
	p.reads("Read the whole report")
	p.reads("FAIL")
	p.Do(chromedp.Click(`a.button.main`))
	p.until(`location.pathname.endsWith('/report') && document.querySelector('h1').innerText.includes('does not conform')`)
	p.until(`getComputedStyle(document.querySelector('.stamp')).color === 'rgb(255, 255, 255)'`) // its style works
	p.until(`!document.querySelector('.filter').hidden`)                                         // and its script
	p.Do(chromedp.Click(`a[href^="/check/"]`))
	p.reads("Read the whole report")
}

func testAccesstrade(t *testing.T, browser context.Context) {
	o := open(t)
	p := o.look(browser)
	p.open("/accesstrade")
	p.until(`document.getElementById('pulse').textContent === 'live'`)
	o.postback("DH-1")
	p.reads("DH-1")
	p.write("fault", "refuse")
	p.Do(chromedp.Click(`form[action="/accesstrade/fault"] button`))
	p.reads(`The fault "refuse" is set`)
	p.reads("postbacks still to come: 1")
	o.postback("DH-2")
	p.reads("No fault is set")
	p.until(`document.querySelector('#calls-part li').innerText.includes('not processed')`)
	eval[bool](p, `(document.querySelector('#call-1 summary').click(), true)`)
	o.postback("DH-3")
	p.until(`document.getElementById('call-3')`)
	if !eval[bool](p, `document.querySelector('#call-1 details').open`) {
		t.Error("a call that was open is closed again")
	}
}

func testWithoutScripts(t *testing.T, browser context.Context) {
	o := open(t)
	o.deliver()
	o.app("superai", o.receiver().URL)
	p := o.look(browser)
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.open("/send?event=update_status")
	if eval[bool](p, `document.getElementById('form').checkVisibility()`) {
		t.Error("a form that cannot work is shown")
	}
	p.point(`button[value=preview]`)
	p.until(`location.pathname + location.search === '/send' && document.getElementById('curl').textContent.includes('Signature')`)
	p.point(`button[value=send]`)
	p.until(`location.pathname === '/events/1'`)
	p.point(`nav a[href="/events"]`)
	p.until(`document.getElementById('event-1')`)
	p.point(`.speak button`)
	p.until(`document.documentElement.lang === 'vi'`)
}

// point clicks where an element is, which needs no scripts in the page.
func (p *tab) point(selector string) {
	p.Helper()
	at := eval[[2]float64](p, `(e => { e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })(document.querySelector('`+selector+`'))`)
	p.Do(chromedp.MouseClickXY(at[0], at[1]))
}

func testAttacks(t *testing.T, browser context.Context) {
	o := open(t)
	target := o.receiver()
	target.answer.Store(`<script>window.ran = true</script><img src=x onerror="window.ran = true">`)
	app := o.app("superai", target.URL)
	o.deliver()
	p := o.look(browser)
	for _, attack := range append(attacks, `{"a":"<img src=x onerror=window.ran=true>"}`) {
		id := o.trigger(app, desk.Draft{Event: "update_status", Body: attack})[0]
		p.open("/events/" + mustText(id))
		p.until(`document.querySelector('.attempts details')`)
		if eval[bool](p, `'ran' in window || document.querySelectorAll('script').length !== 1 || document.querySelectorAll('img, iframe').length > 0`) {
			t.Errorf("%s became markup", attack)
		}
		p.open("/send")
		p.write("body", attack)
		p.until(`document.getElementById('problems').children.length > 0 && document.getElementById('curl').textContent.length > 0`)
		if eval[bool](p, `'ran' in window || document.querySelectorAll('img, iframe').length > 0`) {
			t.Errorf("%s became markup while it was typed", attack)
		}
	}
}

func testKeyboard(t *testing.T, browser context.Context) {
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/")
	p := o.look(browser)
	p.open("/events")
	p.Do(chromedp.KeyEvent(kb.Tab))
	p.until(`document.activeElement.className === 'jump'`)
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.until(`document.activeElement.id === 'main'`)
	p.Do(chromedp.KeyEvent(kb.Tab))
	if got := eval[string](p, `getComputedStyle(document.activeElement).outlineStyle`); got != "solid" {
		t.Errorf("the focus is drawn %q", got)
	}
	eval[bool](p, `(document.activeElement.blur(), true)`)
	p.Do(chromedp.KeyEvent("g"), chromedp.KeyEvent("a"))
	p.until(`location.pathname === '/apps'`)
}
