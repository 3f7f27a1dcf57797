package mocks

import (
	"net/http"
	"slices"

	"golang.org/x/net/http/httpguts"
)

// reserved are the headers that HTTP itself needs, and those that describe the body.
var reserved = []string{"Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Expect", "Trailer"}

// CheckHeader finds out what is wrong with a header of a user's own that is to go with
// every delivery: it has to be one that HTTP can carry, and must not take the place of
// one that the provider sets. Its error is a *Misfit, and never repeats the value, which
// may be a secret.
func (p *Provider) CheckHeader(name, value string) error {
	own := p.Scheme != nil && http.CanonicalHeaderKey(name) == http.CanonicalHeaderKey(p.Scheme.Header)
	switch {
	case !httpguts.ValidHeaderFieldName(name):
		return p.misfit(HeaderPart, name, "a name is letters, digits and signs such as -, without blanks")
	case !httpguts.ValidHeaderFieldValue(value):
		return p.misfit(HeaderPart, name, "its value holds a line break or another control character, which no header can")
	case own || slices.Contains(reserved, http.CanonicalHeaderKey(name)):
		return p.misfit(HeaderPart, name, "khop sets this one as %s does; leave it out", p.Title)
	}
	return nil
}
