package console

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/khop-dev/khop/suites/console/pages"
)

// login gives a browser the cookie for the right token, and leads it to where it wanted
// to go; with a wrong one it stays at the door.
func (l *lock) login(w http.ResponseWriter, r *http.Request) {
	if !same(r.PostFormValue("token"), l.token) {
		if !l.patience.wait(r.Context()) {
			tooMany(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", challenge)
		l.door.ServeHTTP(w, r)
		return
	}
	setSession(w, r, sealed(l.token), 0)
	http.Redirect(w, r, pages.OwnAddress(r.PostFormValue("next")), http.StatusSeeOther)
}

// logout takes the cookie away again.
func logout(w http.ResponseWriter, r *http.Request) {
	setSession(w, r, "", -1)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// session is the cookie that stands for the token in a browser.
const session = "khop_session"

// setSession sets the cookie until the browser ends; with a negative age it removes it.
func setSession(w http.ResponseWriter, r *http.Request, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: session, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	})
}

// sealed is what the cookie holds in place of the token itself.
func sealed(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("khop session"))
	return hex.EncodeToString(mac.Sum(nil))
}
