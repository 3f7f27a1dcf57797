package suites

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"github.com/khop-dev/khop/suites/report"
)

// veil stands where a secret would.
const veil = "***"

// masker hides the account's secrets in text, in the writings in which a target
// may echo them.
type masker struct {
	plain *strings.Replacer
	short []*regexp.Regexp
}

// masker is made of the secrets. A secret too short to be told from ordinary text
// is hidden only where it stands as a word of its own.
func (s *session) masker() masker {
	const short = 4
	var m masker
	var pairs []string
	for _, secret := range s.config.Account.Secrets {
		if len(secret) < short {
			m.short = append(m.short, regexp.MustCompile(`\b`+regexp.QuoteMeta(secret)+`\b`))
			continue
		}
		quoted, _ := json.Marshal(secret) // a string always marshals
		for _, writing := range []string{
			secret,
			strings.Trim(string(quoted), `"`),
			url.QueryEscape(secret),
			url.PathEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)),
			hex.EncodeToString([]byte(secret)),
		} {
			pairs = append(pairs, writing, veil)
		}
	}
	m.plain = strings.NewReplacer(pairs...)
	return m
}

// Replace hides every secret in text.
func (m masker) Replace(text string) string {
	text = m.plain.Replace(text)
	for _, word := range m.short {
		text = word.ReplaceAllString(text, veil)
	}
	return text
}

// mask hides the secrets in everything that a target or an error may have put into
// a result.
func (s *session) mask(result *report.Check) {
	m := s.masker()
	result.Message = m.Replace(result.Message)
	result.Expected = m.Replace(result.Expected)
	result.Actual = m.Replace(result.Actual)
	for i := range result.Exchanges {
		e := &result.Exchanges[i]
		e.Note, e.Failure = m.Replace(e.Note), m.Replace(e.Failure)
		m.body(&e.Request.Body)
		m.headers(e.Request.Header)
		if e.Answer != nil {
			m.body(&e.Answer.Body)
			m.headers(e.Answer.Header)
		}
	}
}

func (m masker) headers(header [][2]string) {
	for i := range header {
		header[i][1] = m.Replace(header[i][1])
	}
}

func (m masker) body(body *report.Body) {
	body.Text = m.Replace(body.Text)
	if bytes, err := base64.StdEncoding.DecodeString(body.Base64); err == nil && body.Base64 != "" {
		if masked := m.Replace(string(bytes)); masked != string(bytes) {
			body.Base64 = base64.StdEncoding.EncodeToString([]byte(masked))
		}
	}
}
