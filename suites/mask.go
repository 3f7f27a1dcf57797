package suites

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/report"
)

// veil stands where a secret would.
const veil = "***"

// telling is how many bytes of a secret can be told from ordinary text.
const telling = 4

// masker hides what is secret in text, in the writings in which a target may echo
// it.
type masker struct {
	plain    *strings.Replacer
	writings []string // longest first
	short    []string // too short to be told from ordinary text unless they stand alone
}

// masker is made of the account's secrets and of what else lets somebody in:
// credentials in the target's address, in the headers and in the observer's command.
func (c Config) masker() masker {
	var m masker
	for _, secret := range c.secrets() {
		if len(secret) < telling {
			m.short = append(m.short, secret)
			continue
		}
		m.writings = append(m.writings, writings(secret)...)
	}
	if user := userOf(c.Target.URL); user != "" {
		m.short = append(m.short, user) // a word, which is part of others
	}
	// The longest first: where one secret begins with another, nothing of it is left.
	slices.SortFunc(m.writings, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, writing := range m.writings {
		pairs = append(pairs, writing, veil)
	}
	m.plain = strings.NewReplacer(pairs...)
	return m
}

// Mask hides the account's secrets in text, and what else of the configuration lets
// somebody in.
func (c Config) Mask(text string) string { return c.masker().Replace(text) }

// Shown is the target's address as everybody may see it.
func (c Config) Shown() string { return c.Mask(c.Target.URL.Redacted()) }

func (c Config) secrets() []string {
	all := slices.Collect(maps.Values(c.Account.Secrets))
	if c.Target.URL != nil {
		all = append(all, credentialsIn(c.Target.URL)...)
	}
	if c.Observer != nil {
		all = append(all, credentialsOf(c.Observer.Ask)...)
	}
	for name, values := range c.Target.Header {
		for _, value := range values {
			all = append(all, credentialsUnder(name, value)...)
		}
	}
	return slices.DeleteFunc(all, func(secret string) bool { return secret == "" })
}

// writings are the forms in which a target may write a secret down.
func writings(secret string) []string {
	bytes, text := []byte(secret), rawjson.Text(secret)
	all := []string{
		secret,
		url.QueryEscape(secret),
		url.PathEscape(secret),
		html.EscapeString(secret),
		base64.StdEncoding.EncodeToString(bytes),
		base64.RawStdEncoding.EncodeToString(bytes),
		base64.URLEncoding.EncodeToString(bytes),
		base64.RawURLEncoding.EncodeToString(bytes),
		hex.EncodeToString(bytes),
		strings.ToUpper(hex.EncodeToString(bytes)),
	}
	for _, style := range []rawjson.Style{rawjson.Compact, rawjson.Python, rawjson.PHP, rawjson.GoMap, rawjson.EscapedUpper} {
		quoted := string(style.Encode(text))
		all = append(all, quoted[1:len(quoted)-1])
	}
	return all
}

// Replace hides every secret in text.
func (m masker) Replace(text string) string {
	text = m.plain.Replace(text)
	for _, word := range m.short {
		text = replaceWord(text, word)
	}
	return text
}

// replaceWord veils a word where it is no part of a longer one.
func replaceWord(text, word string) string {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
	var out strings.Builder
	for before := rune(0); ; {
		at := strings.Index(text, word)
		if at < 0 {
			out.WriteString(text)
			return out.String()
		}
		if at > 0 {
			before, _ = utf8.DecodeLastRuneInString(text[:at])
		}
		after, _ := utf8.DecodeRuneInString(text[at+len(word):])
		out.WriteString(text[:at])
		if inWord(before) || inWord(after) {
			out.WriteString(word)
		} else {
			out.WriteString(veil)
		}
		before, _ = utf8.DecodeLastRuneInString(word)
		text = text[at+len(word):]
	}
}

// tail veils the beginning of a secret at the end of a text that was cut there.
func (m masker) tail(text string) string {
	for _, writing := range m.writings {
		for n := len(writing) - 1; n >= telling; n-- {
			if strings.HasSuffix(text, writing[:n]) {
				return text[:len(text)-n] + veil
			}
		}
	}
	return text
}

// settings are the account's, of which none should be a secret.
func (c Config) settings() map[string]string {
	m, shown := c.masker(), map[string]string{}
	for name, value := range c.Account.Settings {
		shown[name] = m.Replace(value)
	}
	return shown
}

// maskEach hides the secrets in every text.
func (s *session) maskEach(texts []string) []string {
	m := s.config.masker()
	for i := range texts {
		texts[i] = m.Replace(texts[i])
	}
	return texts
}

// mask hides the secrets in everything that a target or an error may have put into
// a result.
func (s *session) mask(result *report.Check) {
	m := s.config.masker()
	result.Message = m.Replace(result.Message)
	result.Expected = m.Replace(result.Expected)
	result.Actual = m.Replace(result.Actual)
	result.Log = m.Replace(result.Log)
	result.Repeat = m.command(result.Repeat)
	for i := range result.Exchanges {
		e := &result.Exchanges[i]
		e.Note, e.Failure = m.Replace(e.Note), m.Replace(e.Failure)
		e.Request.URL = m.Replace(e.Request.URL)
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
		header[i] = [2]string{m.Replace(header[i][0]), m.Replace(header[i][1])}
		if slices.ContainsFunc(m.writings, func(w string) bool { return len(header[i][1]) >= telling && strings.HasPrefix(w, header[i][1]) }) {
			header[i][1] = veil // a check sends less than the right value
		}
	}
}

func (m masker) body(body *report.Body) {
	hide := m.Replace
	if body.Truncated {
		hide = func(text string) string { return m.tail(m.Replace(text)) }
	}
	body.Text = hide(body.Text)
	if bytes, err := base64.StdEncoding.DecodeString(body.Base64); err == nil && body.Base64 != "" {
		if masked := hide(string(bytes)); masked != string(bytes) {
			body.Base64 = base64.StdEncoding.EncodeToString([]byte(masked))
		}
	}
}

// variable is a name in a command that stands for a secret, and is none.
var variable = regexp.MustCompile(`\$KHOP_[A-Z_]+`)

// command hides secrets in a command, not in the names of the variables that hold
// them.
func (m masker) command(text string) string {
	var out strings.Builder
	from := 0
	for _, at := range variable.FindAllStringIndex(text, -1) {
		out.WriteString(m.Replace(text[from:at[0]]) + text[at[0]:at[1]])
		from = at[1]
	}
	return out.String() + m.Replace(text[from:])
}
