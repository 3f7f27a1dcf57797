package pages_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A receiver that has crashed is told of once.
func TestWhyAVerificationEndedIsSaidOnce(t *testing.T) {
	o := open(t)
	var requests atomic.Int32
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 5 {
			_ = server.Listener.Close()
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte(`{"status": 200}`))
	})
	server.Start()
	o.Cleanup(server.Close)
	page := o.post("/check", url.Values{"app": {o.app("superai", server.URL+"/hook").ID}}).wants(http.StatusOK)
	for end := time.Now().Add(20 * time.Second); !strings.Contains(words(page.root), "ERROR") && time.Now().Before(end); {
		page = o.get(page.path)
	}
	if n := strings.Count(words(page.root), "cannot be reached"); n != 1 {
		t.Errorf("it is said %d times:\n%s", n, words(page.root))
	}
}
