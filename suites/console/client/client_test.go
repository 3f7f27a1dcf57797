package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
	_ "github.com/khop-dev/khop/mocks/platforms"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/wire"
)

// flow waits for ever between its two steps.
var flow = scenario.Scenario{
	Name: "superai-slow", Provider: "superai", Title: "A slow parcel",
	Steps: []scenario.Step{{Event: "update_status"}, {Wait: 1000 * time.Hour, Again: true}},
}

// serve is a khop that serves, all but its locks, and the address of a target that
// answers what it is told to.
func serve(t *testing.T, status int) (khop *httptest.Server, target string) {
	t.Helper()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(receiver.Close)
	ctx, cancel := context.WithCancel(context.Background())
	backend, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "khop.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: "key-1", SecretKey: "s3cret-1"})
	if err != nil {
		t.Fatal(err)
	}
	courier := outbox.NewCourier(outbox.CourierOptions{})
	runner := scenario.New(backend, []scenario.Scenario{flow})
	delivering := make(chan error, 1)
	go func() { delivering <- backend.Run(ctx, courier.Deliver, 4) }()
	khop = httptest.NewServer(api.New(ctx, &desk.Desk{Backend: backend, Endpoint: endpoint, Scenarios: runner, Version: "1"}, api.Options{}))
	t.Cleanup(func() {
		cancel()
		khop.Close()
		runner.Close()
		if err := <-delivering; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		courier.Close()
		_ = backend.Close()
	})
	return khop, receiver.URL + "/hook"
}

