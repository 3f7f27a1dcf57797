package metrics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/metrics"
)

// store is a backend that has one app and takes everything.
type store struct {
	outbox.Backend
	broken error
	asked  int // how often for the app
}

func (s *store) App(_ context.Context, id string) (outbox.App, error) {
	s.asked++
	if id != "app_1" {
		return outbox.App{}, outbox.ErrUnknown
	}
	return outbox.App{ID: id, Provider: "superai"}, nil
}

func (s *store) DropApp(context.Context, string) error { return nil }

func (s *store) Accept(_ context.Context, events []outbox.Event) ([]int64, error) {
	return make([]int64, len(events)), s.broken
}

func (s *store) Stats(context.Context) (outbox.Stats, error) {
	return outbox.Stats{ByState: map[outbox.State]int{outbox.Due: 7, outbox.Failed: 2}, Oldest: time.Now().Add(-time.Minute)}, s.broken
}

func (s *store) Healthy(context.Context) error { return s.broken }

// scrape is what Prometheus sees.
func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func expect(t *testing.T, figures string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(figures, "\n"+line) {
			t.Errorf("no %q in\n%s", line, figures)
		}
	}
}

func TestAcceptedEventsAreCounted(t *testing.T) {
	backend := &store{}
	m := metrics.New(backend)
	counted := m.Backend()
	for range 3 {
		if _, err := counted.Accept(t.Context(), []outbox.Event{{App: "app_1"}, {App: "app_1"}}); err != nil {
			t.Fatal(err)
		}
	}
	if backend.asked != 1 {
		t.Errorf("the app's provider was asked for %d times", backend.asked)
	}
	_, _ = counted.Accept(t.Context(), []outbox.Event{{App: "gone"}})
	backend.broken = errors.New("disk full")
	if _, err := counted.Accept(t.Context(), []outbox.Event{{App: "app_1"}}); !errors.Is(err, backend.broken) {
		t.Errorf("said %v", err)
	}
	backend.broken = nil
	expect(t, scrape(t, m), `khop_events_accepted_total{provider="superai"} 6`, `khop_events_accepted_total{provider="unknown"} 1`)

	if err := counted.DropApp(t.Context(), "app_1"); err != nil {
		t.Fatal(err)
	}
	_, _ = counted.Accept(t.Context(), []outbox.Event{{App: "app_1"}})
	if backend.asked != 3 { // once for the one that is gone
		t.Errorf("a dropped app is remembered: asked %d times", backend.asked)
	}
}

func TestAttemptsAreCounted(t *testing.T) {
	m := metrics.New(&store{})
	results := []outbox.Result{
		{State: outbox.Due, Attempt: outbox.Attempt{Outcome: "refused", Took: 3 * time.Millisecond}},
		{State: outbox.Failed, Attempt: outbox.Attempt{Outcome: "timed-out", Took: 5 * time.Second}},
		{State: outbox.Delivered, Attempt: outbox.Attempt{Outcome: "accepted", Took: time.Millisecond}},
	}
	event := outbox.Event{Created: time.Now().Add(-10 * time.Minute)}
	for _, result := range results {
		deliver := m.Deliver(func(context.Context, outbox.App, outbox.Event) (outbox.Result, error) { return result, nil })
		if got, err := deliver(t.Context(), outbox.App{Provider: "esms"}, event); err != nil || got.State != result.State {
			t.Errorf("the result became %v, %v", got, err)
		}
	}
	interrupted := m.Deliver(func(context.Context, outbox.App, outbox.Event) (outbox.Result, error) {
		return outbox.Result{}, outbox.ErrInterrupted
	})
	if _, err := interrupted(t.Context(), outbox.App{Provider: "esms"}, event); !errors.Is(err, outbox.ErrInterrupted) {
		t.Errorf("the error became %v", err)
	}
	expect(t, scrape(t, m),
		`khop_attempts_total{outcome="accepted",provider="esms"} 1`, `khop_attempts_total{outcome="refused",provider="esms"} 1`,
		`khop_attempts_total{outcome="timed-out",provider="esms"} 1`,
		`khop_events_delivered_total{provider="esms"} 1`, `khop_events_failed_total{provider="esms"} 1`,
		`khop_delivery_seconds_bucket{provider="esms",le="300"} 0`, `khop_delivery_seconds_bucket{provider="esms",le="1800"} 1`,
		`khop_attempt_seconds_count{provider="esms"} 3`,
	)
}

