package report_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/khop-dev/khop/suites/browsertest"
	"github.com/khop-dev/khop/suites/report"
)

func testColours(t *testing.T, browser context.Context) {
	r := full()
	for _, status := range report.Statuses {
		r.Checks = append(r.Checks, check("of-"+string(status), "payload", status, found("m", "200 a", "409 a"), exchanged(text("\t{}"), text("ok"))))
	}
	r.Runs = nil
	p := openTab(t, browser, r, "")
	p.Do(chromedp.Click(`#open`))
	grounds := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		p.Look("screen", scheme, 1200)
		grounds[eval[string](p, `getComputedStyle(document.body).backgroundColor`)] = true
		if weak := eval[[]string](p, browsertest.Contrasts); len(weak) > 0 {
			t.Errorf("%s: too weak are %q", scheme, weak)
		}
	}
	if len(grounds) != 2 {
		t.Errorf("light and dark have the same ground: %v", grounds)
	}
	p.Look("print", "dark", 800)
	if got := eval[string](p, `getComputedStyle(document.body).backgroundColor`); got != "rgb(255, 255, 255)" {
		t.Errorf("paper is %s", got)
	}
}

func testPhone(t *testing.T, browser context.Context) {
	for name, r := range map[string]*report.Report{"mixed": mixed(), "several": several(), "full": full()} {
		p := openTab(t, browser, r, "")
		p.Look("screen", "light", 380)
		eval[bool](p, `document.querySelectorAll('details').forEach(d => { d.open = true }) === undefined`)
		if got := eval[int](p, `document.scrollingElement.scrollWidth - innerWidth`); got > 0 {
			t.Errorf("%s: the page is %d px wider than the phone", name, got)
		}
		small := eval[[]string](p, `[...document.querySelectorAll('button, select, input, summary')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))`)
		if len(small) > 0 {
			t.Errorf("%s: too small to touch are %q", name, small)
		}
	}
}

func testPrint(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "")
	p.Look("print", "light", 800)
	visible := eval[[]string](p, `[...document.querySelectorAll('.check .body')].filter(b => b.getBoundingClientRect().height > 0 && b.checkVisibility({contentVisibilityAuto: true})).map(b => b.id.split('.').at(-1))`)
	if want := []string{"large-body", "missing-header", "answered-late"}; !slices.Equal(visible, want) {
		t.Errorf("open on paper are %q, want %q", visible, want)
	}
	if got := eval[int](p, `[...document.querySelectorAll('.filter, button')].filter(e => e.checkVisibility()).length`); got != 0 {
		t.Errorf("%d things to press are on the paper", got)
	}
	if got := eval[[]string](p, `(dispatchEvent(new Event('beforeprint')), [...document.querySelectorAll('.check[open] .body')].map(b => b.id.split('.').at(-1)))`); len(got) != 3 {
		t.Errorf("opened for older browsers are %q", got)
	}
	eval[bool](p, `dispatchEvent(new Event('afterprint'))`)
	if got := p.opened(); len(got) != 0 {
		t.Errorf("still open after printing are %q", got)
	}
}

func testNames(t *testing.T, browser context.Context) {
	p := openTab(t, browser, mixed(), "")
	p.Do(chromedp.Click(`#open`))
	call(p, accessibility.Enable, cdp.Empty{})
	pressable := []string{"button", "link", "searchbox", "textbox", "checkbox", "combobox", "DisclosureTriangle", "region", "group", "image"}
	seen := map[string]int{}
	for _, node := range call(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		role := said(node.Role)
		seen[role]++
		if !node.Ignored && slices.Contains(pressable, role) && said(node.Name) == "" && role != "group" {
			t.Errorf("a %s has no name", role)
		}
	}
	for role, least := range map[string]int{
		"banner": 1, "main": 1, "contentinfo": 1, "search": 1, "searchbox": 1, "checkbox": 4, "combobox": 2,
		"button": 5, "DisclosureTriangle": 6, "heading": 20, "table": 1, "status": 2, "link": 20,
	} {
		if seen[role] < least {
			t.Errorf("%d of role %s, want %d: %v", seen[role], role, least, seen)
		}
	}
}

// said is the text of a value in the accessibility tree.
func said(value *accessibility.Value) string {
	if value == nil {
		return ""
	}
	return strings.Trim(string(value.Value), `"`)
}
