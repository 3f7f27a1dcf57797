package report_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/khop-dev/khop/suites/browsertest"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// tab is a report in the browser, opened from a file as a person would.
type tab struct {
	*testing.T
	*browsertest.Tab
	file string
}

// openTab opens a report in a tab of its own.
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
	p.Tab = browsertest.Open(t, browser, func(url string) bool { return url == "file://"+p.file })
	p.open(hash)
	return p
}

// open goes to a place of the page.
func (p *tab) open(hash string) {
	p.Helper()
	p.Do(chromedp.Navigate("about:blank"), chromedp.Navigate("file://"+p.file+hash))
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
