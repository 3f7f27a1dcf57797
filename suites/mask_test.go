package suites_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// awkward secrets: the second begins with the first, and needs escapes everywhere.
var awkward = map[string]string{"app_id": "SHOP-1742", "app_secret": `SHOP-1742/"qxjzv ký" <&>`}

// forms are the ways in which a careless target may echo a secret.
func forms(secret string) map[string]string {
	marshalled, _ := json.Marshal(secret)
	ascii := strconv.QuoteToASCII(secret)
	return map[string]string{
		"plain":           secret,
		"JSON, as Go":     string(marshalled[1 : len(marshalled)-1]),
		"JSON, as Python": ascii[1 : len(ascii)-1],
		"JSON, as Node":   strings.ReplaceAll(secret, `"`, `\"`),
		"query":           url.QueryEscape(secret),
		"path":            url.PathEscape(secret),
		"HTML":            html.EscapeString(secret),
		"base64":          base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64, URL":     base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"hex":             hex.EncodeToString([]byte(secret)),
		"HEX":             strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
}

func TestNoSecretIsShownThatATargetEchoes(t *testing.T) {
	t.Parallel()
	var echo strings.Builder
	for _, secret := range awkward {
		for how, form := range forms(secret) {
			fmt.Fprintf(&echo, "%s: [%s]\n", how, form)
		}
	}
	address := listening(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Debug", awkward["app_secret"])
		w.Header().Set("X-Id", "app="+awkward["app_id"])
		w.Header().Set("X-"+awkward["app_id"], "1")
		if r.Header.Get("X-mevent-signature") == "" {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = fmt.Fprint(w, "\xff\xfe binary ", echo.String())
			return
		}
		_, _ = fmt.Fprint(w, echo.String())
	})
	r, err := run(t.Context(), t, against(t, "mobio", address, sharing(awkward)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict).To(Equal(report.Failed))
	shown := renderings(t, r)
	g.Expect(shown["report.json"]).To(ContainSubstring("JSON, as Node: [***]"), "the echo is there")
	for _, secret := range awkward {
		for how, form := range forms(secret) {
			for where, text := range shown {
				g.Expect(strings.Contains(text, form)).To(BeFalse(), "%s shows a secret as %s", where, how)
			}
		}
	}
	for where, text := range shown {
		g.Expect(text).NotTo(ContainSubstring("qxjzv"), "%s shows the end of a secret whose beginning is another secret", where)
	}
}

func TestAShortSecretIsHiddenAsAWordAlone(t *testing.T) {
	t.Parallel()
	address := listening(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `A S A,S "A" (S!) a s KEYS A_S ÁA AS`)
	})
	r, _ := run(t.Context(), t, against(t, "mobio", address,
		sharing(map[string]string{"app_id": "A", "app_secret": "S!"}), only("mobio.signature.missing-header")))
	answer := find(t, r, "mobio.signature.missing-header").Exchanges[0].Answer
	NewWithT(t).Expect(answer.Text).To(Equal(`*** S ***,S "***" (***) a s KEYS A_S ÁA AS`))
}

func TestNoCredentialOfTheAddressOrAHeaderIsShown(t *testing.T) {
	t.Parallel()
	address := listening(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(w, r.Header)
		user, password, _ := r.BasicAuth()
		_, _ = fmt.Fprintln(w, user, password)
	})
	address = strings.Replace(address, "://", "://shop:g1eo-tr0ng@", 1)
	config := against(t, "superai", address, only("superai.signature.missing-header"), func(c *suites.Config) {
		c.Target.Header = http.Header{"X-Shop": {"w0rd-of-mouth"}, "X-Auth": {"Bearer t0k3n-abcdef"}, "Accept": {"text/plain"}}
		c.Repeat = func(suites.Check, uint64) string { return "khop repeat --target " + address }
	})
	r, err := run(t.Context(), t, config)
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	basic := base64.StdEncoding.EncodeToString([]byte("shop:g1eo-tr0ng"))
	for where, text := range renderings(t, r) {
		for _, secret := range []string{"g1eo-tr0ng", "w0rd-of-mouth", "t0k3n-abcdef", basic} {
			g.Expect(strings.Contains(text, secret)).To(BeFalse(), "%s shows %s", where, secret)
		}
	}
	g.Expect(find(t, r, "superai.signature.missing-header").Exchanges[0].Answer.Text).To(ContainSubstring("text/plain"))
	g.Expect(r.Target).To(HavePrefix("http://***:"))
}

func TestASecretIsHiddenWhereABodyWasCut(t *testing.T) {
	t.Parallel()
	const kept = 64 << 10 // of the body of an exchange that failed
	address := listening(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, strings.Repeat("x", kept-6)+"PARTNER-42")
	})
	r, _ := run(t.Context(), t, against(t, "superai", address, only("superai.signature.missing-header")))
	answer := find(t, r, "superai.signature.missing-header").Exchanges[0].Answer
	g := NewWithT(t)
	g.Expect(answer.Truncated).To(BeTrue())
	g.Expect(answer.Size).To(Equal(kept + 4))
	g.Expect(strings.HasSuffix(answer.Text, "xx***")).To(BeTrue(), "ends in %q", answer.Text[len(answer.Text)-12:])
}

