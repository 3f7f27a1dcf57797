package match

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// lookAtHeader judges a signature that travels in a header.
func lookAtHeader(provider *mocks.Provider, account mocks.Account, request mocks.Request) finding {
	s := signing{provider.Scheme, account.Secrets, append([]mocks.Account{account}, provider.Dialects(account, nil)...)}
	right := s.values(request.Body)
	f := finding{where: "the header " + s.scheme.Header, wanted: right[0]}
	values := request.Header.Values(s.scheme.Header)
	if len(values) == 0 {
		values = request.Header[s.scheme.Header] // kept as it was spelled
	}
	switch {
	case len(values) == 0:
		f.found = "no such header"
		f.mistake = "the header is missing" + s.elsewhere(request, right)
	case len(values) > 1:
		f.found = fmt.Sprintf("%d such headers", len(values))
		f.mistake = "the header was added twice: set it once"
	default:
		f.found = values[0]
		if f.genuine = slices.Contains(right, values[0]); !f.genuine {
			f.mistake = s.mistake(values[0], request.Body)
		}
	}
	return f
}

// signing is how a provider signs for one partner.
type signing struct {
	scheme   *mocks.Scheme
	secrets  map[string]string
	accounts []mocks.Account // in every dialect, the default one first
}

// values are the header's values that are right for a body: the document may leave
// room for more than one.
func (s signing) values(body []byte) []string { return s.dressed(s.scheme.Digest(s.secrets, body)) }

// dressed is a digest in every dialect.
func (s signing) dressed(digest string) []string {
	var values []string
	for _, account := range s.accounts {
		values = append(values, s.scheme.Value(account, digest))
	}
	return values
}

// elsewhere names the header in which the right value stands instead.
func (s signing) elsewhere(request mocks.Request, right []string) string {
	for name, values := range request.Header {
		for _, value := range values {
			if slices.Contains(right, value) {
				return fmt.Sprintf("; the right value stands in %s", name)
			}
		}
	}
	return ""
}

// mistake says what a wrong value seems to be; empty when nothing is recognised.
func (s signing) mistake(value string, body []byte) string {
	if name := s.lookalike(value, body); name != "" {
		return "it was computed as " + name
	}
	right := s.values(body)
	switch trimmed := strings.TrimSpace(value); {
	case trimmed == "":
		return "the value is empty"
	case trimmed != value && slices.Contains(right, trimmed):
		return "there are blanks around the value"
	case slices.Contains(right, strings.ToLower(value)):
		return "the hex digits are in upper case, and lower case is documented"
	}
	if prefix, digest, ok := strings.Cut(value, "="); ok && slices.Contains(right, digest) {
		return fmt.Sprintf("the prefix %q does not belong there", prefix+"=")
	}
	for _, other := range otherBytes(body) {
		if slices.Contains(s.values(other.bytes), value) {
			return other.how
		}
	}
	return ""
}

// lookalike names the construction that gives the value in place of the documented
// one.
func (s signing) lookalike(value string, body []byte) string {
	for _, l := range s.scheme.Lookalikes {
		digest := l.Digest(s.secrets, body)
		if digest == value || slices.Contains(s.dressed(digest), value) {
			return l.Name
		}
	}
	return ""
}

// spelling is a body in other bytes, and how code comes to sign those.
type spelling struct {
	how   string
	bytes []byte
}

// styles are the writings of JSON that libraries produce.
var styles = []rawjson.Style{
	rawjson.Compact, rawjson.GoMap, rawjson.Python, rawjson.PHP, rawjson.Sorted, rawjson.Spaced, rawjson.Pretty, rawjson.EscapedUpper,
}

// otherBytes are the bytes that are signed by mistake in place of the body.
func otherBytes(body []byte) []spelling {
	others := []spelling{
		{"an empty body was signed: it had been read before, or not been written yet", nil},
		{"the body was signed without its last line break: json.Encoder writes one, json.Marshal does not", bytes.TrimRight(body, "\r\n")},
		{"the body was signed with a line break at its end, which is not sent: json.Encoder writes one, json.Marshal does not", append(bytes.Clone(body), '\n')},
	}
	value, err := rawjson.Parse(body)
	if err != nil {
		return others
	}
	const again = "re-serialised JSON was signed, as %s: sign the very bytes that are sent"
	for _, style := range styles {
		others = append(others, spelling{fmt.Sprintf(again, style.Name), style.Encode(value)})
	}
	var escaped bytes.Buffer
	json.HTMLEscape(&escaped, rawjson.Compact.Encode(value))
	return append(others, spelling{fmt.Sprintf(again, "Go's json.Marshal of a struct"), escaped.Bytes()})
}
