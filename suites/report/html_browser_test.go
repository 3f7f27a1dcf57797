package report_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/khop-dev/khop/suites/browsertest"
	"github.com/khop-dev/khop/suites/report"
)

// mixed is a report with some of everything, and with long words.
func mixed() *report.Report {
	r := of(
		check("genuine-delivery", "preflight", report.Pass),
		check("large-body", "payload", report.Warn, should, found("413 for đơn hàng", "200", "413 Request Entity Too Large"),
			exchanged(text(strings.Repeat("đơnhàng", 300)), report.Body{Base64: "//79" + strings.Repeat("AAAA", 40), Size: 123})),
		check("missing-header", "signature", report.Fail, found("taken", "a refusal", "200 OK"),
			exchanged(text(`{"id":12345678901234567890,"price":1.10,"list":[],"note":"a\", {b}: c","deep":{"on":[true,null]}}`), text("ok\r\n"))),
		check("empty-header", "signature", report.Pass),
		check("applied-once", "signature", report.NotObservable, found("needs an observer", "", "")),
		retried().Checks[0],
	)
	c := &r.Checks[2]
	c.Exchanges[0].Note = strings.Repeat("v", 300)
	c.Exchanges[0].Request.URL += "?" + strings.Repeat("q", 300)
	c.Exchanges[0].Request.Header = append(c.Exchanges[0].Request.Header, [2]string{"X-" + strings.Repeat("L", 120), strings.Repeat("a", 400)})
	r.Target += "/" + strings.Repeat("t", 200)
	r.Settings = map[string]string{"setting": strings.Repeat("s", 200)}
	r.Selection = []string{"--check " + strings.Repeat("c", 200)}
	return r
}

func TestBrowser(t *testing.T) {
	browser := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"filter":          testFilter,
		"search":          testSearch,
		"hash":            testHash,
		"keyboard":        testKeyboard,
		"copy":            testCopy,
		"copy by hand":    testCopyByHand,
		"indent":          testIndent,
		"colours":         testColours,
		"phone":           testPhone,
		"print":           testPrint,
		"names":           testNames,
		"without scripts": testWithoutScripts,
		"attacks":         testAttacks,
		"policy":          testPolicy,
	} {
		t.Run(name, func(t *testing.T) { test(t, browser) })
	}
}

func testFilter(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "")
	p.wantShown("genuine-delivery", "large-body", "missing-header", "empty-header", "applied-once", "answered-late")
	p.Do(chromedp.Click(`[name=status][value=fail]`))
	p.wantShown("missing-header", "answered-late")
	p.Do(chromedp.Click(`[name=status][value=warn]`))
	p.wantShown("large-body", "missing-header", "answered-late")
	p.choose("area", "signature")
	p.wantShown("missing-header")
	if got := eval[string](p, `location.hash`); got != "#area=signature&status=fail%2Cwarn" {
		t.Errorf("the address keeps %q", got)
	}
	p.Do(chromedp.Click(`#clear`))
	p.choose("level", "SHOULD")
	p.wantShown("large-body")
	p.choose("area", "signature")
	p.wantShown()
	if !eval[bool](p, `document.getElementById('none').checkVisibility()`) {
		t.Error("the page does not say that no check fits")
	}
	if got := eval[int](p, `[...document.querySelectorAll('section.area')].filter(s => s.checkVisibility()).length`); got != 0 {
		t.Errorf("%d areas without checks are shown", got)
	}
	p.Do(chromedp.Click(`.grid a.name[href$=preflight]`))
	p.wantShown("genuine-delivery")

	several := openTab(t, browser, several(), "")
	several.choose("provider", "mobio")
	several.wantShown("refused")
}

// choose picks from a list as a person does.
func (p *tab) choose(id, value string) {
	p.Helper()
	eval[bool](p, `(s => { s.value = '`+value+`'; return s.dispatchEvent(new Event('input', {bubbles: true})) })(document.getElementById('`+id+`'))`)
}

func testSearch(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "")
	call(p, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "/", Text: "/"})
	p.Do(chromedp.KeyEvent("header"))
	p.wantShown("missing-header", "empty-header")
	p.Do(chromedp.KeyEvent(" MISS"))
	p.wantShown("missing-header")
	p.Do(chromedp.KeyEvent(kb.Escape))
	for _, words := range []string{"don hang", "ĐƠN HÀNG", "413 entity"} {
		eval[bool](p, `(q => { q.value = '`+words+`'; return q.dispatchEvent(new Event('input')) })(document.getElementById('q'))`)
		p.wantShown("large-body")
	}
	if got := eval[string](p, `location.hash`); got != "#q=413+entity" {
		t.Errorf("the address keeps %q", got)
	}
}

func testHash(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "#area=signature&level=MUST&status=pass,fail&q=header")
	p.wantShown("missing-header", "empty-header")
	for id, want := range map[string]string{"area": "signature", "level": "MUST", "q": "header"} {
		if got := eval[string](p, `document.getElementById('`+id+`').value`); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	p.open("#area=nonsense&status=nonsense&other=1")
	p.wantShown("genuine-delivery", "large-body", "missing-header", "empty-header", "applied-once", "answered-late")
	p.open("#superai.signature.missing-header")
	if got := p.opened(); !slices.Equal(got, []string{"missing-header"}) {
		t.Errorf("open are %q", got)
	}
	if top := eval[float64](p, `document.querySelector('.check[open] summary').getBoundingClientRect().top - document.querySelector('.filter').getBoundingClientRect().bottom`); top < 0 || top > 300 {
		t.Errorf("the check lies %v px below the filter", top)
	}
}

func (p *tab) opened() []string {
	p.Helper()
	return eval[[]string](p, `[...document.querySelectorAll('.check[open] .body')].map(b => b.id.split('.').at(-1))`)
}

