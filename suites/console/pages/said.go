package pages

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// said is what a page says once, about what a form has just done.
type said struct {
	Text string
	// Secrets are those of an app that was just made: nowhere else are they shown.
	Secrets []secret `json:",omitempty"`
}

type secret struct{ Name, Value string }

// saidCookie carries it from the answer of a form to the next page: in the browser,
// because the next page may come from another replica.
const saidCookie = "khop_said"

// say has the next page say something.
func (v *visit) say(s said) {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts always marshal
	}
	v.setCookie(saidCookie, base64.RawURLEncoding.EncodeToString(text), 60)
}

// refresh is the header of a page that is asked for by its own script, to be made
// fresh: what is to be said is for the page that comes next, and perhaps on its way.
const refresh = "Khop-Refresh"

// heard is what the page has to say, and forgets it.
func (v *visit) heard() *said {
	cookie, err := v.r.Cookie(saidCookie)
	if err != nil || v.r.Header.Get(refresh) != "" {
		return nil
	}
	v.setCookie(saidCookie, "", -1)
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	var s said
	if json.Unmarshal(text, &s) != nil {
		return nil
	}
	return &s
}

// setCookie sets a cookie for so many seconds; less than none removes it.
func (v *visit) setCookie(name, value string, seconds int) {
	http.SetCookie(v.w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: v.r.TLS != nil, SameSite: http.SameSiteStrictMode,
	})
}
