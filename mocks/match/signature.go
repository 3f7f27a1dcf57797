package match

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
)

// Secrets are a partner's secrets by the names that they have on khop's command line:
// "partner_code".
type Secrets = map[string]string

// BeSignedBy succeeds for a request whose signature a provider would have made, or an
// AccessTrade merchant, with these secrets and over exactly the bytes of the body. The
// request is an *http.Request, whose body can be read again afterwards, a
// mocks.Request or an accesstrade.Request; of a mocks.Request to a receiver only Header
// and Body need to be there. A failure names the likely mistake, as far as the bytes
// show it.
func BeSignedBy(provider string, secrets Secrets) types.GomegaMatcher {
	return &signatureMatcher{provider: provider, secrets: secrets}
}

type signatureMatcher struct {
	provider string
	secrets  Secrets
	finding  finding
}

// finding is what was seen of a signature.
type finding struct {
	genuine bool
	where   string // "the header Signature"
	wanted  string
	found   string
	mistake string // what seems to have happened; empty: it does not show
}

// Match looks at the signature. Its error is a matcher that cannot be answered: an
// unknown provider, one that does not sign, a secret that is missing.
func (m *signatureMatcher) Match(actual any) (bool, error) {
	request, err := requestOf(actual)
	if err != nil {
		return false, fmt.Errorf("BeSignedBy(%q): %w", m.provider, err)
	}
	if m.finding, err = m.look(request); err != nil {
		return false, fmt.Errorf("BeSignedBy(%q): %w", m.provider, err)
	}
	return m.finding.genuine, nil
}

func (m *signatureMatcher) look(request mocks.Request) (finding, error) {
	provider, err := mocks.Lookup(m.provider)
	if err != nil {
		return finding{}, err
	}
	if provider.Name == accesstrade.Name {
		return lookAtMerchant(request, m.secrets)
	}
	if provider.Scheme == nil {
		return finding{}, fmt.Errorf("%s does not sign what it sends", provider.Title)
	}
	for _, secret := range provider.Secrets {
		if m.secrets[secret.Name] == "" {
			return finding{}, fmt.Errorf("%s signs with its secret %q, which is not given", provider.Title, secret.Name)
		}
	}
	account, err := provider.Account(m.secrets, nil)
	if err != nil {
		return finding{}, err
	}
	return lookAtHeader(provider, account, request), nil
}

// requestOf brings what a test has at hand into one form.
func requestOf(actual any) (mocks.Request, error) {
	switch request := actual.(type) {
	case mocks.Request:
		return request, nil
	case accesstrade.Request:
		return request.Delivery(), nil
	case *http.Request:
		if request == nil {
			return mocks.Request{}, errors.New("the *http.Request is nil")
		}
		body, err := readAgain(request)
		if err != nil {
			return mocks.Request{}, fmt.Errorf("read the request's body: %w", err)
		}
		return mocks.Request{
			Method: request.Method, Path: request.URL.Path, Query: request.URL.RawQuery,
			Header: request.Header, Body: body,
		}, nil
	}
	return mocks.Request{}, fmt.Errorf("it wants an *http.Request, a mocks.Request or an accesstrade.Request, not a %T", actual)
}

// readAgain reads a body and puts it back.
func readAgain(request *http.Request) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	if err := request.Body.Close(); err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

// FailureMessage says what was wanted, what is there, and what seems to have happened.
func (m *signatureMatcher) FailureMessage(any) string {
	f := m.finding
	mistake := f.mistake
	if mistake == "" {
		mistake = "no known mistake: it was made with another secret, or over other bytes than the body that is sent"
	}
	lines := []string{"Expected the request to be signed as " + m.provider + " does, and " + f.where + " does not fit"}
	for _, line := range [][2]string{{"expected:", f.wanted}, {"found:", m.masked(f.found)}, {"likely:", mistake}} {
		if line[1] != "" {
			lines = append(lines, fmt.Sprintf("    %-9s %s", line[0], line[1]))
		}
	}
	return strings.Join(lines, "\n")
}

// NegatedFailureMessage says that the signature is genuine.
func (m *signatureMatcher) NegatedFailureMessage(any) string {
	return fmt.Sprintf("Expected the request not to be signed as %s does, and %s fits", m.provider, m.finding.where)
}

// tooShort is the length below which a secret is hidden only as a whole value: it
// occurs in ordinary text.
const tooShort = 4

// masked is a value without the secrets: there are senders whose signature is the
// secret itself.
func (m *signatureMatcher) masked(value string) string {
	for _, secret := range m.secrets {
		if secret != "" && (value == secret || len(secret) >= tooShort) {
			value = strings.ReplaceAll(value, secret, "***")
		}
	}
	return value
}