func TestWhatLetsSomebodyInIsFoundByItsPlace(t *testing.T) {
	t.Parallel()
	for given, hidden := range map[string][]string{
		"http://h/x?token=sekrit&a%2fb=c%2fdog&e;f=gh1j": {"sekrit", "c/dog", "c%2fdog", "c%2Fdog", "gh1j"},
		"http://h/x?T0K3N":           {"T0K3N"},
		"http://T0K3N@h/x":           {"T0K3N"},
		"http://anna:pa%20ss@h/x":    {" anna ", "pa ss", "pa%20ss", base64.StdEncoding.EncodeToString([]byte("anna:pa ss"))},
		"http://h/x":                 nil,
		"http://127.0.0.1:1/a/{key}": nil,
	} {
		config := against(t, "superai", "http://127.0.0.1/")
		if strings.Contains(given, "{key}") {
			config.Observer = &target.Observer{Ask: given}
		} else {
			u, err := target.ParseURL(given)
			if err != nil {
				t.Fatal(err)
			}
			config.Target.URL = u
		}
		masks(t, config, given, hidden)
	}
	for given, hidden := range map[string][]string{
		`curl -s -u anna:pa55word http://h/{key}`:                        {"pa55word"},
		`curl --user 'anna:pa55word' http://h/{key}`:                     {"pa55word"},
		`curl -H "Authorization: Bearer T0K3N" 'http://h/{key}?a=V4LUE'`: {"T0K3N", "V4LUE"},
		`curl -H 'X-Shop-Auth:T0K3N' http://u:pw0rd@h/{key}`:             {"T0K3N", "pw0rd"},
		`curl -H "Accept: text/plain" http://h/{key}`:                    nil,
		`PGPASSWORD=pa55word psql -c "select {key}"`:                     {"pa55word"},
		`curl -H "Authorization: Bearer $TOKEN" http://h/{key}`:          nil,
		`docker exec db redis-cli get {key}`:                             nil,
	} {
		config := against(t, "superai", "http://127.0.0.1/")
		config.Observer = &target.Observer{Ask: given}
		masks(t, config, given, hidden)
	}
}

// masks holds when a text shows nothing of what is hidden, and all of the rest.
func masks(t *testing.T, config suites.Config, given string, hidden []string) {
	t.Helper()
	const harmless = "text/plain of anna@h, curl {key}: $TOKEN 200 OK"
	shown := config.Mask(strings.Join(hidden, " | ") + " | " + given)
	for _, secret := range hidden {
		if strings.Contains(shown, strings.TrimSpace(secret)) {
			t.Errorf("%s: %q stays in %q", given, secret, shown)
		}
	}
	if hidden == nil && shown != " | "+given {
		t.Errorf("%s: shown as %q", given, shown)
	}
	if got := config.Mask(harmless); hidden == nil && got != harmless {
		t.Errorf("%s: %q", given, got)
	}
}

// renderings are all forms of a report as a person reads them, escapes of the form
// itself undone.
func renderings(t *testing.T, r *report.Report) map[string]string {
	t.Helper()
	g := NewWithT(t)
	var doc, junit, console bytes.Buffer
	g.Expect(report.WriteJSON(&doc, r)).To(Succeed())
	g.Expect(report.WriteJUnit(&junit, r)).To(Succeed())
	shown := &report.Console{Out: &console, Detail: report.Verbose}
	shown.Begin(r.Khop, r.Provider, r.Target)
	for _, check := range r.Checks {
		shown.Watch(check)
	}
	shown.Finish(r)

	var value any
	g.Expect(json.Unmarshal(doc.Bytes(), &value)).To(Succeed())
	var text strings.Builder
	texts(value, &text)
	var characters strings.Builder
	decoder := xml.NewDecoder(&junit)
	for token, err := decoder.Token(); err == nil; token, err = decoder.Token() {
		switch token := token.(type) {
		case xml.CharData:
			characters.Write(token)
		case xml.StartElement:
			for _, a := range token.Attr {
				characters.WriteString(a.Value + "\n")
			}
		}
	}
	return map[string]string{"report.json": text.String(), "junit.xml": characters.String(), "console": console.String()}
}

// texts writes down every string of a JSON value, and what base64 among them holds.
func texts(value any, into *strings.Builder) {
	switch value := value.(type) {
	case string:
		into.WriteString(value + "\n")
	case []any:
		for _, item := range value {
			texts(item, into)
		}
	case map[string]any:
		for name, member := range value {
			into.WriteString(name + "\n")
			texts(member, into)
			if encoded, ok := member.(string); ok && name == "body_base64" {
				plain, _ := base64.StdEncoding.DecodeString(encoded)
				into.Write(plain)
			}
		}
	}
}
