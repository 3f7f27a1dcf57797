package pages

import (
	"log/slog"
	"net/http"

	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/lang"
)

// Options are what the pages cannot find out by themselves.
type Options struct {
	// Endpoint is the address at which merchants reach the AccessTrade endpoint,
	// "http://127.0.0.1:8080"; empty: the one at which the page was asked for.
	Endpoint string
	// Language is spoken where the browser asks for none that khop speaks.
	Language lang.Language
	// Token tells that a token is asked for in front of the pages: they offer to leave.
	Token bool
	// Keys are those of the AccessTrade endpoint.
	Keys Keys
	// Log is told of what khop itself got wrong; nil: nobody is.
	Log *slog.Logger
}

// Keys are the AccessTrade keys, as far as they may be shown.
type Keys struct {
	Access string
	// Secret is the one that every khop serve has where none is given; empty where one
	// was given, which is nobody's business.
	Secret string
	// Default tells that the access key is the one that every khop serve has.
	Default bool
}

// console makes the pages.
type console struct {
	desk    *desk.Desk
	options Options
}

// New makes the pages of a desk. They expect to stand at the root of an address,
// behind whatever keeps strangers and other sites' forms out.
func New(d *desk.Desk, options Options) http.Handler {
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	c := &console{desk: d, options: options}
	mux := http.NewServeMux()
	for pattern, page := range map[string]page{
		"GET /{$}":       (*visit).overview,
		"POST /language": (*visit).changeLanguage,

		"GET /apps":              (*visit).apps,
		"POST /apps":             (*visit).createApp,
		"GET /apps/new":          (*visit).newApp,
		"GET /apps/{id}":         (*visit).app,
		"GET /apps/{id}/edit":    (*visit).editApp,
		"POST /apps/{id}":        (*visit).updateApp,
		"POST /apps/{id}/pause":  (*visit).pauseApp,
		"POST /apps/{id}/delete": (*visit).deleteApp,

		"GET /send":           (*visit).send,
		"GET /apps/{id}/send": (*visit).send,
		"POST /send":          (*visit).sendNow,
		"POST /send/preview":  (*visit).preview,

		"GET /events":                (*visit).events,
		"GET /events/{id}":           (*visit).event,
		"POST /events/{id}/resend":   (*visit).resend,
		"POST /events/resend-failed": (*visit).resendFailed,

		"GET /accesstrade":        (*visit).accesstrade,
		"GET /accesstrade/fault":  leadTo("/accesstrade"),
		"POST /accesstrade/fault": (*visit).setFault,

		"GET /scenarios":                 (*visit).scenarios,
		"GET /scenarios/{name}":          (*visit).scenario,
		"GET /scenarios/runs/{id}/stop":  leadTo("/scenarios"),
		"POST /scenarios/{name}":         (*visit).startScenario,
		"POST /scenarios/runs/{id}/stop": (*visit).stopScenario,

		"GET /check":             (*visit).checks,
		"POST /check":            (*visit).startCheck,
		"GET /check/{id}":        (*visit).check,
		"GET /check/{id}/report": (*visit).report,

		"GET /live": (*visit).live,
		"/":         func(*visit) error { return errNoPage },
	} {
		mux.Handle(pattern, c.serve(page))
	}
	mux.Handle("GET /assets/", assets())
	return guarded(mux)
}

// leadTo stands where only forms lead: whoever asks for such an address by hand is led to
// the page with the form.
func leadTo(address string) page { return func(v *visit) error { return v.goTo(address) } }

// page answers one request. Its error becomes a page of its own.
type page func(*visit) error

func (c *console) serve(page page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{console: c, w: w, r: r, language: c.languageOf(r)}
		if err := page(v); err != nil {
			v.fail(err)
		}
	})
}
