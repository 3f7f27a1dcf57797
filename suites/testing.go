package suites

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/khop-dev/khop/suites/report"
)

// Test verifies a target within a test of your own: every check becomes a subtest,
// named by its rule ("signature/missing-header"), so that `go test -run` picks one. A
// broken MUST fails its subtest with what was demanded, where, what came instead and
// what to do; a broken SHOULD is logged, and fails it where the config is Strict; what
// was not judged is skipped with the reason. A target that is gone, or that refuses
// everything genuine, ends the test. For and MustConfig make a Config.
func Test(t *testing.T, config Config) {
	t.Helper()
	s, err := begin(config)
	if err != nil {
		t.Fatalf("khop: %v", err)
	}
	for _, check := range s.checks {
		t.Run(strings.Replace(check.Rule(), ".", "/", 1), func(t *testing.T) {
			for _, result := range s.examine(t.Context(), check) {
				tell(t, result, config.Strict)
			}
		})
		if s.over != nil {
			t.Fatalf("khop: %s", inGo.Replace(s.excuse))
		}
	}
	for _, entry := range s.config.Known.Stale(s.report) {
		t.Errorf("khop: %s", entry)
	}
}

// Specs declares the checks of a provider as one ordered container of your own Ginkgo
// suite, each an It. What they run with is asked for once, before the first of them:
// the server under test may be started by a BeforeSuite. Results are those of Test. It
// stands at the top level or in a container that is not Ordered.
func Specs(provider string, configure func() Config) bool {
	return ginkgo.Describe("khop verifies "+provider, ginkgo.Ordered, ginkgo.ContinueOnFailure, func() {
		var s *session
		ginkgo.BeforeAll(func() {
			var err error
			if s, err = begin(configure()); err != nil {
				ginkgo.Fail("khop: " + err.Error())
			}
			if got := s.config.Provider.Name; got != provider {
				ginkgo.Fail(fmt.Sprintf("khop: these are the specs of %s, and the config is for %s", provider, got))
			}
		})
		for _, declared := range Checks(provider) {
			if declared.Area == Sender {
				continue
			}
			ginkgo.It(declared.Rule()+": "+declared.Title, func(ctx ginkgo.SpecContext) {
				check, chosen := s.chosen(declared.ID)
				if !chosen {
					ginkgo.Skip(fmt.Sprintf("the config does not select %s", declared.ID))
				}
				for _, result := range s.examine(ctx, check) {
					tellGinkgo(result, s.config.Strict)
				}
			})
		}
		// Not an AfterAll: where the last spec is skipped, Ginkgo forgives what fails there.
		ginkgo.It("known failures: each fails as it is known to", func() {
			if stale := s.config.Known.Stale(s.report); len(stale) > 0 {
				ginkgo.Fail("khop: " + strings.Join(stale, "\n"))
			}
		})
	})
}

// begin makes a session of a config that a test has made, perhaps by hand.
func begin(config Config) (*session, error) {
	if config.Provider == nil {
		return nil, errors.New("the config names no provider: suites.For makes a whole one")
	}
	return newSession(config)
}

// chosen is a check of this run, at the level that it has in it.
func (s *session) chosen(id string) (Check, bool) {
	at := slices.IndexFunc(s.checks, func(c Check) bool { return c.ID == id })
	if at < 0 {
		return Check{}, false
	}
	return s.checks[at], true
}

// examine runs a check, and before it the gates that a filter has left out: without
// them no other check says anything.
func (s *session) examine(ctx context.Context, check Check) []report.Check {
	var results []report.Check
	for _, gate := range s.checks {
		if gate.Gate && gate.ID != check.ID && !s.has(gate) {
			results = append(results, s.run(ctx, gate))
		}
	}
	return append(results, s.run(ctx, check))
}

// has tells whether a check was run.
func (s *session) has(check Check) bool {
	return slices.ContainsFunc(s.report.Checks, func(c report.Check) bool { return c.ID == check.ID })
}

// tell tells a test how a check went, in its own terms.
func tell(t *testing.T, result report.Check, strict bool) {
	t.Helper()
	switch {
	case fails(result, strict):
		t.Error(described(result))
	case result.Status == report.Warn:
		t.Log(described(result))
	case result.Status != report.Pass:
		t.Skip(unjudged(result))
	}
}

// tellGinkgo tells Ginkgo.
func tellGinkgo(result report.Check, strict bool) {
	switch {
	case fails(result, strict):
		ginkgo.Fail(described(result))
	case result.Status == report.Warn:
		ginkgo.AddReportEntry("khop warns", described(result), types.ReportEntryVisibilityFailureOrVerbose)
	case result.Status != report.Pass:
		ginkgo.Skip(unjudged(result))
	}
}

func fails(result report.Check, strict bool) bool {
	return result.Status == report.Fail || result.Status == report.Error || strict && result.Status == report.Warn
}

// unjudged says why a check is neither good news nor bad.
func unjudged(result report.Check) string {
	switch result.Status {
	case report.Known:
		return "known failure: " + result.Known.Reason
	case report.NotObservable:
		return "not observable: side effects cannot be seen: suites.Observe takes a function that tells how often an event was applied"
	}
	return inGo.Replace(result.Message)
}

// described is everything that is known of a check that does not hold.
func described(result report.Check) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s\n", result.ID, report.Visible(inGo.Replace(result.Message)))
	for _, field := range [][2]string{
		{result.Level, result.Title},
		{"source", result.Source},
		{"expected", result.Expected},
		{"actual", result.Actual},
		{"exchange", exchanged(result)},
		{"why", result.Why},
		{"fix", inGo.Replace(result.Fix)},
	} {
		if field[1] != "" {
			fmt.Fprintf(&out, "    %-9s %s\n", field[0], report.Visible(field[1]))
		}
	}
	return strings.TrimRight(out.String(), "\n")
}

// exchanged is the first exchange that went wrong, in short.
func exchanged(result report.Check) string {
	at := slices.IndexFunc(result.Exchanges, func(e report.Exchange) bool { return e.Failing })
	if at < 0 {
		return ""
	}
	e := result.Exchanges[at]
	answer := e.Failure
	if e.Answer != nil {
		answer = strings.TrimSpace(fmt.Sprintf("%d %s", e.Answer.Status, beginning(e.Answer.Body)))
	}
	return fmt.Sprintf("%s: %s %s with %d bytes %s → %s", e.Note, e.Request.Method, e.Request.URL, e.Request.Size, beginning(e.Request.Body), answer)
}

// beginning is as much of a body as a line holds.
func beginning(body report.Body) string {
	const most = 120
	if letters := []rune(body.Text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return body.Text
}