// to is a client of a server.
func to(t *testing.T, server, token string) *client.Client {
	t.Helper()
	c, err := client.New(server, token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// superai adds an app by that name.
func superai(t *testing.T, c *client.Client, name, target string) wire.App {
	t.Helper()
	app, err := c.CreateApp(t.Context(), wire.NewApp{
		Name: name, Provider: "superai", Target: target, Secrets: map[string]string{"partner_code": "PARTNER-42"}, Speed: 1e6,
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// must is a value that came without an error.
func must[V any](value V, err error) V {
	Expect(err).WithOffset(1).NotTo(HaveOccurred())
	return value
}

func TestAppsAreManaged(t *testing.T) {
	RegisterTestingT(t)
	khop, target := serve(t, http.StatusOK)
	c, ctx := to(t, khop.URL+"/", ""), t.Context()
	made := superai(t, c, "shop", target)
	Expect(made.Secrets).To(HaveKeyWithValue("partner_code", "PARTNER-42"))
	paused := true
	Expect(must(c.ChangeApp(ctx, made.ID, wire.AppChange{Paused: &paused}))).To(And(HaveField("Paused", true), HaveField("Name", "shop")))
	Expect(must(c.App(ctx, made.ID)).Secrets).To(HaveKeyWithValue("partner_code", "***"))
	Expect(must(c.Find(ctx, "shop")).ID).To(Equal(made.ID))
	Expect(must(c.Find(ctx, made.ID)).ID).To(Equal(made.ID))
	_, err := c.Find(ctx, "shopp")
	Expect(err).To(MatchError(`there is no app "shopp"; did you mean "shop"?`))
	_, err = c.CreateApp(ctx, wire.NewApp{Name: "shop", Provider: "abaha", Target: target})
	Expect(err).To(MatchError(`name: there is an app "shop" already; choose another name`))
	Expect(c.RemoveApp(ctx, superai(t, c, "books", target).ID)).To(Succeed())
	Expect(must(c.Apps(ctx))).To(HaveLen(1))
	Expect(c.RemoveApp(ctx, made.ID)).To(Succeed())
	_, err = c.Find(ctx, "shop")
	Expect(err).To(MatchError("there is no app \"shop\", as there are none yet; `khop apps add` adds one"))
}

// An older khop has let two apps have one name.
func TestTwinsAreToldByTheirIDs(t *testing.T) {
	RegisterTestingT(t)
	server := httptest.NewServer(saying(`{"apps":[{"id":"app_1","name":"shop"},{"id":"app_2","name":"shop"}]}`))
	defer server.Close()
	_, err := to(t, server.URL, "").Find(t.Context(), "shop")
	Expect(err).To(MatchError(`2 apps have the name "shop"; say which one by its ID: app_1, app_2`))
	Expect(must(to(t, server.URL, "").Find(t.Context(), "app_2")).ID).To(Equal("app_2"))
}

func TestEventsAreSentShownAndSentAgain(t *testing.T) {
	RegisterTestingT(t)
	khop, target := serve(t, http.StatusInternalServerError)
	c, ctx := to(t, khop.URL, ""), t.Context()
	app := superai(t, c, "shop", target)
	Expect(must(c.Preview(ctx, app.ID, wire.Draft{Event: "update_status"})).Curl).To(HavePrefix("curl"))
	ids := must(c.Trigger(ctx, app.ID, wire.Draft{Event: "update_status", Data: map[string]any{"status": "12"}, Count: 3})).IDs
	Expect(ids).To(HaveLen(3))
	failed := outbox.Query{App: app.ID, State: outbox.Failed, Limit: 2}
	Eventually(func() int { return len(must(c.Events(ctx, outbox.Query{State: outbox.Failed})).Events) }).WithTimeout(20 * time.Second).Should(Equal(3))

	page := must(c.Events(ctx, failed))
	Expect(page.Events).To(HaveLen(2))
	Expect(must(c.EventsAfter(ctx, page)).Events).To(HaveExactElements(HaveField("ID", ids[0])))
	_, err := c.EventsAfter(ctx, wire.Events{})
	Expect(err).To(HaveOccurred())

	before := must(c.Event(ctx, ids[0]))
	Expect(before.Attempts).NotTo(BeEmpty())
	Expect(before.Attempts[0]).To(HaveField("Answer.Status", 500))
	Expect(c.Resend(ctx, ids[0])).To(Succeed())
	Eventually(func() int { return must(c.Event(ctx, ids[0])).Times }).WithTimeout(20 * time.Second).Should(Equal(before.Times + 1))
	Eventually(func() int { return must(c.ResendFailed(ctx, wire.Resend{App: app.ID})) }).Should(BeNumerically(">", 0))
}

func TestTheRestOfTheAPI(t *testing.T) {
	RegisterTestingT(t)
	khop, target := serve(t, http.StatusUnauthorized)
	c, ctx := to(t, khop.URL, ""), t.Context()
	app := superai(t, c, "shop", target)
	Expect(must(c.Providers(ctx)).Providers).NotTo(BeEmpty())
	Expect(must(c.Sample(ctx, "superai", "update_status")).Body).NotTo(BeEmpty())
	drawn := must(c.Generate(ctx, "superai", "update_status", 7))
	Expect(must(c.Generate(ctx, "superai", "update_status", 7))).To(Equal(drawn))
	Expect(must(c.Validate(ctx, drawn.Schema, drawn.Body)).Valid).To(BeTrue())
	Expect(must(c.Scenarios(ctx))).To(HaveExactElements(HaveField("Name", flow.Name)))
	run := must(c.StartRun(ctx, flow.Name, app.ID, 1))
	Expect(must(c.Run(ctx, run.ID)).Scenario).To(Equal(flow.Name))
	Expect(c.StopRun(ctx, run.ID)).To(Succeed())
	Expect(must(c.Runs(ctx))).To(HaveLen(1))
	check := must(c.StartCheck(ctx, app.ID))
	Eventually(func() bool { return must(c.Check(ctx, check.ID)).Finished }).WithTimeout(time.Minute).Should(BeTrue())
	Expect(must(c.Checks(ctx))).To(HaveLen(1))
	Expect(must(c.Transactions(ctx)).Transactions).To(BeEmpty())
	Expect(must(c.TransactionsAfter(ctx, wire.Transactions{Next: "/api/v1/accesstrade/transactions?before=A"})).Transactions).To(BeEmpty())
	_, err := c.TransactionsAfter(ctx, wire.Transactions{})
	Expect(err).To(MatchError(ContainSubstring("is no next page")))
	Expect(must(c.Calls(ctx, 0)).Calls).To(BeEmpty())
}

func TestARefusalSaysWhatIsWrong(t *testing.T) {
	RegisterTestingT(t)
	khop, _ := serve(t, http.StatusOK)
	_, err := to(t, khop.URL, "").App(t.Context(), "app_9")
	var problem *wire.Problem
	Expect(errors.As(err, &problem)).To(BeTrue())
	Expect(problem).To(And(HaveField("Status", 404), HaveField("Detail", ContainSubstring(`there is no app "app_9"`))))
}

func TestOthersThanKhopAreTold(t *testing.T) {
	RegisterTestingT(t)
	answers := map[string]http.HandlerFunc{
		"give --token, or set KHOP_TOKEN": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusUnauthorized) },
		"what answers there is no khop serve, or one of another version: GET /api/v1/apps is answered 404 Not Found": func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
		"answers 502 Bad Gateway: upstream is down": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "upstream is down\nsecond line", http.StatusBadGateway)
		},
		"GET /api/v1/apps is answered 302 Found": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusFound)
		},
		"is answered with text/html":             func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"is answered without a Content-Type":     func(w http.ResponseWriter, _ *http.Request) { w.Header()["Content-Type"] = nil },
		"is answered with what is no JSON objec": saying("[]"),
		`is answered without "apps"`:             saying(`{"status": 200, "message": "OK"}`),
		"is answered with something else: json:": saying(`{"apps": "none"}`),
		"unexpected EOF; is khop serve running?": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("{"))
		},
	}
	for want, handler := range answers {
		server := httptest.NewServer(handler)
		_, err := to(t, server.URL, "s3cret").Apps(t.Context())
		server.Close()
		Expect(err).To(MatchError(ContainSubstring(want)))
		Expect(err.Error()).NotTo(ContainSubstring("s3cret"))
	}
}

