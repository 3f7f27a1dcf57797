package browsertest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Tab is a tab of the browser, for as long as a test takes.
type Tab struct {
	Ctx context.Context
	t   testing.TB
	own func(url string) bool

	mu       sync.Mutex
	requests []string // what was asked of elsewhere
	errors   []string // what the pages complained about
}

// lifetime is how long a tab lives at most.
const lifetime = 2 * time.Minute

// Open opens a tab; chromedp.WithNewBrowserContext keeps its cookies apart from those of
// others. When the test is over it fails where a page has asked for what is not its own,
// or has complained.
func Open(t testing.TB, browser context.Context, own func(url string) bool, options ...chromedp.ContextOption) *Tab {
	t.Helper()
	p := &Tab{t: t, own: own}
	ctx, cancel := context.WithTimeout(browser, lifetime)
	t.Cleanup(cancel)
	p.Ctx, cancel = chromedp.NewContext(ctx, append(options, chromedp.WithListener(p.watch))...)
	t.Cleanup(cancel)
	Call(p, network.Enable, network.EnableParams{})
	Call(p, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": "en"}})
	Call(p, log.Enable, cdp.Empty{})
	p.Look("screen", "light", 1200)
	t.Cleanup(p.wantQuiet)
	return p
}

func (p *Tab) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !p.own(url) && !strings.HasPrefix(url, "data:") && url != "about:blank" {
			p.requests = append(p.requests, url)
		}
	case *runtime.EventExceptionThrown:
		p.errors = append(p.errors, fmt.Sprint(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		p.errors = append(p.errors, "console."+string(e.Type))
	case *log.EventEntryAdded:
		p.errors = append(p.errors, e.Entry.Text+" "+e.Entry.URL)
	}
}

func (p *Tab) wantQuiet() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) > 0 {
		p.t.Errorf("the page asked for %q", p.requests)
	}
	if len(p.errors) > 0 {
		p.t.Errorf("the page complained: %q", p.errors)
	}
}

// Forgive is what pages have complained about so far; that and what they have asked for
// does not count any more.
func (p *Tab) Forgive() (complaints []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	complaints = p.errors
	p.errors, p.requests = nil, nil
	return complaints
}

// Look sets the medium, the colour scheme and the width, in pixels. Motion is reduced, so
// that nothing is on its way while a test looks.
func (p *Tab) Look(medium, scheme string, width int64) {
	p.t.Helper()
	Call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: 800, DeviceScaleFactor: 1, Mobile: width < 600,
	})
	Call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// Do takes steps, one after the other.
func (p *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.Ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// Call runs one command of the browser's protocol.
func Call[P, R any](p *Tab, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	result, err := chromedp.Call(p.Ctx, command, params)
	if err != nil {
		p.t.Fatal(err)
	}
	return result
}

// Eval runs an expression in the page; a promise is waited for.
func Eval[T any](p *Tab, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.Ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}
