package accesstrade

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// veil stands where a secret would.
const veil = "***"

// keyring knows the two keys and keeps them out of everything that is shown.
type keyring struct {
	secretKey string
	plain     *strings.Replacer
	short     []*regexp.Regexp
}

// tooShort is the length below which a key is hidden only where it stands as a word
// of its own, and found only as a whole value: it occurs in ordinary text.
const tooShort = 4

func newKeyring(accessKey, secretKey string) keyring {
	k := keyring{secretKey: secretKey}
	var pairs []string
	for _, key := range []string{accessKey, secretKey} {
		if len(key) < tooShort {
			k.short = append(k.short, regexp.MustCompile(`\b`+regexp.QuoteMeta(key)+`\b`))
			continue
		}
		for _, writing := range writings(key) {
			pairs = append(pairs, writing, veil)
		}
	}
	k.plain = strings.NewReplacer(pairs...)
	return k
}

// writings are the forms in which a key may travel.
func writings(key string) []string {
	quoted, _ := json.Marshal(key) // a string always marshals
	return []string{
		key,
		strings.Trim(string(quoted), `"`),
		url.QueryEscape(key),
		url.PathEscape(key),
		base64.StdEncoding.EncodeToString([]byte(key)),
		hex.EncodeToString([]byte(key)),
	}
}

// The access key is hidden by its name too: a merchant may have sent another one,
// and that may be the genuine one.
var (
	accessKeyInJSON  = regexp.MustCompile(`("access_key"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}"]+)`)
	accessKeyInQuery = regexp.MustCompile(`(\baccess_key=)[^&\s"]*`)
)

// mask hides the keys in text.
func (k keyring) mask(text string) string {
	text = accessKeyInJSON.ReplaceAllString(text, `$1"`+veil+`"`)
	text = accessKeyInQuery.ReplaceAllString(text, "${1}"+veil)
	text = k.plain.Replace(text)
	for _, word := range k.short {
		text = word.ReplaceAllString(text, veil)
	}
	return text
}

// exposed tells where in a request the secret key travelled: "body", "path",
// "query", "header X-Secret".
func (k keyring) exposed(r *http.Request, body []byte) []string {
	var places []string
	if k.inBody(body) {
		places = append(places, "body")
	}
	if k.in(r.URL.Path) {
		places = append(places, "path")
	}
	query, _ := url.ParseQuery(r.URL.RawQuery) // what cannot be read is looked at as it is
	if k.inValues(query) || len(k.secretKey) >= tooShort && k.in(r.URL.RawQuery) {
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
	if len(k.secretKey) < tooShort {
		return text == k.secretKey
	}
	return slices.ContainsFunc(writings(k.secretKey), func(writing string) bool { return strings.Contains(text, writing) })
}

func (k keyring) inBody(body []byte) bool {
	if len(k.secretKey) < tooShort {
		return bytes.Contains(body, []byte(`"`+k.secretKey+`"`))
	}
	return k.in(string(body))
}

func (k keyring) inValues(query url.Values) bool {
	for _, values := range query {
		if slices.ContainsFunc(values, k.in) {
			return true
		}
	}
	return false
}
