package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/wire"
)

// Prefix is in front of every path of the API.
const Prefix = "/api/v1"

// Options are what may be chosen. The zero Options are those of khop serve.
type Options struct {
	// BodyLimit is the longest body that is read, in bytes; 0 means 1 MiB.
	BodyLimit int64
	// Heartbeat is how often a quiet stream says that it is still there; 0 means 15
	// seconds.
	Heartbeat time.Duration
	// Log takes what is khop's own fault; nil: nobody.
	Log *slog.Logger
}

// api is the handler and what it keeps between requests.
type api struct {
	desk    *desk.Desk
	options Options
	mux     *http.ServeMux
	news    *hub
	// changing makes changes of apps wait for each other: each begins with what the one
	// before has made.
	changing sync.Mutex
	document func() []byte // the OpenAPI document
}

// New is the handler of everything under Prefix. Streams end, and their feed with them,
// when ctx does; everything else is answered all the same.
func New(ctx context.Context, d *desk.Desk, options Options) http.Handler {
	if options.BodyLimit == 0 {
		options.BodyLimit = 1 << 20
	}
	if options.Heartbeat == 0 {
		options.Heartbeat = 15 * time.Second
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	a := &api{desk: d, options: options, mux: http.NewServeMux(), news: newHub()}
	a.document = sync.OnceValue(func() []byte { return Document(d.Version) })
	for _, r := range a.routes() {
		a.mux.HandleFunc(r.pattern(), a.guarded(r))
	}
	a.mux.HandleFunc("/", a.guarded(route{operation: a.unrouted, lenient: true}))
	a.tellRuns(ctx)
	go a.news.follow(ctx, d.Backend.Watch(ctx), d.Backend.Watch) // from here on nothing is missed
	return a
}

// ServeHTTP answers a request. What it answers is for programs, and for nobody's cache.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	a.mux.ServeHTTP(w, r)
}

// operation answers one kind of request. An error says why it has not: nothing has been
// written then.
type operation func(w http.ResponseWriter, r *http.Request, q query) error

// route is where an operation is found, and what may be asked of it.
type route struct {
	method, path string
	operation    operation
	parameters   []string // of the query string
	lenient      bool     // takes any other parameter as well
}

// pattern is the route as the mux knows it.
func (r route) pattern() string { return r.method + " " + Prefix + r.path }

// routes are all operations. The OpenAPI document has the same.
func (a *api) routes() []route {
	return []route{
		{method: http.MethodGet, path: "/apps", operation: a.listApps},
		{method: http.MethodPost, path: "/apps", operation: a.createApp},
		{method: http.MethodGet, path: "/apps/{app}", operation: a.showApp},
		{method: http.MethodPatch, path: "/apps/{app}", operation: a.changeApp},
		{method: http.MethodDelete, path: "/apps/{app}", operation: a.removeApp},
		{method: http.MethodPost, path: "/apps/{app}/events", operation: a.trigger},
		{method: http.MethodPost, path: "/apps/{app}/preview", operation: a.preview},
		{method: http.MethodPost, path: "/apps/{app}/checks", operation: a.startCheck},

		{method: http.MethodGet, path: "/events", operation: a.listEvents, parameters: words("app", "state", "type", "q", "before", "after", "limit")},
		{method: http.MethodGet, path: "/events/{event}", operation: a.showEvent},
		{method: http.MethodPost, path: "/events/{event}/resend", operation: a.resend},
		{method: http.MethodPost, path: "/events/resend", operation: a.resendFailed},
		{method: http.MethodGet, path: "/stream", operation: a.stream, parameters: words("app")},

		{method: http.MethodGet, path: "/providers", operation: a.listProviders},
		{method: http.MethodGet, path: "/providers/{provider}/events/{kind}/sample", operation: a.sample, parameters: words("generated", "seed")},
		{method: http.MethodPost, path: "/validate", operation: a.validate},

		{method: http.MethodGet, path: "/scenarios", operation: a.listScenarios},
		{method: http.MethodPost, path: "/scenarios/{scenario}/runs", operation: a.startRun},
		{method: http.MethodGet, path: "/runs", operation: a.listRuns},
		{method: http.MethodGet, path: "/runs/{run}", operation: a.showRun},
		{method: http.MethodDelete, path: "/runs/{run}", operation: a.stopRun},

		{method: http.MethodGet, path: "/checks", operation: a.listChecks},
		{method: http.MethodGet, path: "/checks/{check}", operation: a.showCheck},
		{method: http.MethodGet, path: "/checks/{check}/report.html", operation: a.showReport, parameters: words("lang")},

		{method: http.MethodGet, path: "/accesstrade/transactions", operation: a.listTransactions, parameters: words("status", "before", "limit")},
		{method: http.MethodGet, path: "/accesstrade/calls", operation: a.listCalls, parameters: words("after")},

		{method: http.MethodGet, path: "/openapi.json", operation: a.showDocument},
	}
}

func words(all ...string) []string { return all }

// guarded bounds a request's body, reads its query string, and answers with a problem
// where the operation fails.
func (a *api) guarded(to route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, a.options.BodyLimit)
		q, err := readQuery(r, to)
		if err == nil {
			err = to.operation(w, r, q)
		}
		if err != nil && r.Context().Err() == nil {
			a.refuse(w, r, err)
		}
	}
}

// unrouted says why a request has no operation: an unknown path, or another method.
func (a *api) unrouted(w http.ResponseWriter, r *http.Request, _ query) error {
	var allowed []string
	for _, other := range a.routes() {
		probe := &http.Request{Method: other.method, URL: r.URL, Host: r.Host}
		if _, pattern := a.mux.Handler(probe); pattern == other.pattern() {
			allowed = append(allowed, other.method)
		}
	}
	if len(allowed) == 0 {
		return wire.Refuse(http.StatusNotFound, "there is nothing at %s; %s/openapi.json tells what there is", r.URL.Path, Prefix)
	}
	slices.Sort(allowed)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return wire.Refuse(http.StatusMethodNotAllowed, "%s does not take %s, but %s", r.URL.Path, r.Method, strings.Join(allowed, " and "))
}

// answer writes a shape as JSON.
func answer(w http.ResponseWriter, status int, shape any) error {
	text, err := json.Marshal(shape)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a client that went away is its own loss
	return nil
}
