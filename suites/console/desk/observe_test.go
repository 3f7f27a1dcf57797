package desk_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/report"
)

func TestAnObserverLetsSideEffectsBeJudged(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	a, _ := app(t, d)
	var asked atomic.Int64
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		fmt.Fprint(w, `{"applied": 1}`)
	}))
	t.Cleanup(behind.Close)
	run, err := d.StartObservedCheck(t.Context(), a.ID, desk.Observer{URL: behind.URL + "/orders/{key}", Path: ".applied"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Eventually(func() bool { over, _ := d.CheckRun(run.ID); return over.Finished }, time.Minute, 50*time.Millisecond).Should(BeTrue())
	g.Expect(asked.Load()).NotTo(BeZero())
	over, _ := d.CheckRun(run.ID)
	for _, check := range over.Report.With(report.NotObservable) {
		g.Expect(check.Message).NotTo(ContainSubstring("side effects cannot be seen"), check.ID)
	}
}

func TestAnObserverIsNoCommandAndKeepsToWhereItMayAsk(t *testing.T) {
	d := set(t)
	a, _ := app(t, d)
	d.Allow = func(to *url.URL) error {
		if to.Hostname() == "169.254.169.254" {
			return errors.New("not there")
		}
		return nil
	}
	for address, want := range map[string]string{
		"cat /etc/passwd {key}":        "http",
		"http://127.0.0.1:1/orders":    "no {key}",
		"http://{key}.example.vn/":     "in host name",
		"http://169.254.169.254/{key}": "not there",
	} {
		if _, err := d.StartObservedCheck(t.Context(), a.ID, desk.Observer{URL: address}); err == nil || !errors.Is(err, desk.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
	if len(d.CheckRuns()) > 0 {
		t.Error("something is verified nevertheless")
	}
}
