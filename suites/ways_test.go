package suites_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// frontPage answers what is not for the webhook with a page, as servers of single-page
// applications do.
func frontPage(webhook http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hook" && r.Method == http.MethodPost {
			webhook.ServeHTTP(w, r)
		}
	}
}

// strictPage is a front page whose server reads JSON before it knows who it is for.
func strictPage(webhook http.Handler) http.HandlerFunc {
	page := frontPage(webhook)
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hook" && r.Method == http.MethodPost {
			webhook.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if _, broken := rawjson.Parse(body); err != nil || broken != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		page(w, r)
	}
}

// pageBeside answers other paths with a page, and leaves the webhook's to it.
func pageBeside(webhook http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hook" {
			webhook.ServeHTTP(w, r)
		}
	}
}

// observing tells of every event that it was applied so often.
func observing(count int) func(*suites.Config) {
	return func(c *suites.Config) {
		c.Observer = &target.Observer{Within: 1, Func: func(context.Context, string) (int, error) { return count, nil }}
	}
}

func TestOtherDoors(t *testing.T) {
	t.Parallel()
	const check = "superai.signature.other-door"
	unseen := func(*suites.Config) {}
	for name, one := range map[string]struct {
		target   http.Handler
		observer func(*suites.Config)
		want     report.Status
		says     string
	}{
		"a correct receiver":                  {genuine(t, "superai"), unseen, report.Pass, ""},
		"a page for everything else":          {frontPage(genuine(t, "superai")), unseen, report.NotObservable, "yes to anything"},
		"such a page behind a JSON parser":    {strictPage(genuine(t, "superai")), unseen, report.NotObservable, "yes to anything"},
		"such a page, observed":               {frontPage(genuine(t, "superai")), observing(0), report.Pass, ""},
		"what is applied behind such a page":  {frontPage(genuine(t, "superai")), observing(1), report.Fail, "by PUT: 200 OK"},
		"a path that is not verified":         {genuine(t, "superai", "slash-unverified"), unseen, report.Fail, "to /hook/: 200 OK"},
		"a path that is not verified, unseen": {genuine(t, "superai", "slash-unverified"), observing(0), report.Pass, ""},
		"a method that is not, beside a page": {pageBeside(genuine(t, "superai", "put-unverified")), unseen, report.Fail, "by PUT: 200 OK"},
		"no verification at all":              {accepting(func(*http.Request, []byte) bool { return true }), unseen, report.Skip, "plain forgery"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := run(t.Context(), t, against(t, "superai", listening(t, one.target.ServeHTTP), only(check), one.observer))
			g := NewWithT(t)
			g.Expect(err).NotTo(HaveOccurred())
			judged := r.Checks[len(r.Checks)-1]
			g.Expect(judged.ID).To(Equal(check))
			g.Expect(judged.Status).To(Equal(one.want), judged.Message)
			g.Expect(judged.Message).To(ContainSubstring(one.says))
		})
	}
}

// What a target can be reached by differs: an address without a path has no other ways to
// write it, and what is escaped in one stays so.
func TestOtherDoorsOfOtherAddresses(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/", "/hook/", "/a%20b/%C4%91", "/9", "/hook?shop=1"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			address := listening(t, genuine(t, "superai").ServeHTTP)
			r, err := run(t.Context(), t, against(t, "superai", address[:len(address)-len("/hook")]+path, only("superai.signature.other-door")))
			g := NewWithT(t)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Checks[len(r.Checks)-1].Status).To(Equal(report.Pass))
		})
	}
}

// Where nothing is signed and no header was agreed on, there is nothing to get around.
func TestNothingIsForgedWhereAnybodyMayDeliver(t *testing.T) {
	t.Parallel()
	const area = "abaha.signature."
	config := against(t, "abaha", listening(t, genuine(t, "abaha").ServeHTTP),
		only(area+"other-form", area+"other-door", area+"forged-first", area+"forged-first-applied"), observing(1))
	r, err := run(t.Context(), t, config)
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	for _, check := range r.Checks[1:] {
		g.Expect(check.Status).To(Equal(report.Skip), check.ID)
		g.Expect(check.Message).To(HavePrefix("no custom header is agreed on"))
	}
}
