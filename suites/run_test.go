package suites_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// partners are the secrets of the partner whose receivers these tests verify.
var partners = map[string]map[string]string{
	"superai": {"partner_code": "PARTNER-42"},
	"mobio":   {"app_id": "APP-1", "app_secret": "S3CRET-9"},
}

// against is a run over an address, as the changes want it.
func against(t *testing.T, provider, address string, changes ...func(*suites.Config)) suites.Config {
	t.Helper()
	g := NewWithT(t)
	p, err := mocks.Lookup(provider)
	g.Expect(err).NotTo(HaveOccurred())
	account, err := p.Account(partners[provider], nil)
	g.Expect(err).NotTo(HaveOccurred())
	u, err := target.ParseURL(address)
	g.Expect(err).NotTo(HaveOccurred())
	config := suites.Config{
		Provider: p, Account: account, Seed: 7, Version: "test",
		Target: target.Config{URL: u, Timeout: 20 * time.Second},
	}
	for _, change := range changes {
		change(&config)
	}
	return config
}

func only(ids ...string) func(*suites.Config) {
	return func(c *suites.Config) { c.Only = ids }
}

func within(timeout time.Duration) func(*suites.Config) {
	return func(c *suites.Config) { c.Target.Timeout = timeout }
}

// sharing changes the secrets.
func sharing(secrets map[string]string) func(*suites.Config) {
	return func(c *suites.Config) { c.Account.Secrets = secrets }
}

// run verifies and holds the report to what every report owes.
func run(ctx context.Context, t *testing.T, config suites.Config) (*report.Report, error) {
	t.Helper()
	r, err := suites.RunPlain(ctx, config)
	if r == nil {
		t.Fatalf("no report: %v", err)
	}
	complete(t, config, r)
	return r, err
}

// complete holds when the report fits its schema and accounts for every check.
func complete(t *testing.T, config suites.Config, r *report.Report) {
	t.Helper()
	g := NewWithT(t)
	var doc bytes.Buffer
	g.Expect(report.WriteJSON(&doc, r)).To(Succeed())
	problems, err := schemas.Report().Validate(doc.Bytes())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(problems).To(BeEmpty())
	unnamed, err := schemas.Report().Undocumented(doc.Bytes())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(unnamed).To(BeEmpty(), "the schema of report.json does not name these")
	var ids []string
	for _, check := range r.Checks {
		ids = append(ids, check.ID)
		if check.Status != report.Pass {
			g.Expect(check.Message).NotTo(BeEmpty(), "%s %s says nothing", check.Status, check.ID)
		}
	}
	if len(config.Only) == 0 {
		var want []string
		for _, check := range suites.Checks(config.Provider.Name) {
			want = append(want, check.ID)
		}
		g.Expect(ids).To(Equal(want))
	}
}

// listening is a server for one test.
func listening(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL + "/hook"
}

// genuine is a reference receiver, perhaps with defects.
func genuine(t *testing.T, provider string, defects ...string) http.Handler {
	t.Helper()
	handler, err := receivers.New(provider, receivers.Config{Secrets: partners[provider], Defects: defects})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// accepting answers 200 to the deliveries that are right, and 401 to the others.
func accepting(right func(r *http.Request, body []byte) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !right(r, body) {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}
}

// mobioDigest is written apart from khop's own.
func mobioDigest(body []byte) string {
	sum := sha256.Sum256([]byte("APP-1" + string(body) + "S3CRET-9"))
	return hex.EncodeToString(sum[:])
}

// find is one check's result.
func find(t *testing.T, r *report.Report, id string) report.Check {
	t.Helper()
	for _, check := range r.Checks {
		if check.ID == id {
			return check
		}
	}
	t.Fatalf("the report has no %s", id)
	return report.Check{}
}

// members reads a JSON object.
func members(t *testing.T, doc string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(doc), &object); err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	return object
}
