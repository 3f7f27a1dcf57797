package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnEndpointIsNotObserved(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	_, _, complaint := khop(t, "verify", "accesstrade", "--target", gone.URL, "--observe", gone.URL+"/{key}",
		"--secret", "access_key=K", "--secret", "secret_key=S")
	if !strings.Contains(complaint, "--observe is not used for accesstrade") {
		t.Errorf("said %q", complaint)
	}
}

func TestTheAddressOfACallIsRefused(t *testing.T) {
	code, _, complaint := khop(t, "verify", "accesstrade", "--target", "http://127.0.0.1:9/core/transactions/postback",
		"--secret", "access_key=K", "--secret", "secret_key=S")
	if code != exitUsage || !strings.Contains(complaint, "give the address before it, http://127.0.0.1:9") {
		t.Errorf("exit %d: %q", code, complaint)
	}
}
