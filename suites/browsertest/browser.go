package browsertest

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// programs are Chromium's names.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

// Start starts Chromium for a test, which is skipped where there is none.
func Start(t testing.TB) context.Context {
	t.Helper()
	options := chromedp.DefaultExecAllocatorOptions[:]
	at := slices.IndexFunc(programs, func(name string) bool {
		path, err := exec.LookPath(name)
		if err == nil {
			options = append(options, chromedp.ExecPath(path))
		}
		return err == nil
	})
	if at < 0 {
		t.Skipf("SKIPPED: none of %s is installed", strings.Join(programs, ", "))
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
