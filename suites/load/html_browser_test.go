package load_test

import (
	"context"
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
	"github.com/chromedp/chromedp"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/load"
)

// startBrowser starts Chromium for a test, which is skipped where there is none.
func startBrowser(t *testing.T, listen func(any)) context.Context {
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
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithListener(listen))
	t.Cleanup(cancel)
	return ctx
}

// In a browser the page asks the network for nothing, breaks none of its own policy, is
// no wider than a phone, and has a light and a dark side.
func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var trouble []string
	files := map[string]string{}
	for name, language := range map[string]lang.Language{"exceeded": lang.English, "kept": lang.Vietnamese, "unanswered": lang.English} {
		files[name] = filepath.Join(t.TempDir(), name+".html")
		if err := os.WriteFile(files[name], []byte(rendered(t, load.WriteHTML, samples[name], language)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files["hostile"] = filepath.Join(t.TempDir(), "hostile.html")
	if err := os.WriteFile(files["hostile"], []byte(rendered(t, load.WriteHTML, poisoned(), lang.English)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := startBrowser(t, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if address := e.Request.URL; address[:5] != "file:" && address[:5] != "data:" && address != "about:blank" {
				trouble = append(trouble, "asked for "+address)
			}
		case *log.EventEntryAdded:
			trouble = append(trouble, e.Entry.Text)
		}
	})
	do(t, ctx, network.Enable, network.EnableParams{})
	do(t, ctx, log.Enable, cdp.Empty{})
	for name, file := range files {
		grounds := map[string]bool{}
		for _, scheme := range []string{"light", "dark"} {
			do(t, ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 380, Height: 800, DeviceScaleFactor: 1, Mobile: true})
			do(t, ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
				t.Fatal(err)
			}
			if wider := eval[int](t, ctx, `document.scrollingElement.scrollWidth - innerWidth`); wider > 0 {
				t.Errorf("%s: the page is %d px wider than the phone", name, wider)
			}
			grounds[eval[string](t, ctx, `getComputedStyle(document.body).backgroundColor`)] = true
		}
		if len(grounds) != 2 {
			t.Errorf("%s: light and dark have the same ground: %v", name, grounds)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(trouble) > 0 {
		t.Errorf("the page complained, or asked for something: %q", trouble)
	}
}

func do[P, R any](t *testing.T, ctx context.Context, command cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		t.Fatal(err)
	}
}

// eval runs an expression in the page.
func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return value
}
