package console

import (
	"net/http"
	"time"

	"github.com/khop-dev/khop/suites/console/desk"
)

// Config is what a console is made of.
type Config struct {
	Desk *desk.Desk
	// Pages, API, Metrics and Health are the handlers behind the locks.
	Pages, API, Metrics, Health http.Handler
	// Door asks a person for the token (pages.Door), with what it shows of its own at
	// /assets/ and /language; nil where there is no token.
	Door http.Handler
	// Token is what a caller has to know; empty: everybody on this machine may call.
	Token string
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
	if config.Token == "" {
		// Only the loopback's own names lead here, and none that was made to resolve
		// to it.
		outside.Handle("/", inside)
		return bounded(ownNames(outside))
	}
	lock := &lock{token: config.Token, door: config.Door}
	outside.HandleFunc("POST /login", lock.login)
	outside.HandleFunc("POST /logout", logout)
	outside.Handle("GET /assets/", config.Door)
	outside.Handle("POST /language", config.Door)
	outside.Handle("/", lock.before(inside))
	return bounded(outside)
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
