package match_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/match"
	"github.com/khop-dev/khop/schemas/rawjson"
)

const partnerCode = "PARTNER-42"

var (
	superAI = match.Secrets{"partner_code": partnerCode}
	mobio   = match.Secrets{"app_id": "APP-1", "app_secret": "S3CRET-9"}
)

// update is a documented payload with a letter that JSON libraries write in several
// ways.
var update = rawjson.MustParse(fixtures.Documented("superai")[0].Payload).With("/address", rawjson.Text("Ngõ 5 <Hà Nội> & 1/2"))

// mac is SuperAI's digest, written apart from khop's own.
func mac(key string, body []byte) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// signed is a request with a value for the header Signature.
func signed(body []byte, value string) mocks.Request {
	return mocks.Request{Header: http.Header{"Signature": {value}}, Body: body}
}

func TestAGenuineSignatureIsRecognised(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	body := rawjson.Compact.Encode(update)
	g.Expect(signed(body, mac(partnerCode, body))).To(match.BeSignedBy("superai", superAI))

	request := httptest.NewRequest(http.MethodPost, "/hook", bytes.NewReader(body))
	request.Header.Set("Signature", mac(partnerCode, body))
	g.Expect(request).To(match.BeSignedBy("superai", superAI))
	g.Expect(request).NotTo(match.BeSignedBy("superai", match.Secrets{"partner_code": "another"}))
	g.Expect(io.ReadAll(request.Body)).To(Equal(body), "the body can be read again")
}

func TestEveryDialectIsGenuine(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	provider, err := mocks.Lookup("mobio")
	g.Expect(err).NotTo(HaveOccurred())
	for _, value := range []string{"mac", "bare"} {
		account, err := provider.Account(mobio, map[string]string{"signature": value})
		g.Expect(err).NotTo(HaveOccurred())
		body := provider.Write(provider.Events()[0].Payload, rawjson.Compact)
		g.Expect(provider.Request(account, body)).To(match.BeSignedBy("mobio", mobio))
	}
}

func TestAMistakeIsNamed(t *testing.T) {
	t.Parallel()
	compact := rawjson.Compact.Encode(update)
	var goMap map[string]any
	if err := json.Unmarshal(compact, &goMap); err != nil {
		t.Fatal(err)
	}
	marshalled, err := json.Marshal(goMap)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(mac(partnerCode, compact))
	if err != nil {
		t.Fatal(err)
	}
	for likely, request := range map[string]mocks.Request{
		"re-serialised JSON was signed, as Go's json.Marshal of a map":      signed(compact, mac(partnerCode, marshalled)),
		"re-serialised JSON was signed, as Python's json.dumps":             signed(compact, mac(partnerCode, rawjson.Python.Encode(update))),
		"re-serialised JSON was signed, as PHP's json_encode":               signed(compact, mac(partnerCode, rawjson.PHP.Encode(update))),
		"re-serialised JSON was signed, as compact JSON":                    signed(rawjson.Pretty.Encode(update), mac(partnerCode, compact)),
		"re-serialised JSON was signed, as Go's json.Marshal of a struct":   signed(compact, mac(partnerCode, escaped(compact))),
		"an empty body was signed":                                          signed(compact, mac(partnerCode, nil)),
		"without its last line break":                                       signed(append(bytes.Clone(compact), '\n'), mac(partnerCode, compact)),
		"with a line break at its end, which is not sent":                   signed(compact, mac(partnerCode, append(bytes.Clone(compact), '\n'))),
		"computed as HMAC-SHA256 in upper-case hex":                         signed(compact, strings.ToUpper(mac(partnerCode, compact))),
		"computed as HMAC-SHA256 in base64 instead of hex":                  signed(compact, base64.StdEncoding.EncodeToString(raw)),
		`computed as HMAC-SHA256 with the prefix "sha256="`:                 signed(compact, "sha256="+mac(partnerCode, compact)),
		`the prefix "hmac=" does not belong there`:                          signed(compact, "hmac="+mac(partnerCode, compact)),
		"there are blanks around the value":                                 signed(compact, " "+mac(partnerCode, compact)),
		"the value is empty":                                                signed(compact, ""),
		"the header is missing":                                             {Header: http.Header{}, Body: compact},
		"the header is missing; the right value stands in X-Signature":      {Header: http.Header{"X-Signature": {mac(partnerCode, compact)}}, Body: compact},
		"the header was added twice":                                        {Header: http.Header{"Signature": {mac(partnerCode, compact), "x"}}, Body: compact},
		"made with another secret, or over other bytes than the body":       signed(compact, strings.Repeat("0", 64)),
		"the body was signed with a line break at its end, which is not se": signed([]byte("no JSON"), mac(partnerCode, []byte("no JSON\n"))),
	} {
		matcher := match.BeSignedBy("superai", superAI)
		genuine, err := matcher.Match(request)
		if genuine || err != nil {
			t.Errorf("%s: genuine %v, %v", likely, genuine, err)
		}
		if said := matcher.FailureMessage(request); !strings.Contains(said, likely) {
			t.Errorf("want %q in:\n%s", likely, said)
		}
	}
}

