package console

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/khop-dev/khop/suites/console/desk"
)

// Config is what a console is made of.
type Config struct {
	Desk *desk.Desk
	// Pages, API, Metrics and Health are the handlers behind the locks.
	Pages, API, Metrics, Health http.Handler
	// Token is what a caller has to know; empty: everybody on this machine may call.
	Token string
	// Log takes a line for every request; nil keeps none.
	Log *slog.Logger
}

// New is the handler of a whole console.
func New(config Config) http.Handler {
	inside := http.NewServeMux()
	inside.Handle("/api/", config.API)
	inside.Handle("/metrics", config.Metrics)
	inside.Handle("/", config.Pages)

	outside := http.NewServeMux()
	outside.Handle("GET /healthz", config.Health)
	outside.Handle("/core/", config.Desk.Endpoint) // AccessTrade's own paths, signed by the merchant
	outside.Handle("POST /login", login(config.Token))
	outside.Handle("/", locked(config.Token, inside))
	return bounded(config.hosts(outside))
}

// hosts keeps out names that were made to resolve to this machine: without a token,
// only the loopback's own names lead here.
func (c Config) hosts(next http.Handler) http.Handler {
	if c.Token != "" {
		return next
	}
	return ownNames(next)
}

// How long a client may take, in all, so that slow ones cannot pile up. Streams set
// deadlines of their own.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	headerLimit   = 64 << 10
)

// Server is an http.Server with the limits of a console.
func Server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerLimit,
	}
}
