package pages_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/khop-dev/khop/suites/browsertest"
)

// tab is an office as a person sees it.
type tab struct {
	*office
	*browsertest.Tab
}

// look opens an office in a tab of its own.
func (o *office) look(browser context.Context) *tab {
	o.Helper()
	own := func(url string) bool { return strings.HasPrefix(url, o.server.URL+"/") }
	return &tab{o, browsertest.Open(o.T, browser, own, chromedp.WithNewBrowserContext())}
}

// screen sets the colour scheme and the width.
func (p *tab) screen(scheme string, width int64) {
	p.Helper()
	p.Look("screen", scheme, width)
}

func (p *tab) open(path string) {
	p.Helper()
	p.Do(chromedp.Navigate(p.server.URL + path))
}

// call runs one command of the browser's protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) R {
	p.Helper()
	return browsertest.Call(p.Tab, command, params)
}

// eval runs an expression in the page; a promise is waited for.
func eval[T any](p *tab, expression string) T {
	p.Helper()
	return browsertest.Eval[T](p.Tab, expression)
}

// until waits for an expression to become true, also across pages.
func (p *tab) until(expression string) {
	p.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		holds, err := chromedp.Run(p.Ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && holds {
			return
		}
		select {
		case <-p.Ctx.Done():
			p.Fatal(p.Ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
	p.Fatalf("never came: %s\n%s", expression, eval[string](p, `location.pathname + '\n' + document.querySelector('main').innerText`))
}

// reads waits until the page shows a text.
func (p *tab) reads(text string) {
	p.Helper()
	p.until(fmt.Sprintf(`document.querySelector('main')?.innerText.replaceAll('\u00a0', ' ').includes(%q)`, text))
}

// write types into a field as a person does.
func (p *tab) write(id, text string) {
	p.Helper()
	eval[bool](p, fmt.Sprintf(`(f => { f.value = %q; f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true})); return true; })(document.getElementById(%q))`, text, id))
}
