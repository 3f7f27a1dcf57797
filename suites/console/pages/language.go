package pages

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
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
	for _, tag := range preferred(r.Header.Get("Accept-Language")) {
		if language, err := lang.Parse(tag); err == nil {
			return language
		}
	}
	return cmp.Or(c.options.Language, lang.English)
}

// preferred are the tags of an Accept-Language header, the dearest first.
func preferred(header string) []string {
	type wish struct {
		tag     string
		quality float64
	}
	var wishes []wish
	for part := range strings.SplitSeq(header, ",") {
		tag, parameter, _ := strings.Cut(part, ";")
		quality := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
			quality, _ = strconv.ParseFloat(q, 64) // what is no number is not wished for
		}
		if quality > 0 {
			wishes = append(wishes, wish{strings.TrimSpace(tag), quality})
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.quality, a.quality) })
	var tags []string
	for _, w := range wishes {
		tags = append(tags, w.tag)
	}
	return tags
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
