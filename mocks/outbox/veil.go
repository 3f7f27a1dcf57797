package outbox

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
)

// veil hides an app's secrets in what is put on record, in the writings in which a
// target may echo them.
type veil struct {
	writings []string // longest first
	replacer *strings.Replacer
}

// telling is how many bytes of a secret can be told from ordinary text.
const telling = 4

// newVeil hides whatever of an app lets somebody in.
func newVeil(app App, account mocks.Account, target *url.URL) veil {
	var all []string
	for _, secret := range account.Secrets {
		all = append(all, secret)
	}
	for _, value := range app.Headers {
		_, token, _ := strings.Cut(value, " ") // Bearer and its like are no secret
		all = append(all, value, token)
	}
	if password, ok := target.User.Password(); ok {
		all = append(all, password, target.User.Username()+":"+password)
	}
	for _, values := range target.Query() {
		all = append(all, values...)
	}
	var v veil
	for _, secret := range all {
		if len(secret) >= telling {
			v.writings = append(v.writings, writings(secret)...)
		}
	}
	// The longest first: where one secret begins with another, nothing of it is left.
	slices.SortFunc(v.writings, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	v.writings = slices.Compact(v.writings)
	pairs := make([]string, 0, 2*len(v.writings))
	for _, writing := range v.writings {
		pairs = append(pairs, writing, Veil)
	}
	v.replacer = strings.NewReplacer(pairs...)
	return v
}

func writings(secret string) []string {
	raw := []byte(secret)
	quoted, _ := json.Marshal(secret) // a text can always be written
	return []string{
		secret, string(quoted[1 : len(quoted)-1]),
		url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
		hex.EncodeToString(raw),
	}
}

// hide veils every secret in a text.
func (v veil) hide(text string) string {
	for _, writing := range v.writings {
		if strings.Contains(text, writing) {
			return v.replacer.Replace(text)
		}
	}
	return text
}

// hideBytes does so in a copy of bytes that belong to somebody else, of which the end may
// have been cut off in the middle of a secret.
func (v veil) hideBytes(text []byte) []byte {
	if len(text) == 0 {
		return nil
	}
	for _, writing := range v.writings {
		if bytes.Contains(text, []byte(writing)) {
			text = []byte(v.replacer.Replace(string(text)))
			break
		}
	}
	if len(text) >= maxKept {
		text = v.withoutTail(text)
	}
	return bytes.Clone(text)
}

// withoutTail cuts off the beginning of a secret with which a text ends.
func (v veil) withoutTail(text []byte) []byte {
	for _, writing := range v.writings {
		for n := len(writing) - 1; n >= telling; n-- {
			if bytes.HasSuffix(text, []byte(writing[:n])) {
				return text[:len(text)-n]
			}
		}
	}
	return text
}
