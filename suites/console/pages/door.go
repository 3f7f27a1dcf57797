package pages

import "net/http"

// Door asks for the token that khop serve was started with, whatever was asked for. It
// brings along what that page needs: the assets, which are no secret, and the choice of
// the language.
func Door(options Options) http.Handler {
	c := &console{options: options}
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", assets())
	mux.Handle("POST /language", c.serve((*visit).changeLanguage))
	mux.Handle("/", c.serve((*visit).door))
	return guarded(mux)
}

// door shows the page; who comes with a token is told that it is the wrong one.
func (v *visit) door() error {
	wrong := v.r.Method == http.MethodPost
	if wrong {
		v.home = OwnAddress(v.r.PostFormValue("next"))
	}
	return v.write(http.StatusUnauthorized, "door.html", "door", frame{Language: v.language, Address: v.address(), Page: wrong})
}
