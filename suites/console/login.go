package console

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
)

// login gives a browser the cookie for the right token.
func login(token string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token == "" || !same(r.PostFormValue("token"), token) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="khop"`)
			askForToken(w)
			return
		}
		http.SetCookie(w, &http.Cookie{
			Name: session, Value: sealed(token), Path: "/",
			HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
		})
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
}

// sealed is what the cookie holds in place of the token itself.
func sealed(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("khop session"))
	return hex.EncodeToString(mac.Sum(nil))
}

// tokenPage asks for the token; it needs neither scripts nor styles.
const tokenPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>khop</title>
<meta name="color-scheme" content="light dark">
<h1>khop</h1>
<form method="post" action="/login">
<p><label for="token">Token</label> <input id="token" name="token" type="password" autocomplete="current-password" autofocus required>
<button>Open</button></p>
<p>It is what khop serve was started with: --token, or KHOP_TOKEN.</p>
</form></html>
`

func askForToken(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, tokenPage) // a client that went away is its own loss
}