// saying is a server of somebody else's JSON.
func saying(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text))
	}
}

// Whoever answers everything with 200 is no khop, whatever is asked.
func TestWhoTakesEverythingIsNoKhop(t *testing.T) {
	RegisterTestingT(t)
	server := httptest.NewServer(saying(`{"id": 17, "status": 200}`))
	defer server.Close()
	c, ctx := to(t, server.URL, ""), t.Context()
	for _, err := range []error{
		c.Resend(ctx, 17), c.RemoveApp(ctx, "app_1"), c.StopRun(ctx, "run_1"),
		second(c.Events(ctx, outbox.Query{})), second(c.Event(ctx, 17)), second(c.ResendFailed(ctx, wire.Resend{})),
		second(c.Trigger(ctx, "app_1", wire.Draft{})), second(c.Find(ctx, "shop")), second(c.Checks(ctx)), second(c.Scenarios(ctx)),
		c.Follow(ctx, "", func(client.News) error { return nil }),
	} {
		Expect(err).To(And(MatchError(client.ErrUnreachable), MatchError(ContainSubstring("is no khop serve"))))
	}
}

func second[V any](_ V, err error) error { return err }

func TestNobodyAnswers(t *testing.T) {
	RegisterTestingT(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	_, err := to(t, gone.URL, "").Apps(t.Context())
	Expect(err).To(MatchError(client.ErrUnreachable))
	Expect(err).To(MatchError(And(ContainSubstring(gone.URL), HaveSuffix("is khop serve running?"))))
	Expect(strings.Count(err.Error(), gone.URL)).To(Equal(1))
	err = to(t, gone.URL, "").Follow(t.Context(), "", func(client.News) error { return nil })
	Expect(err).To(MatchError(client.ErrUnreachable))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = to(t, gone.URL, "").Apps(ended)
	Expect(err).To(MatchError(context.Canceled))
}

func TestTheTokenIsSent(t *testing.T) {
	RegisterTestingT(t)
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		saying(`{"apps":[]}`)(w, r)
	}))
	defer server.Close()
	Expect(must(to(t, server.URL, "s3cret").Apps(t.Context()))).To(BeEmpty())
	Expect(got).To(Equal("Bearer s3cret"))
}

func TestAddressesAreChecked(t *testing.T) {
	RegisterTestingT(t)
	for _, address := range []string{"", "127.0.0.1:8700", "localhost:8700", "ftp://x", "http://", "http://x/?a=b", "http://x/#y", "http://x:y:z", ":"} {
		_, err := client.New(address, "")
		Expect(err).To(HaveOccurred(), address)
	}
}
