package api_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/api"
)

// FuzzRequests sends anything to anywhere: the answer is one that the document knows, and
// never khop's own fault.
func FuzzRequests(f *testing.F) {
	for _, pattern := range api.Routes() {
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{app}", "app_1", "{event}", "1", "{provider}", "superai", "{kind}", "update_status", "{scenario}", flow.Name).Replace(path)
		f.Add(method, path, "", `{}`)
	}
	f.Add("GET", "/api/v1/events", "app=app_1&state=failed&type=x&q=1&before=2&after=0&limit=10", "")
	f.Add("GET", "/api/v1/providers/esms/events/zalo/sample", "generated&seed=7", "")
	f.Add("POST", "/api/v1/apps", "", `{"name":"n","provider":"mobio","target":"http://127.0.0.1:1/","secrets":{"app_id":"a","app_secret":"b"},"headers":{"X":"y"},"settings":{},"speed":2,"paused":true}`)
	f.Add("PATCH", "/api/v1/apps/app_1", "", `{"name":"n","secrets":{"partner_code":null},"speed":1e308}`)
	f.Add("POST", "/api/v1/apps/app_1/events", "", `{"event":"update_status","data":{"/a/b":[1,{"c":null}],"status":"12"},"count":2}`)
	f.Add("POST", "/api/v1/apps/app_1/preview", "", `{"event":"update_weight","body":"{\"type\":1}"}`)
	f.Add("POST", "/api/v1/apps/app_2/events", "", `{"event":"callback","body":"SMSID=%zz&=&a"}`)
	f.Add("POST", "/api/v1/validate", "", `{"schema":"esms/callback","body":"SMSID=1&TypeId=%C4%91"}`)
	f.Add("POST", "/api/v1/events/resend", "", `{"app":"app_1","state":"failed","type":"t","q":"q"}`)
	f.Add("POST", "/api/v1/scenarios/superai-slow/runs", "", `{"app":"app_1","speed":1e-300}`)

	s := play(f)
	for _, app := range []outbox.App{
		{Provider: "superai", Target: "http://127.0.0.1:1/hook", Secrets: map[string]string{"partner_code": "P"}, Speed: 1},
		{Provider: "esms", Target: "http://127.0.0.1:1/hook", Speed: 1},
	} {
		if _, err := s.PutApp(f.Context(), app); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		if strings.HasSuffix(path, "/checks") && method == http.MethodPost {
			return // would send to a target
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if strings.HasSuffix(path, "/stream") {
			cancel() // a stream ends when its reader does
		}
		r := (&http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Host: "khop", Proto: "HTTP/1.1",
			Header: http.Header{"Content-Type": {"application/json"}}, Body: http.NoBody,
		}).WithContext(ctx)
		if body != "" {
			r.Body = io.NopCloser(strings.NewReader(body))
		}
		s.forget()
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%s %s?%s %s: %d %s", method, path, query, body, w.Code, w.Body)
		}
		if w.Code/100 == 3 || ctx.Err() != nil {
			return // the mux cleans paths up
		}
		if err := contract.judge(r.Pattern, said{w.Code, w.Header(), w.Body.String()}); err != nil {
			t.Fatalf("%s %s?%s %s: %d %s: %v", method, path, query, body, w.Code, w.Body, err)
		}
	})
}
