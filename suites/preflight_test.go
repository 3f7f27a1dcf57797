package suites_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
)

func TestATargetThatTakesNothingGenuineFailsThePreflightAlone(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for name, one := range map[string]struct {
		handler http.HandlerFunc
		hint    string
	}{
		"401":      {status(401), "are the secrets given to khop those of the target?"},
		"403":      {status(403), "are the secrets given to khop those of the target?"},
		"404":      {status(404), "is the path of --target right?"},
		"405":      {status(405), "is this the webhook's path?"},
		"500":      {status(500), "its log should say why it broke"},
		"422":      {status(422), "refuses every genuine delivery"},
		"redirect": {http.RedirectHandler("/login", http.StatusFound).ServeHTTP, `it redirects to "/login"`},
	} {
		for _, provider := range []string{"superai", "mobio"} {
			t.Run(provider+"/"+name, func(t *testing.T) {
				t.Parallel()
				r, err := run(t.Context(), t, against(t, provider, listening(t, one.handler)))
				g := NewWithT(t)
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(r.Verdict).To(Equal(report.Failed))
				g.Expect(r.Checks[0].Status).To(Equal(report.Fail))
				g.Expect(r.Checks[0].Message).To(ContainSubstring(one.hint))
				g.Expect(r.Checks[0].Exchanges).NotTo(BeEmpty())
				for _, check := range r.Checks[1:] {
					g.Expect(check.Status).To(Equal(report.Skip))
					g.Expect(check.Message).To(ContainSubstring("no genuine delivery was accepted"))
				}
			})
		}
	}
}

func TestATargetThatHangsIsNotAskedInEveryDialect(t *testing.T) {
	t.Parallel()
	for _, provider := range []string{"superai", "mobio"} {
		var asked atomic.Int32
		address := listening(t, func(_ http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			_, _ = io.Copy(io.Discard, r.Body) // only then the server hears the client hang up
			<-r.Context().Done()
		})
		r, err := run(t.Context(), t, against(t, provider, address, within(time.Second)))
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Checks[0].Status).To(Equal(report.Fail))
		g.Expect(r.Checks[0].Message).To(ContainSubstring("it took the connection and never answered"))
		g.Expect(asked.Load()).To(BeNumerically("<=", 2))
	}
}

// bare takes Mobio's digest without "mac=", and marked with it.
func bare(r *http.Request, body []byte) bool {
	return r.Header.Get("X-mevent-signature") == mobioDigest(body)
}

func marked(r *http.Request, body []byte) bool {
	return r.Header.Get("X-mevent-signature") == "mac="+mobioDigest(body)
}

func inBlock(body []byte) bool { return bytes.Contains(body, []byte(`"block_event"`)) }

func TestADialectThatFitsIsNamed(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		takes func(*http.Request, []byte) bool
		set   string
	}{
		"signature": {bare, "run again with --set signature=bare ("},
		"envelope":  {func(r *http.Request, b []byte) bool { return marked(r, b) && inBlock(b) }, "run again with --set envelope=block ("},
		"both":      {func(r *http.Request, b []byte) bool { return bare(r, b) && inBlock(b) }, "run again with --set signature=bare --set envelope=block ("},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := run(t.Context(), t, against(t, "mobio", listening(t, accepting(one.takes))))
			g := NewWithT(t)
			g.Expect(err).To(MatchError(suites.ErrConfiguration))
			g.Expect(err).To(MatchError(ContainSubstring(one.set)))
			g.Expect(r.Verdict).To(Equal(report.Broken))
			g.Expect(r.Reason).To(ContainSubstring(one.set))
			g.Expect(r.Checks[0].Status).To(Equal(report.Error))
			g.Expect(r.Counts[report.Skip]).To(Equal(len(r.Checks) - 1))
		})
	}
}

func TestADialectThatTheUserChoseIsNotDoubted(t *testing.T) {
	t.Parallel()
	var doubted atomic.Bool
	address := listening(t, accepting(func(r *http.Request, body []byte) bool {
		if bare(r, body) {
			doubted.Store(true)
		}
		return bare(r, body)
	}))
	r, err := run(t.Context(), t, against(t, "mobio", address, func(c *suites.Config) { c.Pinned = map[string]string{"signature": "mac"} }))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict).To(Equal(report.Failed))
	g.Expect(doubted.Load()).To(BeFalse())
}

func TestAKnownWrongFormulaIsNamed(t *testing.T) {
	t.Parallel()
	for provider, secrets := range partners {
		p, err := mocks.Lookup(provider)
		if err != nil {
			t.Fatal(err)
		}
		for i, formula := range p.Scheme.Lookalikes {
			t.Run(provider+"/"+formula.Name, func(t *testing.T) {
				t.Parallel()
				address := listening(t, accepting(func(r *http.Request, body []byte) bool {
					return !inBlock(body) && strings.TrimPrefix(r.Header.Get(p.Scheme.Header), "mac=") == formula.Digest(secrets, body)
				}))
				r, err := run(t.Context(), t, against(t, provider, address))
				g := NewWithT(t)
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(r.Checks[0].Status).To(Equal(report.Fail))
				// Two lookalikes may be the same formula by another name.
				same := slices.IndexFunc(p.Scheme.Lookalikes[:i+1], func(l mocks.Lookalike) bool {
					return l.Digest(secrets, []byte("{}")) == formula.Digest(secrets, []byte("{}"))
				})
				names := []string{formula.Name, p.Scheme.Lookalikes[same].Name}
				g.Expect(slices.ContainsFunc(names, func(name string) bool {
					return strings.Contains(r.Checks[0].Message, "computed as "+name+": that is not the documented formula")
				})).To(BeTrue(), r.Checks[0].Message)
				g.Expect(r.Checks[0].Message).NotTo(ContainSubstring(secrets["partner_code"] + secrets["app_secret"]))
			})
		}
	}
}

func TestATargetThatWritesTheBodyAgainFailsWhereItIsWrong(t *testing.T) {
	t.Parallel()
	for _, defect := range []string{"reserialised-node", "reserialised-sorted", "reserialised-dto"} {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			address := listening(t, genuine(t, "superai", defect).ServeHTTP)
			r, err := run(t.Context(), t, against(t, "superai", address, only("superai.signature.raw-key-order", "superai.signature.raw-whitespace")))
			g := NewWithT(t)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Checks[0].Status).To(Equal(report.Pass), r.Checks[0].Message)
			g.Expect(r.Counts[report.Fail]).To(BeNumerically(">=", 1))
			g.Expect(r.Verdict).To(Equal(report.Failed))
		})
	}
}

func TestAWrongSecretIsNoMatterOfDialect(t *testing.T) {
	t.Parallel()
	address := listening(t, genuine(t, "mobio").ServeHTTP)
	r, err := run(t.Context(), t, against(t, "mobio", address, sharing(map[string]string{"app_id": "APP-1", "app_secret": "other"})))
	g := NewWithT(t)
	g.Expect(errors.Is(err, suites.ErrConfiguration)).To(BeFalse())
	g.Expect(r.Checks[0].Message).To(ContainSubstring("are the secrets given to khop those of the target?"))
}