func testKeyboard(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "")
	p.Do(chromedp.Focus(`[data-status=fail] > summary`), chromedp.KeyEvent(kb.Enter))
	if got := p.opened(); !slices.Equal(got, []string{"missing-header"}) {
		t.Errorf("open are %q", got)
	}
	if got := eval[string](p, `getComputedStyle(document.activeElement).outlineStyle`); got != "solid" {
		t.Errorf("the focus is drawn %q", got)
	}
	// Everything can be reached by Tab alone, from the top to the bottom.
	eval[bool](p, `(document.activeElement.blur(), scrollTo(0, 0), true)`)
	p.open("")
	p.Do(chromedp.KeyEvent(kb.Tab))
	if got := eval[string](p, `document.activeElement.className`); got != "jump" {
		t.Errorf("the first stop is %q, not the link to the checks", got)
	}
	p.Do(chromedp.KeyEvent(kb.Enter))
	if got := eval[string](p, `document.activeElement.id`); got != "checks" {
		t.Errorf("the link leads to %q", got)
	}
	p.Do(chromedp.Click(`#open`))
	if got := len(p.opened()); got != 6 {
		t.Errorf("%d checks are open, want all", got)
	}
	p.Do(chromedp.Click(`#close`))
	if got := p.opened(); len(got) != 0 {
		t.Errorf("open are %q", got)
	}
}

func testCopy(t *testing.T, browsers context.Context) {
	p := openTab(t, browsers, mixed(), "#superai.signature.missing-header")
	for _, permission := range []string{"clipboard-read", "clipboard-write"} {
		call(p, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: permission}, Setting: browser.PermissionSettingGranted,
		})
	}
	p.Do(chromedp.Click(`.check[open] .repeat button`))
	if got := eval[string](p, `navigator.clipboard.readText()`); got != mixed().Checks[2].Repeat {
		t.Errorf("copied is %q", got)
	}
	if got := eval[string](p, `document.getElementById('said').textContent`); got != "Copied" {
		t.Errorf("the page says %q", got)
	}
}

func testCopyByHand(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "#superai.signature.missing-header")
	eval[bool](p, `(navigator.clipboard.writeText = () => Promise.reject(), document.execCommand = () => false, true)`)
	p.Do(chromedp.Click(`.check[open] .repeat button`))
	if got := eval[string](p, `getSelection().toString()`); got != mixed().Checks[2].Repeat {
		t.Errorf("selected is %q", got)
	}
	if got := eval[string](p, `document.getElementById('said').textContent`); !strings.HasPrefix(got, "Selected") {
		t.Errorf("the page says %q", got)
	}
}

func testIndent(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "#superai.signature.missing-header")
	const body = `document.querySelector('.check[open] pre.json').textContent`
	raw := eval[string](p, body)
	p.Do(chromedp.Click(`.check[open] .message button`))
	want := "{\n  \"id\": 12345678901234567890,\n  \"price\": 1.10,\n  \"list\": [],\n  \"note\": \"a\\\", {b}: c\",\n" +
		"  \"deep\": {\n    \"on\": [\n      true,\n      null\n    ]\n  }\n}"
	if got := eval[string](p, body); got != want {
		t.Errorf("indented it is\n%s", got)
	}
	p.Do(chromedp.Click(`.check[open] .message button[aria-pressed=true]`))
	if got := eval[string](p, body); got != raw {
		t.Errorf("the body is %q afterwards", got)
	}
}

func testWithoutScripts(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "")
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.open("")
	if eval[bool](p, `document.querySelector('.filter').checkVisibility()`) {
		t.Error("a filter that cannot work is shown")
	}
	p.point(`.broken a[href$=missing-header]`)
	if got := p.opened(); !slices.Equal(got, []string{"missing-header"}) {
		t.Errorf("the link opened %q", got)
	}
	p.point(`.check[open] > summary`)
	if got := p.opened(); len(got) != 0 {
		t.Errorf("open are %q", got)
	}
}

// point clicks where an element is, which needs no scripts in the page.
func (p *tab) point(selector string) {
	p.Helper()
	at := eval[[2]float64](p, `(e => { e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect(); return [r.x + 30, r.y + 10] })(document.querySelector('`+selector+`'))`)
	p.Do(chromedp.MouseClickXY(at[0], at[1]))
}

func testAttacks(t *testing.T, browser context.Context) {
	for _, attack := range attacks {
		r := full()
		poison(reflect.ValueOf(r), attack)
		p := openTab(t, browser, r, "")
		eval[bool](p, `document.querySelectorAll('details').forEach(d => { d.open = true }) === undefined`)
		if got := eval[int](p, `document.querySelectorAll('img, iframe, script').length`); got != 1 {
			t.Errorf("%s: %d elements that load or run something", attack, got)
		}
	}
}

func testPolicy(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "")
	blocked := eval[[]string](p, `new Promise(done => {
		const blocked = [];
		addEventListener('securitypolicyviolation', e => { blocked.push(e.effectiveDirective); if (blocked.length === 4) done(blocked.sort()); });
		fetch('http://127.0.0.1:9/').catch(() => {});
		document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}));
		document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}));
		document.body.setAttribute('style', 'color: red');
	})`)
	if want := []string{"connect-src", "img-src", "script-src-elem", "style-src-attr"}; !slices.Equal(blocked, want) {
		t.Errorf("blocked are %q, want %q", blocked, want)
	}
	if eval[bool](p, `'ran' in window`) {
		t.Error("a script from elsewhere ran")
	}
	if len(p.Forgive()) == 0 { // these were the test's own
		t.Error("this test does not see what the page complains about")
	}
}
