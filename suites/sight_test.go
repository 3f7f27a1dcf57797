package suites_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// inbox stores what a reference receiver takes, and applies it a while after its answer.
type inbox struct {
	http.Handler
	after time.Duration
	uses  func(payload map[string]any) bool // what of it is applied; nil: everything

	mu      sync.Mutex
	applied map[string]bool
}

func newInbox(t *testing.T, after time.Duration) *inbox {
	return &inbox{Handler: genuine(t, "superai"), after: after, applied: map[string]bool{}}
}

func (i *inbox) serve(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		i.ServeHTTP(answer, r)
		if answer.Code == http.StatusOK {
			if payload := members(t, string(body)); i.uses == nil || i.uses(payload) {
				time.AfterFunc(i.after, func() { i.apply(payload["code"].(string)) })
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}
}

func (i *inbox) apply(code string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.applied[code] = true
}

func (i *inbox) count(_ context.Context, key string) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.applied[key] {
		return 1, nil
	}
	return 0, nil
}

// seenBy observes, and waits for an event for that long.
func seenBy(i *inbox, within time.Duration) func(*suites.Config) {
	return func(c *suites.Config) { c.Observer = &target.Observer{Func: i.count, Within: within} }
}

var effects = only("superai.retry.applied-once", "superai.transport.burst-applied", "superai.signature.refused-not-applied")

// Nobody prescribes when an event is applied.
func TestAWorkerBehindTheAnswerIsWaitedFor(t *testing.T) {
	t.Parallel()
	i := newInbox(t, 400*time.Millisecond)
	r, err := run(t.Context(), t, against(t, "superai", listening(t, i.serve(t)), effects, seenBy(i, 8*time.Second)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Counts).To(And(HaveKeyWithValue(report.Fail, 0), HaveKeyWithValue(report.NotObservable, 0)))
}

func TestAnEventThatNeverComesIsSaidToHaveBeenWaitedFor(t *testing.T) {
	t.Parallel()
	i := newInbox(t, time.Hour)
	r, _ := run(t.Context(), t, against(t, "superai", listening(t, i.serve(t)), effects, seenBy(i, 150*time.Millisecond)))
	once := find(t, r, "superai.retry.applied-once")
	g := NewWithT(t)
	g.Expect(once.Status).To(Equal(report.Fail))
	g.Expect(once.Message).To(And(ContainSubstring("applied not at all within 150ms; wanted: once"), ContainSubstring("sent alone, is not applied either")))
}

// A shop that only wants to know the state of its parcels has no use for their weight.
func TestAKindThatIsNeverAppliedIsNoLoss(t *testing.T) {
	t.Parallel()
	for _, used := range []string{"update_status", "update_weight"} {
		i := newInbox(t, 0)
		i.uses = func(payload map[string]any) bool { return payload["type"] == used }
		r, err := run(t.Context(), t, against(t, "superai", listening(t, i.serve(t)), effects, seenBy(i, 300*time.Millisecond)))
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Counts).To(And(HaveKeyWithValue(report.Fail, 0), HaveKeyWithValue(report.Pass, 4)), used)
	}
}

// A limit on requests a second is no fault: khop sends more of them than any provider.
func TestATargetThatAsksForAPauseGetsOne(t *testing.T) {
	t.Parallel()
	receiver := genuine(t, "superai")
	var mu sync.Mutex
	spent := 0
	address := listening(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		spent++
		limited := spent%25 == 0
		mu.Unlock()
		if limited {
			w.Header().Set("Retry-After", "0")
			http.Error(w, "slower", http.StatusTooManyRequests)
			return
		}
		receiver.ServeHTTP(w, r)
	})
	r, err := run(t.Context(), t, against(t, "superai", address, only("superai.payload.vietnamese-text", "superai.payload.generated", "superai.signature.wrong-key")))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict).To(Equal(report.Passed))
	g.Expect(spent).To(BeNumerically(">", 50))
}

// A target that broke before is not at odds with what a check varies.
func TestAFailureSaysThatPlainEventsAreRefusedAsWell(t *testing.T) {
	t.Parallel()
	receiver := genuine(t, "superai")
	var mu sync.Mutex
	came := 0
	address := listening(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if came++; came > 30 {
			http.Error(w, "the transaction is aborted", http.StatusInternalServerError)
			return
		}
		receiver.ServeHTTP(w, r)
	})
	r, err := run(t.Context(), t, against(t, "superai", address, only(generated)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	check := find(t, r, generated)
	g.Expect(check.Status).To(Equal(report.Fail))
	g.Expect(check.Message).To(ContainSubstring("By now a plain update_status is refused as well: 500 Internal Server Error"))
}

// A delivery that ends the target's process is told by the check that sent it, where
// somebody starts the process again.
func TestATargetThatIsStartedAgainIsJudgedToTheEnd(t *testing.T) {
	t.Parallel()
	receiver := genuine(t, "superai")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	restarts := make(chan struct{}, 100)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Signature") == "" {
			restarts <- struct{}{}
			panic(http.ErrAbortHandler)
		}
		receiver.ServeHTTP(w, r)
	})
	go func() {
		for {
			server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}
			go func() { _ = server.Serve(listener) }()
			select {
			case <-t.Context().Done():
				_ = server.Close()
				return
			case <-restarts:
			}
			_ = server.Close()
			<-time.After(time.Second) // the supervisor takes its time
			if listener, err = net.Listen("tcp", address); err != nil {
				return
			}
		}
	}()
	r, ending := run(t.Context(), t, against(t, "superai", "http://"+address+"/", only("superai.signature.missing-header", "superai.payload.vietnamese-text")))
	g := NewWithT(t)
	g.Expect(ending).NotTo(HaveOccurred())
	check := find(t, r, "superai.signature.missing-header")
	g.Expect(check.Status).To(Equal(report.Fail))
	g.Expect(check.Message).To(ContainSubstring("was started again, and went away again"))
	g.Expect(find(t, r, "superai.payload.vietnamese-text").Status).To(Equal(report.Pass))
	g.Expect(r.Verdict).To(Equal(report.Failed))
}
