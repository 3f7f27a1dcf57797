package suites_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
)

// What a check says of a delivery is what goes out: nothing on the way to the wire (a
// signature that is to look ordinary, a birth that is to be new) takes it back.

// promises are what notes say of members, with what then holds for the member.
var promises = []struct {
	note  *regexp.Regexp // its groups: the member, and what it is said to be
	holds func(member rawjson.Value, there bool, said string) bool
}{
	{regexp.MustCompile(`with null in /?(\S+)$`), func(member rawjson.Value, there bool, _ string) bool {
		return there && member.Kind() == rawjson.Null
	}},
	{regexp.MustCompile(`without /?(\S+)$`), func(_ rawjson.Value, there bool, _ string) bool { return !there }},
	{regexp.MustCompile(`with /?(\S+) = (\S+)$`), func(member rawjson.Value, _ bool, said string) bool { return member.Content() == said }},
	{regexp.MustCompile(`with (\w+)=(\S*)$`), func(member rawjson.Value, there bool, said string) bool {
		return there && member.Content() == said
	}},
}

func TestDeliveriesKeepWhatTheCheckChanged(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status": 200, "message": "OK"}`))
	}))
	t.Cleanup(receiver.Close)
	for _, name := range mocks.Names() {
		if name == "accesstrade" {
			continue // its calls are made anew around what a check changed
		}
		t.Run(name, func(t *testing.T) {
			kept := 0
			for range 3 { // whether a digest has to be moved is a matter of luck
				kept += promisesKept(t, name, receiver.URL)
			}
			if kept < 30 {
				t.Errorf("only %d deliveries say of a member what it is", kept)
			}
		})
	}
}

// promisesKept runs the checks that change members and holds every delivery to its
// note. It returns how many notes said something.
func promisesKept(t *testing.T, provider, address string) int {
	t.Helper()
	c := config(t, provider, address)
	for _, check := range suites.Checks(provider) {
		if strings.Contains(check.ID, ".null-") || strings.Contains(check.ID, ".absent-") ||
			strings.Contains(check.ID, ".empty-") || strings.HasSuffix(check.ID, ".raw-numbers") {
			c.Only = append(c.Only, check.ID)
		}
	}
	kept := 0
	c.Record = func(check report.Check) {
		for _, sent := range check.Exchanges {
			for _, promise := range promises {
				said := promise.note.FindStringSubmatch(sent.Note)
				if said == nil {
					continue
				}
				member, there := payloadSent(t, c.Provider, sent).Get("/" + said[1])
				if !promise.holds(member, there, said[len(said)-1]) {
					t.Errorf("%s: %q went out with %s", check.ID, sent.Note, member)
				}
				kept++
			}
		}
	}
	if _, err := suites.RunPlain(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return kept
}

// payloadSent is what a delivery carried.
func payloadSent(t *testing.T, provider *mocks.Provider, sent report.Exchange) rawjson.Value {
	t.Helper()
	if !provider.Query {
		return rawjson.MustParse([]byte(sent.Request.Body.Text))
	}
	u, err := url.Parse(sent.Request.URL)
	if err != nil {
		t.Fatal(err)
	}
	return provider.Parse([]byte(u.RawQuery))
}
