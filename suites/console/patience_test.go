package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// give sends a token through the door.
func give(handler http.Handler, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "http://khop.example/login", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// Wrong tokens wait longer and longer, however they come. The right one never does.
func TestWrongTokensWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := served(t, token)
		took := func(ask func() *httptest.ResponseRecorder) (time.Duration, int) {
			from := time.Now()
			status := ask().Code
			return time.Since(from), status
		}
		right := func() {
			for name, one := range map[string]func() *httptest.ResponseRecorder{
				"at the door": func() *httptest.ResponseRecorder { return give(handler, url.Values{"token": {token}}) },
				"as a bearer": func() *httptest.ResponseRecorder { return ask(handler, "GET", "/", "Authorization", "Bearer "+token) },
				"as nobody":   func() *httptest.ResponseRecorder { return ask(handler, "GET", "/") },
			} {
				if waited, _ := took(one); waited > 0 {
					t.Errorf("the right token waits %v %s", waited, name)
				}
			}
		}
		wrong := []func() *httptest.ResponseRecorder{
			func() *httptest.ResponseRecorder { return give(handler, url.Values{"token": {"guess"}}) },
			func() *httptest.ResponseRecorder { return ask(handler, "GET", "/", "Authorization", "Bearer guess") },
			func() *httptest.ResponseRecorder { return ask(handler, "GET", "/", "Cookie", "khop_session=guess") },
		}
		for i, want := range []time.Duration{0, 0, 0, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second} {
			if waited, status := took(wrong[i%len(wrong)]); waited != want || status != http.StatusUnauthorized {
				t.Errorf("wrong token %d waits %v for %d, want %v", i+1, waited, status, want)
			}
			right()
		}
		time.Sleep(11 * time.Minute)
		if waited, _ := took(wrong[0]); waited > 0 {
			t.Errorf("a slip long after others waits %v", waited)
		}
	})
}

// However many guess at once, they cost little, and whoever knows the token gets in.
func TestWrongTokensDoNotLockTheRightOneOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := served(t, token)
		var guessing sync.WaitGroup
		statuses := make(chan int, 500)
		for range cap(statuses) {
			guessing.Go(func() { statuses <- give(handler, url.Values{"token": {"guess"}}).Code })
		}
		synctest.Wait()
		if in := give(handler, url.Values{"token": {token}}); in.Code != http.StatusSeeOther {
			t.Errorf("the right token is answered %d", in.Code)
		}
		guessing.Wait()
		close(statuses)
		counts := map[int]int{}
		for status := range statuses {
			counts[status]++
		}
		if counts[http.StatusTooManyRequests] < 400 || counts[http.StatusUnauthorized]+counts[http.StatusTooManyRequests] != cap(statuses) {
			t.Errorf("they are answered %v", counts)
		}
	})
}

func TestTheDoorLeadsToWhatWasAskedFor(t *testing.T) {
	handler := served(t, token)
	page := ask(handler, "GET", "/events?state=failed", "Accept", "text/html")
	if !strings.Contains(page.Body.String(), `name="next" value="/events?state=failed"`) {
		t.Errorf("the door does not know what was asked for: %s", page.Body)
	}
	again := give(handler, url.Values{"token": {"guess"}, "next": {"/events?state=failed"}})
	if !strings.Contains(again.Body.String(), `name="next" value="/events?state=failed"`) {
		t.Errorf("after a wrong token it is forgotten: %s", again.Body)
	}
	for next, want := range map[string]string{
		"/events?state=failed": "/events?state=failed", "": "/", "/login": "/", "/logout?x": "/", "//evil.example/": "/",
		"https://evil.example/": "/", `/\evil.example`: "/", "/\tevil": "/", "javascript:alert(1)": "/",
	} {
		if in := give(handler, url.Values{"token": {token}, "next": {next}}); in.Header().Get("Location") != want {
			t.Errorf("%q leads to %q, want %q", next, in.Header().Get("Location"), want)
		}
	}
}

func TestLeaving(t *testing.T) {
	handler := served(t, token)
	cookie := give(handler, url.Values{"token": {token}}).Result().Cookies()[0]
	out := ask(handler, "POST", "/logout", "Cookie", cookie.Name+"="+cookie.Value)
	gone := out.Result().Cookies()
	if out.Code != http.StatusSeeOther || out.Header().Get("Location") != "/" || len(gone) != 1 || gone[0].Name != cookie.Name || gone[0].MaxAge >= 0 {
		t.Errorf("leaving: %d %v", out.Code, gone)
	}
	if got := ask(handler, "POST", "/logout", "Sec-Fetch-Site", "cross-site"); got.Code != http.StatusForbidden {
		t.Errorf("another site's page throws people out: %d", got.Code)
	}
	stale := ask(handler, "GET", "/", "Cookie", cookie.Name+"=of-another-token").Result().Cookies()
	if len(stale) != 1 || stale[0].MaxAge >= 0 {
		t.Errorf("a cookie that does not fit stays: %v", stale)
	}
}
