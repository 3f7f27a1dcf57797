package suites_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/known"
	"github.com/khop-dev/khop/suites/report"
)

func TestSelectionChooses(t *testing.T) {
	all := suites.Checks("superai")
	for name, one := range map[string]struct {
		selection suites.Selection
		takes     func(suites.Check) bool
	}{
		"nothing said":            {suites.Selection{}, func(suites.Check) bool { return true }},
		"an id":                   {suites.Selection{Focus: []string{"superai.signature.missing-header"}}, func(c suites.Check) bool { return c.Rule() == "signature.missing-header" }},
		"a glob":                  {suites.Selection{Focus: []string{"superai.signature.*"}}, func(c suites.Check) bool { return c.Area == suites.Signature }},
		"a glob without provider": {suites.Selection{Focus: []string{"signature.*"}}, func(c suites.Check) bool { return c.Area == suites.Signature }},
		"two globs":               {suites.Selection{Focus: []string{"*header*", "payload.*"}}, func(c suites.Check) bool { return strings.Contains(c.ID, "header") || c.Area == suites.Payload }},
		"but not":                 {suites.Selection{Skip: []string{"retry.*"}}, func(c suites.Check) bool { return c.Area != suites.Retry }},
		"skip wins":               {suites.Selection{Focus: []string{"signature.*"}, Skip: []string{"*missing*"}}, func(c suites.Check) bool { return c.Area == suites.Signature && !strings.Contains(c.ID, "missing") }},
		"areas":                   {suites.Selection{Areas: []suites.Area{suites.Payload, suites.Retry}}, func(c suites.Check) bool { return c.Area == suites.Payload || c.Area == suites.Retry }},
		"a level":                 {suites.Selection{Levels: []suites.Level{suites.Should}}, func(c suites.Check) bool { return c.Level == suites.Should }},
		"area and level":          {suites.Selection{Areas: []suites.Area{suites.Payload}, Levels: []suites.Level{suites.Must}}, func(c suites.Check) bool { return c.Area == suites.Payload && c.Level == suites.Must }},
		"an edition":              {suites.Selection{Edition: 1}, func(suites.Check) bool { return true }},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			chosen, err := one.selection.Choose(all)
			g.Expect(err).NotTo(HaveOccurred())
			for _, check := range all {
				runs := slices.ContainsFunc(chosen, func(c suites.Check) bool { return c.ID == check.ID })
				g.Expect(runs).To(Equal(check.Gate || one.takes(check)), check.ID)
			}
		})
	}
}

func TestASelectorThatFitsNothingIsAnError(t *testing.T) {
	none := fmt.Sprintf("fits none of the %d checks; ", len(suites.Checks("superai")))
	for want, selection := range map[string]suites.Selection{
		"--focus superai.signature.mising-header " + none + `did you mean "superai.signature.missing-header"?`: {Focus: []string{"superai.signature.mising-header"}},
		"--focus mobio.*": {Focus: []string{"mobio.*"}},
		"--skip nothing*": {Skip: []string{"nothing*"}},
		"--area endpoint " + none + "there are the areas preflight, payload, signature, response, transport, retry, outage": {Areas: []suites.Area{suites.Endpoint}},
		"no check fits all of --focus signature.* --area retry":                                                             {Focus: []string{"signature.*"}, Areas: []suites.Area{suites.Retry}},
		"--pin 99: there is no such edition; there are: 1":                                                                  {Edition: 99},
		"is no glob": {Focus: []string{"signature.[a"}},
		"no check fits all of --focus signature.* --skip signature.*": {Focus: []string{"signature.*"}, Skip: []string{"signature.*"}},
	} {
		if _, err := selection.Choose(suites.Checks("superai")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", selection, err, want)
		}
	}
}

func TestASelectionOfSeveralProvidersIsDivided(t *testing.T) {
	g := NewWithT(t)
	whole := suites.Selection{Focus: []string{"mobio.signature.*", "payload.*"}, Skip: []string{"mobio.payload.generated"}, Edition: 1}
	part, any := whole.Within(suites.Checks("esms"))
	g.Expect(any).To(BeTrue())
	g.Expect(part).To(Equal(suites.Selection{Focus: []string{"payload.*"}, Skip: []string{}, Edition: 1}))
	_, any = suites.Selection{Focus: []string{"mobio.*"}}.Within(suites.Checks("esms"))
	g.Expect(any).To(BeFalse())
}

// oneFailure is a defect that breaks one check, in one way.
const oneFailure = "created-201"

