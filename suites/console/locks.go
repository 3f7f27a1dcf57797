package console

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// bodyLimit is the longest body that is read, in bytes.
const bodyLimit = 2 << 20

// bounded refuses bodies that are too long, and calls that another site's page makes.
func bounded(next http.Handler) http.Handler {
	foreign := http.NewCrossOriginProtection()
	return foreign.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
		next.ServeHTTP(w, r)
	}))
}

// ownNames lets requests pass that name the loopback, by address or by name.
func ownNames(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !IsLoopback(r.Host) {
			http.Error(w, "khop serve answers to localhost alone here; for another name start it with --token", http.StatusMisdirectedRequest)
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

// session is the cookie that stands for the token in a browser.
const session = "khop_session"

// locked lets requests pass that know the token: as a bearer, or by the cookie that
// login has given.
func locked(token string, next http.Handler) http.Handler {
	if token == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if knows(r, token) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="khop"`)
		if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
			askForToken(w)
			return
		}
		http.Error(w, "this needs the token that khop serve was started with: Authorization: Bearer ...", http.StatusUnauthorized)
	})
}

func knows(r *http.Request, token string) bool {
	if given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return same(given, token)
	}
	cookie, err := r.Cookie(session)
	return err == nil && same(cookie.Value, sealed(token))
}

// same compares in constant time, whatever the lengths.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
