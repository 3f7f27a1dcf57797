package outbox

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
)

// route is what an app's deliveries have in common, worked out once.
type route struct {
	app      App
	provider *mocks.Provider
	account  mocks.Account
	policy   delivery.Policy
	schedule []time.Duration
	speed    float64
	target   *url.URL
	header   http.Header   // the app's own, over the provider's
	timeout  time.Duration // how long the provider waits for an answer
	secrets  veil
	address  string // the target as it may be shown
}

// routes are those of the apps, each as long as its app stays as it is.
type routes struct{ byApp sync.Map }

func (r *routes) of(app App, patience time.Duration) (*route, error) {
	if known, ok := r.byApp.Load(app.ID); ok && same(known.(*route).app, app) {
		return known.(*route), nil
	}
	made, err := newRoute(app, patience)
	if err != nil {
		return nil, err
	}
	r.byApp.Store(app.ID, made)
	return made, nil
}

// same tells whether two apps send in the same way.
func same(a, b App) bool {
	return a.Provider == b.Provider && a.Target == b.Target && a.Speed == b.Speed &&
		maps.Equal(a.Secrets, b.Secrets) && maps.Equal(a.Headers, b.Headers) && maps.Equal(a.Settings, b.Settings)
}

func newRoute(app App, patience time.Duration) (*route, error) {
	provider, account, err := app.Account()
	switch {
	case provider != nil && !provider.SendsEvents():
		return nil, fmt.Errorf("%s %w", provider.Title, ErrNoSender)
	case err != nil:
		return nil, err
	}
	target, err := url.Parse(app.Target)
	if err != nil {
		return nil, fmt.Errorf("the target of app %s is no address", app.ID) // the error itself would show it
	}
	target.Fragment = ""
	r := &route{
		app: app, provider: provider, account: account, speed: app.Speed,
		policy: provider.Policy(account), timeout: account.Patience(patience),
		target: target, header: ownHeader(app, target), secrets: newVeil(app, account, target), address: shownAddress(target),
	}
	r.schedule = r.policy.Schedule()
	return r, nil
}

// ownHeader are the app's headers, and the address's name and password as a client
// sends them.
func ownHeader(app App, target *url.URL) http.Header {
	header := http.Header{}
	if user := target.User; user != nil {
		password, _ := user.Password()
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	for name, value := range app.Headers {
		header.Set(name, value)
	}
	return header
}

// due is when the schedule has an event's next attempt, counted from the first. Nobody
// planned a resend by hand.
func (r *route) due(event Event) time.Duration {
	if event.ByHand || event.Times >= len(r.schedule) {
		return 0
	}
	return r.schedule[event.Times]
}

// request is the whole request of an event's wire form, signed now.
func (r *route) request(body []byte) mocks.Request {
	request := r.provider.Request(r.account, body)
	for name, values := range r.header {
		request.Header[name] = values
	}
	return request
}

// shown is a request as it is put on record: the app's own headers without their
// values, and no secret anywhere.
func (r *route) shown(request mocks.Request) Request {
	header := r.veiled(shownHeader(request.Header))
	for i, pair := range header {
		if _, own := r.header[pair[0]]; own {
			header[i][1] = Veil
		}
	}
	return Request{Method: request.Method, URL: r.shownURL(request), Header: header}
}

func (r *route) shownURL(request mocks.Request) string {
	address, query, hasQuery := strings.Cut(r.address, "?")
	if request.Path != "" {
		address = strings.TrimSuffix(address, "/") + request.Path
	}
	switch {
	case request.Query != "" && hasQuery:
		query += "&" + request.Query
	case request.Query != "":
		query = request.Query
	}
	if query != "" {
		address += "?" + query
	}
	return r.secrets.hide(address)
}

// shownAddress is a target without password, and without the values in its query, which
// may let somebody in.
func shownAddress(target *url.URL) string {
	shown := *target
	var query []string
	for parameter := range strings.SplitSeq(target.RawQuery, "&") {
		name, _, valued := strings.Cut(parameter, "=")
		if valued {
			name += "=" + Veil
		}
		query = append(query, name)
	}
	shown.RawQuery = strings.Join(query, "&")
	return strings.Replace(shown.Redacted(), ":xxxxx@", ":"+Veil+"@", 1)
}

// maxShown bounds how many headers of an answer are put on record.
const maxShown = 40

// shownHeader is a header as it is put on record, by name.
func shownHeader(header http.Header) [][2]string {
	if len(header) == 0 {
		return nil
	}
	shown := make([][2]string, 0, len(header))
	for name, values := range header {
		for _, value := range values {
			shown = append(shown, [2]string{name, value})
		}
	}
	slices.SortStableFunc(shown, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return shown[:min(len(shown), maxShown)]
}

func (r *route) veiled(header [][2]string) [][2]string {
	for i := range header {
		header[i][1] = r.secrets.hide(header[i][1])
	}
	return header
}
