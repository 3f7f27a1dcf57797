package console_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/suites/console"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/pages"
	"github.com/khop-dev/khop/suites/console/wire"
)

const token = "a-token-that-is-long-enough"

// served is a console whose insides only say their names.
func served(t *testing.T, token string) http.Handler {
	t.Helper()
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: "K", SecretKey: "S"})
	if err != nil {
		t.Fatal(err)
	}
	says := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(name)) })
	}
	return console.New(console.Config{
		Desk: &desk.Desk{Endpoint: endpoint}, Token: token,
		Door: pages.Door(pages.Options{}), Pages: says("pages"), API: says("api"), Metrics: says("metrics"), Health: says("health"),
	})
}

// ask makes one request and returns its answer.
func ask(handler http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8700"+path, strings.NewReader(""))
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestEveryPathHasItsPart(t *testing.T) {
	handler := served(t, "")
	for path, want := range map[string]string{"/": "pages", "/events": "pages", "/api/v1/events": "api", "/metrics": "metrics", "/healthz": "health"} {
		if got := ask(handler, "GET", path); got.Code != 200 || got.Body.String() != want {
			t.Errorf("%s: %d %s, want %s", path, got.Code, got.Body, want)
		}
	}
	if got := ask(handler, "POST", "/core/transactions/postback"); !strings.Contains(got.Body.String(), "status") {
		t.Errorf("the endpoint: %d %s", got.Code, got.Body)
	}
}

func TestAnotherSitesPageIsKeptOut(t *testing.T) {
	handler := served(t, "")
	for name, one := range map[string]struct {
		header []string
		want   int
	}{
		"no browser":        {nil, 200},
		"its own page":      {[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		"another site":      {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"another port":      {[]string{"Origin", "http://127.0.0.1:9999"}, 403},
		"a name that lies":  {[]string{"Host", "evil.example"}, 421},
		"localhost":         {[]string{"Host", "localhost:8700"}, 200},
		"IPv6":              {[]string{"Host", "[::1]:8700"}, 200},
		"a loopback's name": {[]string{"Host", "khop.localhost:8700"}, 200},
	} {
		if got := ask(handler, "POST", "/api/v1/apps", one.header...); got.Code != one.want {
			t.Errorf("%s: %d, want %d", name, got.Code, one.want)
		}
	}
}

func TestTheTokenOpensTheDoor(t *testing.T) {
	handler := served(t, token)
	login := httptest.NewRequest("POST", "http://khop.example/login", strings.NewReader("token="+token))
	login.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	in := httptest.NewRecorder()
	handler.ServeHTTP(in, login)
	cookies := in.Result().Cookies()
	if in.Code != http.StatusSeeOther || len(cookies) != 1 || !cookies[0].HttpOnly || strings.Contains(cookies[0].Value, token) {
		t.Fatalf("login: %d %v", in.Code, cookies)
	}
	for name, one := range map[string]struct {
		path   string
		header []string
		want   int
	}{
		"nobody":           {"/", nil, 401},
		"the bearer":       {"/", []string{"Authorization", "Bearer " + token}, 200},
		"in small letters": {"/", []string{"Authorization", "bearer " + token}, 200},
		"a wrong bearer":   {"/", []string{"Authorization", "Bearer " + token + "x"}, 401},
		"no bearer":        {"/", []string{"Authorization", "Bearer "}, 401},
		"the cookie":       {"/", []string{"Cookie", cookies[0].Name + "=" + cookies[0].Value}, 200},
		"a wrong cookie":   {"/", []string{"Cookie", cookies[0].Name + "=" + token}, 401},
		"the API":          {"/api/v1/apps", nil, 401},
		"metrics":          {"/metrics", nil, 401},
		"health":           {"/healthz", nil, 200},
	} {
		if got := ask(handler, "GET", one.path, one.header...); got.Code != one.want {
			t.Errorf("%s: %d, want %d", name, got.Code, one.want)
		}
	}
	if page := ask(handler, "GET", "/", "Accept", "text/html"); !strings.Contains(page.Body.String(), `name="token"`) || page.Header().Get("Content-Security-Policy") == "" {
		t.Error("a browser is not asked for the token")
	}
}

func TestTheLocksRefuseTheAPIsCallersAsTheAPIDoes(t *testing.T) {
	for name, one := range map[string]struct {
		token  string
		header []string
		want   int
		says   string
	}{
		"no token":      {token, []string{"Accept", "text/html"}, 401, "Authorization: Bearer"},
		"another name":  {"", []string{"Host", "evil.example"}, 421, "start it with --token"},
		"another site":  {"", []string{"Sec-Fetch-Site", "cross-site"}, 403, "a page of another site"},
		"both of these": {token, []string{"Origin", "https://evil.example"}, 403, "a page of another site"},
	} {
		got := ask(served(t, one.token), "POST", "/api/v1/apps", one.header...)
		var problem wire.Problem
		if err := json.Unmarshal(got.Body.Bytes(), &problem); err != nil || got.Code != one.want || problem.Status != one.want ||
			!strings.Contains(problem.Detail, one.says) || got.Header().Get("Content-Type") != wire.ProblemType {
			t.Errorf("%s: %d %s, %v", name, got.Code, got.Body, err)
		}
		if page := ask(served(t, one.token), "POST", "/events", one.header...); page.Code != one.want || !strings.Contains(page.Body.String(), one.says) || strings.Contains(page.Body.String(), "{") {
			t.Errorf("%s, on a page: %d %s", name, page.Code, page.Body)
		}
	}
}

func TestTheDoor(t *testing.T) {
	handler := served(t, token)
	page := ask(handler, "GET", "/events", "Accept", "text/html", "Accept-Language", "vi")
	if page.Code != 401 || !strings.Contains(page.Body.String(), "Trang này mở cho ai biết token") || strings.Contains(page.Body.String(), "<script") {
		t.Errorf("%d %s", page.Code, page.Body)
	}
	style := regexp.MustCompile(`/assets/style\.css\?v=\w+`).FindString(page.Body.String())
	if got := ask(handler, "GET", style); got.Code != 200 || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/css") {
		t.Errorf("%s: %d %v", style, got.Code, got.Header())
	}
	if got := ask(handler, "POST", "/language"); got.Code != http.StatusSeeOther {
		t.Errorf("the language cannot be chosen: %d", got.Code)
	}
	if got := ask(handler, "POST", "/login"); got.Code != 401 || !strings.Contains(got.Body.String(), "That is not the token.") {
		t.Errorf("a wrong token: %d %s", got.Code, got.Body)
	}
	if got := ask(served(t, ""), "POST", "/login"); got.Body.String() != "pages" {
		t.Errorf("without a token there is a door: %d %s", got.Code, got.Body)
	}
}

func TestALongBodyIsCut(t *testing.T) {
	var read error
	endpoint, _ := accesstrade.New(accesstrade.Config{AccessKey: "K", SecretKey: "S"})
	handler := console.New(console.Config{Desk: &desk.Desk{Endpoint: endpoint}, API: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		for buffer := make([]byte, 1<<16); read == nil; {
			_, read = r.Body.Read(buffer)
		}
	}), Pages: http.NotFoundHandler(), Metrics: http.NotFoundHandler(), Health: http.NotFoundHandler()})
	r := httptest.NewRequest("POST", "http://127.0.0.1/api/v1/apps", strings.NewReader(strings.Repeat("x", 3<<20)))
	handler.ServeHTTP(httptest.NewRecorder(), r)
	if read == nil || !strings.Contains(read.Error(), "too large") {
		t.Error(read)
	}
}

func TestTargets(t *testing.T) {
	for name, one := range map[string]struct {
		patterns []string
		target   string
		want     string // part of the refusal; empty: allowed
	}{
		"anything":          {nil, "http://127.0.0.1:3000/hook", ""},
		"metadata":          {nil, "http://169.254.169.254/latest/meta-data", "link-local"},
		"metadata, mapped":  {nil, "http://[::ffff:169.254.169.254]/", "link-local"},
		"metadata, IPv6":    {nil, "http://[fd00:ec2::254]/", "metadata"},
		"link-local":        {nil, "http://[fe80::1]/", "link-local"},
		"a host":            {[]string{"shop.example"}, "https://shop.example/hook", ""},
		"another host":      {[]string{"shop.example"}, "https://evil.example/hook", "not among what --allow-target allows"},
		"a glob":            {[]string{"*.example"}, "https://a.example/hook", ""},
		"in any case":       {[]string{"Shop.Example"}, "https://SHOP.example/hook", ""},
		"a network":         {[]string{"127.0.0.0/8"}, "http://127.0.0.2/", ""},
		"out of it":         {[]string{"10.0.0.0/8"}, "http://127.0.0.2/", "not among"},
		"metadata, allowed": {[]string{"169.254.0.0/16"}, "http://169.254.169.254/", "link-local"},
	} {
		to, err := url.Parse(one.target)
		if err != nil {
			t.Fatal(err)
		}
		err = console.Targets{Patterns: one.patterns}.Allow(to)
		if (err == nil) != (one.want == "") || err != nil && !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: %v, want %q", name, err, one.want)
		}
	}
	for _, pattern := range []string{"10.0.0.0/99", "[a", "", " "} {
		if (console.Targets{Patterns: []string{pattern}}).Check() == nil {
			t.Errorf("%s is taken", pattern)
		}
	}
	if console.AllowAddress(netip.MustParseAddr("127.0.0.1")) != nil {
		t.Error("the loopback is refused")
	}
}