func TestTheQueueIsShownAsItIsNow(t *testing.T) {
	backend := &store{}
	m := metrics.New(backend)
	figures := scrape(t, m)
	expect(t, figures, "khop_queue_length 7", `khop_events{state="failed"} 2`, `khop_events{state="delivered"} 0`, "khop_store_up 1", "khop_queue_oldest_due_seconds 60.")
	backend.broken = errors.New("locked")
	figures = scrape(t, m)
	expect(t, figures, "khop_store_up 0", "go_goroutines")
	if strings.Contains(figures, "khop_queue_length") {
		t.Error("a length is shown that nobody knows")
	}
}

func TestFiguresAreNamedAsPrometheusLikes(t *testing.T) {
	problems, err := promlint.New(strings.NewReader(scrape(t, metrics.New(&store{})))).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", err, problems)
	}
}

// served answers a request through the middleware, and returns what got into the log.
func served(t *testing.T, m *metrics.Metrics, r *http.Request) (w *httptest.ResponseRecorder, line map[string]any) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/apps/{app}", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hush")) })
	mux.HandleFunc("POST /api/v1/apps", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.HandleFunc("GET /quiet", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("a stream cannot flush: %v", err)
		}
	})
	var log bytes.Buffer
	w = httptest.NewRecorder()
	m.Watch(mux, slog.New(slog.NewJSONHandler(&log, nil))).ServeHTTP(w, r)
	for _, secret := range []string{"hush", "app_1", "s3cret"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %q: %s", secret, &log)
		}
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, &log)
	}
	return w, line
}

func TestRequestsAreCountedAndLoggedWithoutSecrets(t *testing.T) {
	m := metrics.New(&store{})
	r := httptest.NewRequest(http.MethodGet, "/api/v1/apps/app_1?token=s3cret", strings.NewReader("s3cret"))
	r.Header.Set("Authorization", "Bearer s3cret")
	w, line := served(t, m, r)
	if w.Body.String() != "hush" {
		t.Errorf("answered %q", w.Body)
	}
	for name, want := range map[string]any{
		"msg": "request", "level": "INFO", "method": "GET", "route": "/api/v1/apps/{app}", "status": 200.0, "remote": "192.0.2.1",
	} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	if _, line = served(t, m, httptest.NewRequest(http.MethodPost, "/api/v1/apps", nil)); line["level"] != "ERROR" || line["status"] != 503.0 {
		t.Errorf("logged as %v", line)
	}
	if _, line = served(t, m, httptest.NewRequest("BREWHUSHHUSHHUSHHUSHHUSH", "/s3cret", nil)); line["route"] != "other" || line["status"] != 404.0 {
		t.Errorf("logged as %v", line)
	}
	served(t, m, httptest.NewRequest(http.MethodGet, "/quiet", nil))
	served(t, m, httptest.NewRequest(http.MethodGet, "/stream", nil))
	figures := scrape(t, m)
	expect(t, figures,
		`khop_http_requests_total{method="GET",route="/api/v1/apps/{app}",status="200"} 1`,
		`khop_http_requests_total{method="POST",route="/api/v1/apps",status="503"} 1`,
		`khop_http_requests_total{method="other",route="other",status="404"} 1`,
		`khop_http_requests_total{method="GET",route="/quiet",status="200"} 1`,
		`khop_http_request_seconds_count{route="/quiet"} 1`,
	)
	if strings.Contains(figures, `khop_http_request_seconds_count{route="/stream"}`) {
		t.Error("a stream's length is counted as the time of an answer")
	}
}

func TestHealth(t *testing.T) {
	for body, broken := range map[string]error{
		`{"status":"ok"}`:          nil,
		`{"status":"unavailable"}`: errors.New("/var/lib/khop.db: read-only file system"),
	} {
		var log bytes.Buffer
		w := httptest.NewRecorder()
		metrics.Health(&store{broken: broken}, slog.New(slog.NewTextHandler(&log, nil))).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		want := http.StatusOK
		if broken != nil {
			want = http.StatusServiceUnavailable
		}
		if w.Code != want || strings.TrimSpace(w.Body.String()) != body {
			t.Errorf("%v: %d %s", broken, w.Code, w.Body)
		}
		if told := strings.Contains(log.String(), "read-only file system"); told != (broken != nil) {
			t.Errorf("logged %s", &log)
		}
	}
}
