package report_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
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

// tab is a page in the browser, opened from a file as a person would.
type tab struct {
	*testing.T
	ctx  context.Context
	file string

	mu       sync.Mutex
	requests []string // what it asked the network for, beside itself
	errors   []string // what it complained about
}

// openTab opens a report in a tab of its own, and watches that nothing leaves the
// page and that nothing goes wrong in it.
func openTab(t *testing.T, browser context.Context, r *report.Report, hash string) *tab {
	t.Helper()
	p := &tab{T: t, file: filepath.Join(t.TempDir(), "report.html")}
	var out bytes.Buffer
	if err := report.WriteHTML(&out, r, lang.English); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(browser, time.Minute)
	t.Cleanup(cancel)
	p.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithListener(p.watch))
	t.Cleanup(cancel)
	call(p, network.Enable, network.EnableParams{})
	call(p, log.Enable, cdp.Empty{})
	p.look("screen", "light", 1200)
	p.open(hash)
	t.Cleanup(p.wantQuiet)
	return p
}

func (p *tab) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; url != "file://"+p.file && url[:5] != "data:" {
			p.requests = append(p.requests, url)
		}
	case *runtime.EventExceptionThrown:
		p.errors = append(p.errors, fmt.Sprint(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		p.errors = append(p.errors, "console."+string(e.Type))
	case *log.EventEntryAdded:
		p.errors = append(p.errors, e.Entry.Text)
	}
}

func (p *tab) wantQuiet() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) > 0 {
		p.Errorf("the page asked for %q", p.requests)
	}
	if len(p.errors) > 0 {
		p.Errorf("the page complained: %q", p.errors)
	}
}

// open goes to a place of the page.
func (p *tab) open(hash string) {
	p.Helper()
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate("file://"+p.file+hash))
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

// look sets the medium, the colour scheme and the width; motion is reduced, so that
// nothing is on its way while a test looks.
func (p *tab) look(medium, scheme string, width int64) {
	p.Helper()
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: 800, DeviceScaleFactor: 1, Mobile: width < 600,
	})
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
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

// shown are the checks that the filter lets through.
func (p *tab) shown() []string {
	p.Helper()
	return eval[[]string](p, `[...document.querySelectorAll('.check')].filter(c => c.checkVisibility()).map(c => c.querySelector('.body').id.split('.').at(-1))`)
}

func (p *tab) wantShown(want ...string) {
	p.Helper()
	eval[bool](p, `new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true))))`) // a new address is told later
	if got := p.shown(); !slices.Equal(got, want) {
		p.Errorf("shown are %q, want %q", got, want)
	}
	count := fmt.Sprintf("Shown: %d of %d", len(want), len(eval[[]int](p, `[...document.querySelectorAll('.check')].map(() => 1)`)))
	if got := eval[string](p, `document.getElementById('count').textContent`); got != count {
		p.Errorf("the page says %q, want %q", got, count)
	}
}
