package suites

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/khop-dev/khop/suites/report"
)

// How long a whole run may take, and how long an interrupted check has to return.
const (
	suiteTimeout = time.Hour
	graceful     = 15 * time.Second
)

// Run verifies with Ginkgo, which may be done once in a process. What it returns is
// what RunPlain returns.
func Run(ctx context.Context, config Config) (*report.Report, error) {
	s, err := newSession(config)
	if err != nil {
		return nil, err
	}
	s.declare(ctx)

	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.Timeout = suiteTimeout
	suite.GracePeriod = graceful
	suite.FailOnEmpty = true
	suite.RandomSeed = int64(s.config.Seed)
	formatter.ColorableStdOut = io.Discard // khop reports for itself
	ginkgo.RunSpecs(quiet{}, "khop verify "+config.Provider.Name, suite, reporter)
	signal.Reset(os.Interrupt, syscall.SIGTERM) // from here on Ctrl-C ends the process as usual
	return s.finish()
}

// declare hands every check to Ginkgo as one spec of one ordered container.
func (s *session) declare(ctx context.Context) {
	ginkgo.Describe(s.config.Provider.Title, ginkgo.Ordered, ginkgo.ContinueOnFailure, func() {
		for _, check := range s.checks {
			ginkgo.It(check.ID, func(spec ginkgo.SpecContext) {
				both, cancel := context.WithCancelCause(spec)
				defer cancel(nil)
				stop := context.AfterFunc(ctx, func() { cancel(ErrInterrupted) })
				defer stop()
				translate(s.run(both, check))
			})
		}
	})
}

// translate tells Ginkgo how a check went, in its own terms.
func translate(result report.Check) {
	switch result.Status {
	case report.Fail, report.Error:
		ginkgo.Fail(result.Message)
	case report.Skip, report.NotObservable:
		ginkgo.Skip(result.Message)
	case report.Warn, report.Known:
		ginkgo.AddReportEntry(string(result.Status), result.Message, types.ReportEntryVisibilityFailureOrVerbose)
	}
}

// quiet is the GinkgoTestingT of a program that draws its own verdict.
type quiet struct{}

// Fail is Ginkgo's word that some spec failed; the report knows which.
func (quiet) Fail() {}
