package suites_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"go.uber.org/goleak"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
)

func TestATargetThatGoesAwayEndsTheRun(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]int32{"in the preflight": 2, "in the checks": 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			receiver := genuine(t, "superai")
			server := httptest.NewUnstartedServer(nil)
			server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if requests.Add(1) == after {
					_ = server.Listener.Close()
				}
				receiver.ServeHTTP(w, r)
			})
			server.Start()
			defer server.Close()
			r, err := run(t.Context(), t, against(t, "superai", server.URL+"/hook"))
			g := NewWithT(t)
			g.Expect(err).To(MatchError(suites.ErrUnreachable))
			g.Expect(r.Verdict).To(Equal(report.Broken))
			g.Expect(r.Reason).To(ContainSubstring("the target cannot be reached"))
			g.Expect(r.Counts[report.Fail]+r.Counts[report.Warn]).To(BeZero(), "a target that is gone is blamed for nothing")
			broken := slices.IndexFunc(r.Checks, func(c report.Check) bool { return c.Status == report.Error })
			g.Expect(r.Checks[broken].Message).To(ContainSubstring("connection refused"))
			g.Expect(r.Checks[broken].Exchanges).NotTo(BeEmpty())
			for _, before := range r.Checks[:broken] {
				g.Expect(before.Status).To(Or(Equal(report.Pass), Equal(report.NotObservable)))
			}
			for _, rest := range r.Checks[broken+1:] {
				g.Expect(rest.Status).To(Equal(report.Skip))
				g.Expect(rest.Message).To(Equal("the target is gone"))
			}
		})
	}
}

func TestATargetThatWasNeverThere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	plain := listening(t, func(http.ResponseWriter, *http.Request) {})
	for name, address := range map[string]string{
		"refused":      "http://" + listener.Addr().String(),
		"no such host": "http://khop-no-such-host.invalid/",
		"TLS fault":    "https" + plain[len("http"):],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := run(t.Context(), t, against(t, "mobio", address))
			g := NewWithT(t)
			g.Expect(err).To(MatchError(suites.ErrUnreachable))
			g.Expect(r.Checks[0].Status).To(Equal(report.Error))
			g.Expect(r.Counts[report.Skip]).To(Equal(len(r.Checks) - 1))
		})
	}
}

// hanging takes so many requests as its receiver does, and none after them.
func hanging(t *testing.T, receiver http.Handler, after int32) (address string, requests *atomic.Int32) {
	requests = &atomic.Int32{}
	return listening(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) > after {
			_, _ = io.Copy(io.Discard, r.Body) // only then the server hears the client hang up
			<-r.Context().Done()
			return
		}
		receiver.ServeHTTP(w, r)
	}), requests
}

func TestATargetThatHangsHalfWayIsNotWaitedForForever(t *testing.T) {
	t.Parallel()
	const healthy = 3 // the preflight
	address, requests := hanging(t, genuine(t, "superai"), healthy)
	r, err := run(t.Context(), t, against(t, "superai", address, within(time.Second),
		only("superai.payload.documented-events", "superai.payload.status-codes", "superai.signature.genuine")))
	g := NewWithT(t)
	g.Expect(err).To(MatchError(suites.ErrUnreachable))
	g.Expect(r.Verdict).To(Equal(report.Broken))
	events, codes := find(t, r, "superai.payload.documented-events"), find(t, r, "superai.payload.status-codes")
	g.Expect(events.Status).To(Equal(report.Error))
	g.Expect(events.Message).To(ContainSubstring("no longer answers anything"))
	g.Expect(codes.Status).To(Equal(report.Skip), "nothing more can be found out")
	g.Expect(requests.Load()).To(BeNumerically("<", 20))
}

func TestAnInterruptedRunReportsWhatItHas(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var requests atomic.Int32
	receiver := genuine(t, "superai")
	address := listening(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == 10 {
			interrupt()
		}
		receiver.ServeHTTP(w, r)
	})
	r, err := run(ctx, t, against(t, "superai", address))
	g := NewWithT(t)
	g.Expect(err).To(MatchError(suites.ErrInterrupted))
	g.Expect(r.Verdict).To(Equal(report.Broken))
	g.Expect(r.Reason).To(Equal("interrupted"))
	g.Expect(r.Checks[0].Status).To(Equal(report.Pass))
	g.Expect(r.Counts[report.Error]).To(BeZero(), "an interrupt is nobody's fault")
	g.Expect(r.Counts[report.Fail]).To(BeZero())
	g.Expect(r.Checks[len(r.Checks)-1].Message).To(Equal("the run was interrupted"))
}

// A schedule whose first attempt was never made has no answer to judge.
func TestARunThatIsInterruptedBeforeASchedule(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"mobio.retry.refused-connection", "mobio.retry.flapping", "mobio.retry.interleaved"} {
		ctx, interrupt := context.WithCancel(t.Context())
		afterThePreflight := func(c *suites.Config) { c.Watch = func(report.Check) { interrupt() } }
		r, err := run(ctx, t, against(t, "mobio", listening(t, genuine(t, "mobio").ServeHTTP), only(id), afterThePreflight))
		g := NewWithT(t)
		g.Expect(err).To(MatchError(suites.ErrInterrupted))
		g.Expect(find(t, r, id).Message).To(Equal("the run was interrupted"))
	}
}

func TestARunThatIsInterruptedBeforeItBegins(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var requests atomic.Int32
	address := listening(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	_, err := run(ctx, t, against(t, "mobio", address))
	g := NewWithT(t)
	g.Expect(err).To(MatchError(suites.ErrInterrupted))
	g.Expect(requests.Load()).To(BeZero())
}

func TestAnUnknownCheckIsRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	address := listening(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	for id, want := range map[string]string{
		"superai.signature.mising-header": `did you mean "superai.signature.missing-header"?`,
		"qwertyuiop":                      "`khop list checks` shows them all",
		"":                                "`khop list checks` shows them all",
		"mobio.transport.liveness":        "is not one of SuperAI",
	} {
		r, err := suites.RunPlain(t.Context(), against(t, "superai", address, only(id)))
		g := NewWithT(t)
		g.Expect(r).To(BeNil())
		g.Expect(err).To(MatchError(ContainSubstring(want)))
	}
	NewWithT(t).Expect(requests.Load()).To(BeZero())
}

func TestOnlyTheChosenChecksRunAfterThePreflight(t *testing.T) {
	t.Parallel()
	var watched []string
	r, err := run(t.Context(), t, against(t, "mobio", listening(t, genuine(t, "mobio").ServeHTTP),
		only("mobio.signature.wrong-key", "mobio.transport.liveness"),
		func(c *suites.Config) { c.Watch = func(check report.Check) { watched = append(watched, check.ID) } }))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict).To(Equal(report.Passed))
	g.Expect(watched).To(Equal([]string{"mobio.preflight.genuine-delivery", "mobio.signature.wrong-key", "mobio.transport.liveness"}))
}

func TestARunLeavesNothingRunning(t *testing.T) { // not parallel: it counts goroutines
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	server := httptest.NewServer(genuine(t, "superai"))
	defer server.Close()
	_, err := run(t.Context(), t, against(t, "superai", server.URL, only("superai.transport.burst", "superai.transport.keep-alive", "superai.retry.cut-off", "superai.retry.answer-lost")))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
}
