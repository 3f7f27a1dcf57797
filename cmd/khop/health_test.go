package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthcheckAsksOnce(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, one := range map[string]struct {
		args []string
		code int
		says string
	}{
		"one that is well":      {[]string{server.URL + "/healthz"}, exitConforms, "healthy: "},
		"one that is not":       {[]string{server.URL + "/else"}, exitFailed, "answers 503"},
		"one that is gone":      {[]string{gone.URL}, exitFailed, "connection refused"},
		"what is no address":    {[]string{"::"}, exitFailed, "unhealthy: "},
		"more than one of them": {[]string{server.URL, server.URL}, exitUsage, "wants one address"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, complaint := khop(t, append([]string{"healthcheck"}, one.args...)...)
			if code != one.code || !strings.Contains(out+complaint, one.says) {
				t.Errorf("exit %d, %s%s", code, out, complaint)
			}
		})
	}
}
