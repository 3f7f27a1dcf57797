package pages_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
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

// startBrowser starts Chromium for a test, which is skipped where there is none.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	options := chromedp.DefaultExecAllocatorOptions[:]
	at := slices.IndexFunc([]string{"chromium", "chromium-browser", "google-chrome"}, func(name string) bool {
		path, err := exec.LookPath(name)
		if err == nil {
			options = append(options, chromedp.ExecPath(path))
		}
		return err == nil
	})
	if at < 0 {
		t.Skip("SKIPPED: no chromium, chromium-browser or google-chrome is installed")
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("starting the browser: ", err)
	}
	return ctx
}

// tab is an office as a person sees it.
type tab struct {
	*office
	ctx context.Context

	mu       sync.Mutex
	requests []string // what was asked of elsewhere
	errors   []string // what the pages complained about
}

// look opens an office in a tab, and watches that nothing leaves it and that nothing
// goes wrong in it.
func (o *office) look(browser context.Context) *tab {
	o.Helper()
	p := &tab{office: o}
	ctx, cancel := context.WithTimeout(browser, 2*time.Minute)
	o.Cleanup(cancel)
	p.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithListener(p.watch), chromedp.WithNewBrowserContext())
	o.Cleanup(cancel)
	call(p, network.Enable, network.EnableParams{})
	call(p, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": "en"}})
	call(p, log.Enable, cdp.Empty{})
	p.screen("light", 1200)
	o.Cleanup(p.wantQuiet)
	return p
}

func (p *tab) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, p.server.URL+"/") && !strings.HasPrefix(url, "data:") && url != "about:blank" {
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

func (p *tab) wantQuiet() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) > 0 {
		p.Errorf("the pages asked for %q", p.requests)
	}
	if len(p.errors) > 0 {
		p.Errorf("the pages complained: %q", p.errors)
	}
}

// call runs one command of the browser's protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) R {
	p.Helper()
	result, err := chromedp.Call(p.ctx, command, params)
	if err != nil {
		p.Fatal(err)
	}
	return result
}

// screen sets the colour scheme and the width. Motion is reduced, so that nothing is
// on its way while a test looks.
func (p *tab) screen(scheme string, width int64) {
	p.Helper()
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: 800, DeviceScaleFactor: 1, Mobile: width < 600,
	})
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "screen", Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

func (p *tab) open(path string) {
	p.Helper()
	p.do(chromedp.Navigate(p.server.URL + path))
}

// eval runs an expression in the page; a promise is waited for.
func eval[T any](p *tab, expression string) T {
	p.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits for an expression to become true, also across pages.
func (p *tab) until(expression string) {
	p.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		holds, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && holds {
			return
		}
		select {
		case <-p.ctx.Done():
			p.Fatal(p.ctx.Err())
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
