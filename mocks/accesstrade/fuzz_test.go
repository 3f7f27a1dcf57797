package accesstrade_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
)

// FuzzEndpoint holds what is promised for any request: an answer that is JSON, with
// one of the known statuses, saying something when it refuses; one entry in the
// journal; bounded memory; and no key in anything that is shown.
func FuzzEndpoint(f *testing.F) {
	for _, example := range fixtures.Documented("accesstrade") {
		f.Add(http.MethodPost, accesstrade.PostbackPath, "", example.Payload)
		f.Add(http.MethodPost, accesstrade.BulkUpdatePath, "", example.Payload)
		f.Add(http.MethodGet, accesstrade.ListingPath, string(example.Payload), []byte(nil))
	}
	for _, miss := range fixtures.Invalid("accesstrade") {
		f.Add(http.MethodPost, accesstrade.PostbackPath, "", miss.Payload)
	}
	signed := merchant.Postback(sample("1"))
	f.Add(http.MethodPost, accesstrade.PostbackPath, "", signed.Body)
	f.Add(http.MethodPost, accesstrade.BulkUpdatePath, "", merchant.BulkUpdate(accesstrade.Report(zero, accesstrade.Change{ID: "1"})).Body)
	f.Add(http.MethodGet, accesstrade.ListingPath, merchant.Listing("2016-06-08", "").Query, []byte(nil))
	f.Add(http.MethodGet, accesstrade.JournalPath, "since=1", []byte(nil))
	f.Add("WHATEVER", "/"+secretKey, secretKey, []byte(secretKey))

	const keep = 5
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: accessKey, SecretKey: secretKey, Keep: keep, Store: accesstrade.NewMemory(keep)})
	if err != nil {
		f.Fatal(err)
	}
	statuses := []int{200, 400, 404, 405, 413}
	ask := func(t *testing.T, r *http.Request) string {
		answer := httptest.NewRecorder()
		endpoint.ServeHTTP(answer, r)
		body := answer.Body.String()
		if !json.Valid([]byte(body)) || !slices.Contains(statuses, answer.Code) {
			t.Fatalf("%d %s", answer.Code, body)
		}
		return body
	}
	f.Fuzz(func(t *testing.T, method, path, query string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(body)))
		r.Method, r.URL = method, &url.URL{Path: path, RawQuery: query}
		var told struct {
			Status  *bool
			Message string
		}
		if err := json.Unmarshal([]byte(ask(t, r)), &told); err == nil && told.Status != nil && told.Message == "" {
			t.Fatal("an answer without a word")
		}
		if entries := endpoint.Journal(); len(entries) > keep {
			t.Fatalf("%d entries", len(entries))
		}
		shown := ask(t, httptest.NewRequest(http.MethodGet, accesstrade.JournalPath, nil))
		if strings.Contains(shown, secretKey) || strings.Contains(shown, accessKey) {
			t.Fatalf("a key is shown in %s", shown)
		}
	})
}
