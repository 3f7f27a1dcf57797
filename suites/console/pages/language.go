package pages

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/khop-dev/khop/suites/lang"
)

// languageCookie keeps what was chosen on the page.
const languageCookie = "khop_language"

// languageOf is the language of who asks: as chosen on a page, else as the browser
// prefers.
func (c *console) languageOf(r *http.Request) lang.Language {
	if cookie, err := r.Cookie(languageCookie); err == nil {
		if language, err := lang.Parse(cookie.Value); err == nil {
			return language
		}
	}
	if language, liked := lang.FromAcceptLanguage(r.Header.Get("Accept-Language")); liked {
		return language
	}
	return cmp.Or(c.options.Language, lang.English)
}

// changeLanguage keeps the language that was chosen, and shows the page again.
func (v *visit) changeLanguage() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	language, err := lang.Parse(v.text("language"))
	if err != nil {
		language = lang.English
	}
	v.setCookie(languageCookie, string(language), 365*24*60*60)
	return v.goTo(OwnAddress(v.text("back")))
}

// OwnAddress is an address of this console, to which a form may lead on: the one that is
// given, and the first page in place of any that is elsewhere or no page to be seen.
func OwnAddress(address string) string {
	elsewhere := !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\\r\n\t")
	if elsewhere || slices.Contains([]string{"/login", "/logout", "/live"}, strings.Split(address, "?")[0]) {
		return "/"
	}
	return address
}
