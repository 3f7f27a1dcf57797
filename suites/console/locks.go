package console

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/wire"
)

// bodyLimit is the longest body that is read, in bytes.
const bodyLimit = 2 << 20

// bounded refuses bodies that are too long, and calls that another site's page makes.
func bounded(next http.Handler) http.Handler {
	foreign := http.NewCrossOriginProtection()
	foreign.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusForbidden, "a page of another site asks for this, in a browser; khop answers to its own pages, and to programs")
	}))
	return foreign.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
		next.ServeHTTP(w, r)
	}))
}

// ownNames lets requests pass that name the loopback, by address or by name.
func ownNames(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !IsLoopback(r.Host) {
			refuse(w, r, http.StatusMisdirectedRequest, "khop serve answers to localhost alone here; for another name start it with --token")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// IsLoopback tells whether a host, with or without a port, is this machine's own.
func IsLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && address.IsLoopback()
}

// lock is what a token keeps out of a console.
type lock struct {
	token    string
	door     http.Handler
	patience patience
}

// before lets requests pass that know the token: as a bearer, or by the cookie that
// login has given. A person is shown the door, where the token can be given.
func (l *lock) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, right := knows(r, l.token)
		switch {
		case right:
			next.ServeHTTP(w, r)
		case given && !l.patience.wait(r.Context()):
			tooMany(w, r)
		default:
			l.keepOut(w, r)
		}
	})
}

// keepOut says what is needed. A cookie that does not fit any more is taken away, so that
// its browser does not come with it again and again.
func (l *lock) keepOut(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie(session); err == nil {
		setSession(w, r, "", -1)
	}
	w.Header().Set("WWW-Authenticate", challenge)
	if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") && !ofAPI(r) {
		l.door.ServeHTTP(w, r)
		return
	}
	refuse(w, r, http.StatusUnauthorized, "this needs the token that khop serve was started with: Authorization: Bearer ...")
}

// tooMany refuses where too many wrong tokens come at once.
func tooMany(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", strconv.Itoa(int(longestWait.Seconds())))
	refuse(w, r, http.StatusTooManyRequests, "this is not the token, and too many others that are not it came as well; try again a little later")
}

// challenge says how a token is given (RFC 6750).
const challenge = `Bearer realm="khop"`

// refuse says why a request does not get any further: to the API's callers as the API
// itself does.
func refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	if ofAPI(r) {
		w.Header().Set("Cache-Control", "no-store")
		api.WriteProblem(w, wire.Refuse(status, "%s", why))
		return
	}
	http.Error(w, why, status)
}

func ofAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// knows tells whether a request comes with a token, and whether it is the right one.
func knows(r *http.Request, token string) (given, right bool) {
	scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") { // schemes are told in any case (RFC 9110, 11.1)
		return true, same(strings.TrimLeft(bearer, " "), token)
	}
	cookie, err := r.Cookie(session)
	return err == nil, err == nil && same(cookie.Value, sealed(token))
}

// same compares in constant time, whatever the lengths.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
