package mocks_test

import (
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// A query string in a file ends with what an editor puts there; what no request line can
// hold is told by its place.
func TestABodyThatIsGiven(t *testing.T) {
	t.Parallel()
	for _, one := range []struct{ provider, body, want, wrong string }{
		{"esms", "SMSID=1&a=%20", "SMSID=1&a=%20", ""},
		{"esms", "SMSID=1\n", "SMSID=1", ""},
		{"esms", "SMSID=1\r\n", "SMSID=1", ""},
		{"esms", "SMSID=1&a={đơn}", "SMSID=1&a={đơn}", ""},
		{"esms", "", "", ""},
		{"esms", "SMSID=1\n\n", "", "line 1, column 8: a line break; a query string is one line"},
		{"esms", "a=1\r\nb=2\n", "", "line 1, column 4: a line break"},
		{"esms", "a=1&b=x y", "", "line 1, column 8: a blank cannot stand in a query string; write %20"},
		{"esms", "a=\t1", "", "line 1, column 3: the control character 0x09 cannot stand in a query string; write %09"},
		{"esms", "a=\x7f", "", "0x7f"},
		{"esms", "a=b#c&d=e", "", "line 1, column 4: a # ends a query string; write %23"},
		{"superai", "{ }\n\n", "{ }\n\n", ""},
	} {
		got, err := lookup(t, one.provider).Given([]byte(one.body))
		if one.wrong == "" && (err != nil || string(got) != one.want) {
			t.Errorf("%s, %q: %q, %v", one.provider, one.body, got, err)
		}
		if one.wrong != "" && (err == nil || !strings.Contains(err.Error(), one.wrong)) {
			t.Errorf("%s, %q: %q, %v; want %s", one.provider, one.body, got, err, one.wrong)
		}
	}
}

// Whatever a parameter is changed to, and whatever one that is added is called, it is that
// parameter alone.
func TestAChangedParameterIsNothingElse(t *testing.T) {
	t.Parallel()
	p := lookup(t, "esms")
	payload := p.Parse([]byte("SMSID=1&phonenumber=2"))
	for _, one := range []struct{ member, value, want string }{
		{"phonenumber", "+84 90&1", "SMSID=1&phonenumber=%2B84%2090%261"},
		{"SMSID", "a#b", "SMSID=a%23b&phonenumber=2"},
		{"SMSID", "a&SMSID=x\n", "SMSID=a%26SMSID%3Dx%0A&phonenumber=2"},
		{"/a b&c=d", "1", "SMSID=1&phonenumber=2&a%20b%26c%3Dd=1"},
		{"/phonenumber", "3", "SMSID=1&phonenumber=3"},
	} {
		changed, err := p.Change(payload, one.member, one.value)
		if got := string(p.Write(changed, rawjson.Compact)); err != nil || got != one.want {
			t.Errorf("%s to %q: %s, %v; want %s", one.member, one.value, got, err, one.want)
		}
	}
}

// What somebody has chosen himself goes out, and the rest is put in.
func TestChosenCredentialsGoOut(t *testing.T) {
	t.Parallel()
	p := lookup(t, "accesstrade")
	account := mocks.Account{Secrets: map[string]string{"access_key": "K", "secret_key": "S"}}
	const right = "6137270f515af002fa365f596612f3bd" // md5("1S")
	for _, one := range []struct {
		body   string
		chosen []string
		want   string
	}{
		{`{"transaction_id": "1"}`, nil, `{"transaction_id":"1","access_key":"K","signature":"` + right + `"}`},
		{`{"signature": "bad", "access_key": "W", "transaction_id":"1"}`, nil, `{"signature":"` + right + `","access_key":"K","transaction_id":"1"}`},
		{`{"signature": "bad", "access_key": "W", "transaction_id":"1"}`, []string{"signature"}, `{"signature":"bad","access_key":"K","transaction_id":"1"}`},
		{`{"access_key": "W", "transaction_id":"1"}`, []string{"access_key", "transaction_id"}, `{"access_key":"W","transaction_id":"1","signature":"` + right + `"}`},
		{`{"signature": "bad",  "access_key": ""}`, []string{"signature", "access_key"}, `{"signature": "bad",  "access_key": ""}`},
		{`no JSON`, []string{"signature"}, `no JSON`},
	} {
		if got := p.RequestAs(account, []byte(one.body), one.chosen); string(got.Body) != one.want || got.Path == "" {
			t.Errorf("%s, %v: %s, want %s", one.body, one.chosen, got.Body, one.want)
		}
	}
	plain := lookup(t, "superai").RequestAs(mocks.Account{Secrets: map[string]string{"partner_code": "P"}}, []byte(`{"signature": 1}`), []string{"signature"})
	if string(plain.Body) != `{"signature": 1}` || plain.Header["Signature"] == nil {
		t.Errorf("%+v", plain)
	}
}

func TestPatience(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		settings map[string]string
		want     time.Duration
	}{{nil, time.Minute}, {map[string]string{"retry_wait": "1s"}, time.Minute}, {map[string]string{"answer_within": "30ms"}, 30 * time.Millisecond}} {
		if got := (mocks.Account{Settings: one.settings}).Patience(time.Minute); got != one.want {
			t.Errorf("%v: %s, want %s", one.settings, got, one.want)
		}
	}
}