// escaped is JSON as Go's json.Marshal writes it of a struct.
func escaped(doc []byte) []byte {
	var out bytes.Buffer
	json.HTMLEscape(&out, doc)
	return out.Bytes()
}

func TestASignaturesMessages(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	body := []byte(`{"type":"update_status"}`)
	matcher := match.BeSignedBy("superai", superAI)
	g.Expect(matcher.Match(signed(body, partnerCode))).To(BeFalse())
	g.Expect(matcher.FailureMessage(nil)).To(Equal(`Expected the request to be signed as superai does, and the header Signature does not fit
    expected: ` + mac(partnerCode, body) + `
    found:    ***
    likely:   it was computed as the partner code itself, compared as a static token`))
	g.Expect(matcher.Match(signed(body, mac(partnerCode, body)))).To(BeTrue())
	g.Expect(matcher.NegatedFailureMessage(nil)).To(Equal("Expected the request not to be signed as superai does, and the header Signature fits"))
}

func TestWhatHasNoSignatureIsAnError(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	for says, one := range map[string]struct {
		matcher interface{ Match(any) (bool, error) }
		actual  any
	}{
		`did you mean "superai"?`:                      {match.BeSignedBy("superia", superAI), mocks.Request{}},
		"eSMS does not sign":                           {match.BeSignedBy("esms", nil), mocks.Request{}},
		`its secret "partner_code", which is not`:      {match.BeSignedBy("superai", nil), mocks.Request{}},
		"has no such secret":                           {match.BeSignedBy("superai", match.Secrets{"partner_code": "p", "key": "k"}), mocks.Request{}},
		"not a string":                                 {match.BeSignedBy("superai", superAI), "body"},
		"the *http.Request is nil":                     {match.BeSignedBy("superai", superAI), (*http.Request)(nil)},
		`the secret "secret_key", which is not given`:  {match.BeSignedBy("accesstrade", nil), mocks.Request{}},
		"this is none of AccessTrade's calls":          {match.BeSignedBy("accesstrade", match.Secrets{"secret_key": "s"}), mocks.Request{Path: "/elsewhere"}},
		"read the request's body: the connection died": {match.BeSignedBy("superai", superAI), httptest.NewRequest(http.MethodPost, "/", dying{})},
	} {
		_, err := one.matcher.Match(one.actual)
		g.Expect(err).To(MatchError(ContainSubstring(says)))
	}
}

// dying is a body that ends before its end.
type dying struct{}

func (dying) Read([]byte) (int, error) { return 0, errDied }

var errDied = errorText("the connection died")

type errorText string

func (e errorText) Error() string { return string(e) }
