package api_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"go.uber.org/goleak"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/outbox"
	_ "github.com/khop-dev/khop/mocks/platforms"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/desk"
)

func TestMain(m *testing.M) {
	ginkgos := goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2")
	goleak.VerifyTestMain(m, ginkgos)
}

func TestAPI(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "suites/console/api")
}

// stage is an API over a store in memory.
type stage struct {
	*store
	desk    *desk.Desk
	handler http.Handler
	log     *strings.Builder
	end     context.CancelFunc // of the API
}

// flow is a scenario that waits for ever between its two steps.
var flow = scenario.Scenario{
	Name: "superai-slow", Provider: "superai", Title: "A slow parcel", About: "It waits.",
	Steps: []scenario.Step{{Note: "It is picked up.", Event: "update_status"}, {Wait: 1000 * time.Hour, Again: true}},
}

// play makes an API for one spec.
func play(t testing.TB, changes ...func(*desk.Desk, *api.Options)) *stage {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: "key-1", SecretKey: "s3cret-1"})
	if err != nil {
		t.Fatal(err)
	}
	backend := newStore()
	runner := scenario.New(backend, []scenario.Scenario{flow})
	s := &stage{store: backend, log: &strings.Builder{}, end: cancel}
	s.desk = &desk.Desk{Backend: backend, Endpoint: endpoint, Scenarios: runner, Version: "1.2.3"}
	options := api.Options{Log: slog.New(slog.NewTextHandler(s.log, nil))}
	for _, change := range changes {
		change(s.desk, &options)
	}
	s.handler = api.New(ctx, s.desk, options)
	t.Cleanup(func() {
		cancel()
		runner.Close()
	})
	return s
}

// said is what the API answered.
type said struct {
	Code   int
	Header http.Header
	Body   string
}

// call makes one request and holds the answer to the OpenAPI document.
func (s *stage) call(method, path, body string, headers ...string) said {
	GinkgoHelper()
	r := httptest.NewRequest(method, path, io.NopCloser(strings.NewReader(body)))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	heard := said{w.Code, w.Header(), w.Body.String()}
	Expect(contract.judge(r.Pattern, heard)).To(Succeed(), "%s %s: %s", method, path, heard.Body)
	return heard
}

func (s *stage) get(path string) said {
	GinkgoHelper()
	return s.call(http.MethodGet, "/api/v1"+path, "")
}

func (s *stage) post(path, body string) said {
	GinkgoHelper()
	return s.call(http.MethodPost, "/api/v1"+path, body)
}

// superai adds an app and returns its ID.
func (s *stage) superai() string {
	GinkgoHelper()
	heard := s.post("/apps", `{"provider":"superai","target":"http://127.0.0.1:3000/hook","secrets":{"partner_code":"PARTNER-42"},"headers":{"X-Shop":"hush"}}`)
	Expect(heard.Code).To(Equal(http.StatusCreated), heard.Body)
	return strings.TrimPrefix(heard.Header.Get("Location"), "/api/v1/apps/")
}

// failed accepts an event for an app and lets it fail; it returns its ID.
func (s *stage) failed(app string) int64 {
	GinkgoHelper()
	ids, err := s.Accept(context.Background(), []outbox.Event{{App: app, Type: "update_status", Object: "SPX1", Body: []byte(`{"type":"update_status"}`)}})
	Expect(err).NotTo(HaveOccurred())
	s.settle(ids[0], outbox.Result{State: outbox.Failed, Attempt: outbox.Attempt{
		Started: time.Now(), Took: 12 * time.Millisecond, Status: 500, Answer: []byte("oops"), Outcome: "refused", Reading: "500",
		Request: outbox.Request{Method: "POST", URL: "http://127.0.0.1:3000/hook", Header: [][2]string{{"Signature", "***"}}},
	}})
	return ids[0]
}
