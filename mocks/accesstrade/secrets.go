package accesstrade

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// keyring knows the two keys and keeps them out of everything that is shown.
type keyring struct {
	secretKey string
	secret    *finder // of the secret key; nil when that is too short
	long      *finder // of the keys that are hidden wherever they occur
	plain     *strings.Replacer
	short     []*regexp.Regexp
}

// tooShort is the length below which a key is hidden only where it stands as a word
// of its own, and found only as a whole value: it occurs in ordinary text.
const tooShort = 4

func newKeyring(accessKey, secretKey string) keyring {
	k := keyring{secretKey: secretKey}
	var long, pairs []string
	for _, key := range []string{accessKey, secretKey} {
		if len(key) < tooShort {
			k.short = append(k.short, regexp.MustCompile(`\b`+regexp.QuoteMeta(key)+`\b`))
			continue
		}
		for _, writing := range writings(key) {
			long = append(long, writing)
			pairs = append(pairs, writing, veil)
		}
	}
	k.long, k.plain = newFinder(long...), strings.NewReplacer(pairs...)
	if len(secretKey) >= tooShort {
		k.secret = newFinder(writings(secretKey)...)
	}
	return k
}

// writings are the forms in which a key may travel, each once.
func writings(key string) []string {
	quoted, _ := json.Marshal(key) // a string always marshals
	all := []string{
		key,
		strings.Trim(string(quoted), `"`),
		url.QueryEscape(key),
		url.PathEscape(key),
		base64.StdEncoding.EncodeToString([]byte(key)),
		hex.EncodeToString([]byte(key)),
	}
	var each []string
	for _, writing := range all {
		if !slices.Contains(each, writing) {
			each = append(each, writing)
		}
	}
	return each
}

// mask hides the keys in text.
func (k keyring) mask(text string) string {
	text = hideByName(text)
	if k.long.in(text) { // most texts have none, and a look costs less than a copy
		text = k.plain.Replace(text)
	}
	for _, word := range k.short {
		text = word.ReplaceAllString(text, veil)
	}
	return text
}

// exposed tells where in a request the secret key travelled: "body", "path",
// "query", "header X-Secret".
func (k keyring) exposed(r *http.Request, body string) []string {
	var places []string
	if k.inBody(body) {
		places = append(places, "body")
	}
	if k.in(r.URL.Path) {
		places = append(places, "path")
	}
	if k.inQuery(r.URL.RawQuery) {
		places = append(places, "query")
	}
	for name, values := range r.Header {
		if slices.ContainsFunc(values, k.in) {
			places = append(places, "header "+name)
		}
	}
	slices.Sort(places)
	return places
}

func (k keyring) in(text string) bool {
	if k.secret == nil {
		return text == k.secretKey
	}
	return k.secret.in(text)
}

func (k keyring) inBody(body string) bool {
	if k.secret == nil {
		return strings.Contains(body, `"`+k.secretKey+`"`)
	}
	return k.in(body)
}

func (k keyring) inQuery(query string) bool {
	if query == "" {
		return false
	}
	if k.secret != nil && k.secret.in(query) {
		return true
	}
	read, _ := url.ParseQuery(query) // what cannot be read was looked at as it is
	for _, values := range read {
		if slices.ContainsFunc(values, k.in) {
			return true
		}
	}
	return false
}
