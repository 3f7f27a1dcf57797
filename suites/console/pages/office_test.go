package pages_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/html"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/outbox"
	_ "github.com/khop-dev/khop/mocks/platforms"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/pages"
)

// office is a desk with pages, and a browser without scripts that uses them.
type office struct {
	*testing.T
	desk   *desk.Desk
	memory *memory
	server *httptest.Server
	client *http.Client
}

// The AccessTrade keys of an office.
const (
	accessKey = "access-key-of-the-office"
	secretKey = "secret-key-of-the-office"
)

func open(t *testing.T) *office {
	t.Helper()
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: accessKey, SecretKey: secretKey})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{T: t, memory: newMemory()}
	o.desk = &desk.Desk{Backend: o.memory, Endpoint: endpoint, Scenarios: scenario.New(o.memory, scenario.Builtin()), Version: "1.2.3"}
	t.Cleanup(o.desk.Scenarios.Close)
	mux := http.NewServeMux()
	mux.Handle("/", pages.New(o.desk, pages.Options{Token: true, Keys: pages.Keys{Access: accessKey}}))
	mux.Handle("/core/", endpoint)
	o.server = httptest.NewServer(mux)
	t.Cleanup(o.server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	o.client = &http.Client{Jar: jar}
	return o
}

// deliver has everything that is due delivered, until the test is over.
func (o *office) deliver() {
	ctx, cancel := context.WithCancel(context.Background())
	courier := outbox.NewCourier(outbox.CourierOptions{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = o.memory.Run(ctx, courier.Deliver, 1) // it ends with the test
	}()
	o.Cleanup(func() { cancel(); <-done; courier.Close() })
}

// receiver is a target that answers 200, or what it is told to.
type receiver struct {
	*httptest.Server
	status atomic.Int32
	answer atomic.Value
}

func (o *office) receiver() *receiver {
	r := &receiver{}
	r.status.Store(http.StatusOK)
	r.answer.Store(`{"status": 200, "message": "OK"}`)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(int(r.status.Load()))
		fmt.Fprint(w, r.answer.Load())
	}))
	o.Cleanup(r.Close)
	return r
}

// app makes an app by way of the desk.
func (o *office) app(provider, target string) outbox.App {
	o.Helper()
	app := outbox.App{Name: "my " + provider, Provider: provider, Target: target, Speed: 1, Secrets: map[string]string{}}
	for _, secret := range map[string][]string{"superai": {"partner_code"}, "mobio": {"app_id", "app_secret"}}[provider] {
		app.Secrets[secret] = "value-of-" + secret
	}
	made, err := o.desk.CreateApp(o.Context(), app)
	if errors.Is(err, desk.ErrTaken) {
		app.Name += " too"
		made, err = o.desk.CreateApp(o.Context(), app)
	}
	if err != nil {
		o.Fatal(err)
	}
	return made
}

// trigger has an app send events.
func (o *office) trigger(app outbox.App, draft desk.Draft) []int64 {
	o.Helper()
	ids, err := o.desk.Trigger(o.Context(), app.ID, draft)
	if err != nil {
		o.Fatal(err)
	}
	return ids
}

// sheet is a page as it came.
type sheet struct {
	*office
	status int
	path   string // where redirects have led
	header http.Header
	text   string
	root   *html.Node
}

func (o *office) get(path string) *sheet {
	o.Helper()
	answer, err := o.client.Get(o.server.URL + path)
	return o.read(answer, err)
}

// post sends a form; redirects are followed.
func (o *office) post(path string, form url.Values) *sheet {
	o.Helper()
	answer, err := o.client.PostForm(o.server.URL+path, form)
	return o.read(answer, err)
}

func (o *office) read(answer *http.Response, err error) *sheet {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		o.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		o.Fatal(err)
	}
	return &sheet{o, answer.StatusCode, answer.Request.URL.RequestURI(), answer.Header, string(text), root}
}

// wants checks the status, and that the page shows some texts.
func (s *sheet) wants(status int, texts ...string) *sheet {
	s.Helper()
	if s.status != status {
		s.Fatalf("%s: status %d, want %d:\n%s", s.path, s.status, status, words(s.root))
	}
	for _, text := range texts {
		if !strings.Contains(words(s.root), text) {
			s.Errorf("%s does not show %q:\n%s", s.path, text, words(s.root))
		}
	}
	return s
}

// lacks checks that the page shows nothing of some texts, not even in its attributes.
func (s *sheet) lacks(texts ...string) *sheet {
	s.Helper()
	for _, text := range texts {
		if strings.Contains(s.text, text) {
			s.Errorf("%s has %q in it", s.path, text)
		}
	}
	return s
}

// wrong checks that a field is marked, and that the message beside it says something.
func (s *sheet) wrong(field, message string) {
	s.Helper()
	input, beside := find(s.root, field), find(s.root, field+"-wrong")
	switch {
	case input == nil || beside == nil:
		s.Errorf("%s: nothing is said beside %q:\n%s", s.path, field, words(s.root))
	case attribute(input, "aria-invalid") != "true" || !strings.Contains(attribute(input, "aria-describedby"), field+"-wrong"):
		s.Errorf("%s: the field %q is not marked: %v", s.path, field, input.Attr)
	case !strings.Contains(words(beside), message):
		s.Errorf("%s: beside %q stands %q, want %q", s.path, field, words(beside), message)
	}
}

// find is the element with an id; nil where there is none.
func find(node *html.Node, id string) *html.Node {
	for n := range node.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words is what a person reads of an element.
func words(node *html.Node) string {
	var out strings.Builder
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			out.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}
