package accesstrade_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/vectors"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// TestVectors holds the signature to vectors that were not made with khop, on both
// sides of the wire.
func TestVectors(t *testing.T) {
	all, err := vectors.Load(vectors.AccessTrade)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		t.Run(v.Name, func(t *testing.T) {
			m := accesstrade.Merchant{AccessKey: "k", SecretKey: v.Secrets["secret_key"]}
			id := string(v.Body)
			if got := m.Sign(id); got != v.Signature {
				t.Errorf("signed %s, want %s", got, v.Signature)
			}
			request := m.Postback(sample(id))
			if !strings.Contains(string(request.Body), `"signature":"`+v.Signature+`"`) {
				t.Errorf("%s lacks the signature", request.Body)
			}
		})
	}
}

func TestPostbackLeavesEverythingElseAsItIs(t *testing.T) {
	written := `{"access_key":"","signature":"","transaction_id":"A\u0020B","transaction_time":1447388224436,"transaction_value":1.50e6,"x":[1.0,-0]}`
	request := accesstrade.Merchant{AccessKey: "k", SecretKey: "s"}.Postback(parsed(written))
	want := `{"access_key":"k","signature":"` + accesstrade.Merchant{SecretKey: "s"}.Sign("A B") +
		`","transaction_id":"A B","transaction_time":1447388224436,"transaction_value":1.50e6,"x":[1.0,-0]}`
	if string(request.Body) != want {
		t.Errorf("got  %s\nwant %s", request.Body, want)
	}
	if request.Method != http.MethodPost || request.Path != accesstrade.PostbackPath || request.Query != "" {
		t.Errorf("got %s %s?%s", request.Method, request.Path, request.Query)
	}
}

func TestReportIsTheDocumentedShape(t *testing.T) {
	documented := rawjson.MustParse(fixtures.Documented("accesstrade")[5].Payload)
	report := accesstrade.Report(zero, accesstrade.Change{ID: "1"}, accesstrade.Change{ID: "2"})
	for _, credential := range []string{"/access_key", "/signature"} {
		value, _ := documented.Get(credential)
		report = report.With(credential, value)
	}
	if report.String() != documented.String() {
		t.Errorf("got  %s\nwant %s", report, documented)
	}
}

func TestRequestTo(t *testing.T) {
	listing := accesstrade.Merchant{AccessKey: "a&b", SecretKey: "s"}.Listing("2016-06-08", "-1")
	r, err := listing.To(t.Context(), "http://127.0.0.1:8090/at/")
	if err != nil {
		t.Fatal(err)
	}
	want := "http://127.0.0.1:8090/at/core/transactions?access_key=a%26b&date=2016-06-08&status=-1&signature=" + accesstrade.Merchant{SecretKey: "s"}.Sign("")
	if got := r.URL.String(); got != want || r.Method != http.MethodGet {
		t.Errorf("got %s %s, want %s", r.Method, got, want)
	}
	r.Header.Set("Content-Type", "changed")
	if listing.Header.Get("Content-Type") != "application/json" {
		t.Error("the request's header is shared")
	}
	if _, err := listing.To(t.Context(), "://"); err == nil || !strings.Contains(err.Error(), "GET of /core/transactions") {
		t.Errorf("got %v", err)
	}
}

func TestObjection(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   string
	}{
		{200, `{"status":true,"message":"Done"}`, ""},
		{201, ` {"status":true}`, ""},
		{200, `{"status":false,"message":"price: required"}`, "refused: price: required"},
		{422, `{"status":false,"message":"price: required"}`, "refused: price: required"},
		{500, `{"status":true,"message":"Done"}`, "HTTP status 500"},
		{302, ``, "HTTP status 302"},
		{200, ``, "not {"},
		{200, `OK`, "not {"},
		{200, `{"status":"true","message":"Done"}`, "not {"},
		{200, `{"Status":true,"message":"Done"}`, "not {"},
		{200, `{"status":true,"message":"Done"}}`, "not {"},
		{200, `[true]`, "not {"},
		{200, `{"status":1}`, "not {"},
		{200, `{"message":"Done"}`, "not {"},
	} {
		got := accesstrade.Objection(c.status, []byte(c.body))
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%d %s: %q, want %q", c.status, c.body, got, c.want)
		}
	}
}

func TestFormulasOfWhatIsNoCall(t *testing.T) {
	if formulas := accesstrade.Formulas(accesstrade.Other); len(formulas) != 0 {
		t.Errorf("got %v", formulas)
	}
	if _, err := accesstrade.FormulaOf(accesstrade.Listing, "dates"); err == nil || !strings.Contains(err.Error(), "did you mean date?") {
		t.Errorf("got %v", err)
	}
}
