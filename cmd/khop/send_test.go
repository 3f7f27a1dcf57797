package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/khop-dev/khop/fixtures"
)

// A sample is sent by its own name where an event has several.
func TestSendTakesTheNameOfASample(t *testing.T) {
	var got url.Values
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.Query() }))
	defer server.Close()
	for _, sample := range fixtures.Documented("esms") {
		want, err := url.ParseQuery(string(sample.Payload))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, complaint := khop(t, "send", "esms", sample.Name, "-t", server.URL); complaint != "" {
			t.Errorf("%s: %s", sample.Name, complaint)
		}
		if got.Get("TypeId") != want.Get("TypeId") || got.Get("SMSID") == want.Get("SMSID") {
			t.Errorf("%s: sent %v", sample.Name, got)
		}
	}
	code, _, complaint := khop(t, "send", "esms", "zz", "-t", server.URL)
	if code != exitUsage || !strings.Contains(complaint, `eSMS has no event or sample "zz"; there are: callback, customer-care`) || strings.Count(complaint, "callback") != 1 {
		t.Errorf("exit %d: %s", code, complaint)
	}
	if _, out, _ := khop(t, "list", "events", "esms"); !strings.Contains(out, "zalo-journey") {
		t.Errorf("list events:\n%s", out)
	}
}