// served is the address of a SuperAI receiver.
func served(t *testing.T, defects ...string) string {
	t.Helper()
	server := httptest.NewServer(genuine(t, "superai", defects...))
	t.Cleanup(server.Close)
	return server.URL + "/hook"
}

func TestFailFastStopsAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	r, err := run(t.Context(), t, against(t, "superai", served(t, oneFailure), func(c *suites.Config) { c.FailFast = true }))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict).To(Equal(report.Failed))
	g.Expect(r.Reason).To(BeEmpty())
	failed := slices.IndexFunc(r.Checks, func(c report.Check) bool { return c.Status == report.Fail })
	g.Expect(r.Counts[report.Fail]).To(Equal(1))
	for _, rest := range r.Checks[failed+1:] {
		g.Expect(rest.Status).To(Equal(report.Skip))
		g.Expect(rest.Message).To(Equal("the run stopped at " + r.Checks[failed].ID))
	}
}

func TestAKnownFailureDoesNotFailTheRun(t *testing.T) {
	t.Parallel()
	target := served(t, oneFailure)
	ids := []string{"superai.response.success-status", "superai.payload.documented-events"}
	runWith := func(text string) *report.Report {
		list, err := known.Parse("known.yaml", []byte(text), ids)
		if err != nil {
			t.Fatal(err)
		}
		r, err := run(t.Context(), t, against(t, "superai", target, func(c *suites.Config) {
			c.Known, c.Only, c.FailFast = list, ids, true
		}))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	g := NewWithT(t)
	r := runWith("- check: superai.response.success-status\n  message: '2 of 2 deliveries: update_status: 201*'\n  reason: the framework is replaced in March\n")
	g.Expect(r.Verdict).To(Equal(report.Passed))
	g.Expect(r.With(report.Known)).To(HaveLen(1))
	g.Expect(r.With(report.Known)[0].Known.Reason).To(Equal("the framework is replaced in March"))

	r = runWith("- check: superai.response.success-status\n  message: '2 of 2 deliveries: update_status: 500*'\n  reason: the framework is replaced in March\n")
	g.Expect(r.Verdict).To(Equal(report.Failed))
	g.Expect(r.Stale).To(ConsistOf(ContainSubstring("fails with another message now")))

	r = runWith("- check: superai.payload.documented-events\n  message: 500\n  reason: none\n- check: superai.response.success-status\n  message: '2 of 2*update_status: 201*'\n  reason: none\n")
	g.Expect(r.Verdict).To(Equal(report.Failed), "the list can be taken down")
	g.Expect(r.Stale).To(ConsistOf("known.yaml:1: superai.payload.documented-events passes now: take the entry out"))
}

func TestStrictLetsAShouldFail(t *testing.T) {
	t.Parallel()
	for strict, verdict := range map[bool]report.Verdict{false: report.Passed, true: report.Failed} {
		r := &report.Report{Strict: strict, Checks: []report.Check{{Status: report.Warn}}}
		if r.Conclude(); r.Verdict != verdict {
			t.Errorf("strict %t: %s", strict, r.Verdict)
		}
	}
}

func TestRecordHearsOfEveryExchange(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	recorded := 0
	r, err := suites.RunPlain(t.Context(), against(t, "superai", served(t), func(c *suites.Config) {
		c.Selection.Areas = []suites.Area{suites.Payload}
		c.Record = func(check report.Check) {
			recorded += len(check.Exchanges)
			for _, e := range check.Exchanges {
				g.Expect(e.Started).NotTo(BeZero())
				g.Expect(e.Request.URL).NotTo(BeEmpty())
			}
		}
	}))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(recorded).To(Equal(r.Deliveries))
	g.Expect(r.Selection).To(Equal([]string{"--area payload"}))
}

func TestAReportKeepsTheWholeCourseOfAFailingAttempt(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	server := httptest.NewServer(genuine(t, "abaha", "redelivery-conflict"))
	defer server.Close()
	r, err := run(t.Context(), t, against(t, "abaha", server.URL+"/hook", only("abaha.retry.answered-late")))
	g.Expect(err).NotTo(HaveOccurred())
	failed := r.With(report.Fail)
	g.Expect(failed).To(HaveLen(1))
	var attempts []int
	for _, e := range failed[0].Exchanges {
		attempts = append(attempts, e.Attempt)
	}
	g.Expect(len(attempts)).To(BeNumerically(">", 1))
	g.Expect(attempts).To(Equal(slices.Sorted(slices.Values(attempts))))
	g.Expect(attempts[0]).To(Equal(1))
}
