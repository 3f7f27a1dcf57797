package suites

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/known"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// Config says what to verify.
type Config struct {
	Provider *mocks.Provider
	Account  mocks.Account
	// Pinned are the settings that the user chose, as opposed to defaults: the
	// preflight does not try others in their place.
	Pinned map[string]string
	Target target.Config
	// Observer sees side effects; nil: checks of them are not observable.
	Observer *target.Observer
	// Machine is what the target runs on, where khop may stop and start it; nil:
	// checks of outages are not observable.
	Machine Machine
	// Speed is how many times faster than the provider retries come; 0: fast.
	Speed float64
	// Stage is where a sender is verified instead of a target; nil: a target is.
	Stage *Stage
	// Only names the checks to run, by id; empty: all of the provider. The
	// preflight runs in any case.
	Only []string
	// Selection narrows the run further.
	Selection Selection
	// Strict lets a broken SHOULD fail the run.
	Strict bool
	// FailFast ends the run at the first failure.
	FailFast bool
	// Known are the failures that are tolerated, nil: none.
	Known *known.List
	// Seed decides generated payloads; 0 draws one.
	Seed uint64
	// Version is khop's own, for the report.
	Version string
	// Watch hears of every result as it comes; it may be nil.
	Watch func(report.Check)
	// Record hears of every result with all of its exchanges, of which the report
	// keeps the telling ones; it may be nil.
	Record func(report.Check)
	// Repeat spells the command that runs one check again with the same seed; it
	// may be nil.
	Repeat func(check Check, seed uint64) string
}

// ErrUnreachable ends a run whose target could not be reached at all.
var ErrUnreachable = errors.New("the target cannot be reached")

// ErrConfiguration ends a run whose settings do not fit the target.
var ErrConfiguration = errors.New("the settings do not fit the target")

// ErrInterrupted ends a run that was told to stop.
var ErrInterrupted = errors.New("interrupted")

// session is one run over one target: its probe, its results so far, and the
// reason why nothing more can be found out, once there is one.
type session struct {
	config Config
	checks []Check
	probe  *Probe
	report *report.Report
	over   error  // why the remaining checks are not run
	excuse string // what their result says
}

func newSession(config Config) (*session, error) {
	if config.Seed == 0 {
		config.Seed = DrawSeed()
	}
	checks, err := choose(config)
	if err != nil {
		return nil, err
	}
	receiver := target.New(config.Target)
	return &session{
		config: config,
		checks: checks,
		probe: &Probe{
			Provider: config.Provider,
			Account:  config.Account,
			Seed:     config.Seed,
			target:   receiver,
			over:     receiver,
			profile:  profiles[config.Provider.Name],
			baseline: &baseline{style: wireStyles[0]},
			pinned:   config.Pinned,
			observer: config.Observer,
			sight:    newSight(config.Observer),
			courtesy: &courtesy{left: allPauses},
			machine:  config.Machine,
			hurry:    config.Speed,
			stage:    config.Stage,
			acted:    &act{},
			births:   newBirths(config.Seed, time.Now),
		},
		report: &report.Report{
			Schema:    report.Version,
			Khop:      config.Version,
			Provider:  config.Provider.Name,
			Target:    config.Shown(),
			Seed:      config.Seed,
			Started:   time.Now(),
			Settings:  config.settings(),
			Edition:   config.Selection.Edition,
			Selection: narrowed(config),
			Strict:    config.Strict,
		},
	}, nil
}

// DrawSeed draws a seed for Config. It has 52 bits, which every JSON reader keeps, and is
// never 0.
func DrawSeed() uint64 { return rand.Uint64()>>12 + 1 }

// choose picks the checks to run, the gate always among them.
func choose(config Config) ([]Check, error) {
	all := slices.DeleteFunc(Checks(config.Provider.Name), func(c Check) bool {
		return (c.Area == Sender) != (config.Stage != nil)
	})
	if len(config.Only) == 0 {
		return config.Selection.Choose(all)
	}
	for _, id := range config.Only {
		check, err := Find(id)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(c Check) bool { return c.ID == check.ID }) {
			return nil, misplaced(config, check)
		}
	}
	return slices.DeleteFunc(all, func(c Check) bool {
		return !c.Gate && !slices.Contains(config.Only, c.ID)
	}), nil
}

// narrowed says what was left out of the run, as the flags that did it.
func narrowed(config Config) []string {
	flags := config.Selection.Flags()
	for _, id := range config.Only {
		flags = append(flags, "--check "+id)
	}
	return flags
}

// misplaced says where a check that is none of this run's belongs.
func misplaced(config Config, check Check) error {
	switch {
	case check.Provider != config.Provider.Name:
		return fmt.Errorf("check %s is not one of %s", check.ID, config.Provider.Title)
	case check.Area == Sender:
		return fmt.Errorf("check %s is about a sender: `khop verify-sender %s --check %s` runs it", check.ID, check.Provider, check.ID)
	}
	return fmt.Errorf("check %s is about a target: `khop repeat %s` runs it", check.ID, check.ID)
}

// run runs one check, or says why it can't be run, and keeps the result.
func (s *session) run(ctx context.Context, check Check) report.Check {
	result := s.blank(check)
	if s.over != nil {
		result.Status, result.Message = report.Skip, s.excuse
	} else {
		s.judge(ctx, check, &result)
	}
	s.mask(&result)
	s.config.Known.Judge(&result, s.report.Started)
	s.stopEarly(result)
	s.report.Checks = append(s.report.Checks, result)
	if s.config.Watch != nil {
		s.config.Watch(result)
	}
	return result
}

// stopEarly ends the run at a failure, where that is wanted.
func (s *session) stopEarly(result report.Check) {
	failed := result.Status == report.Fail || result.Status == report.Warn && s.config.Strict
	if failed && s.config.FailFast && s.over == nil {
		s.end(errEnough, "the run stopped at "+result.ID)
	}
}

func (s *session) blank(check Check) report.Check {
	result := report.Check{
		ID: check.ID, Area: string(check.Area), Level: string(check.Level), Status: report.Pass,
		Title: check.Title, Source: check.Source, Why: check.Why, Fix: check.Fix,
		Exchanges: []report.Exchange{},
	}
	if s.config.Repeat != nil {
		result.Repeat = s.config.Repeat(check, s.config.Seed)
	}
	return result
}

// checkTimeout bounds one check, which waits for a hanging target a few times over.
const checkTimeout = 2 * time.Minute

// errSlow is why a check was stopped that took too long.
var errSlow = fmt.Errorf("khop gave up on this check after %s", checkTimeout)

func (s *session) judge(ctx context.Context, check Check, result *report.Check) {
	ctx, cancel := context.WithTimeoutCause(ctx, checkTimeout, errSlow)
	defer cancel()
	probe := s.probe.forCheck()
	start := time.Now()
	ending := attempt(func() {
		check.Run(ctx, probe, gomega.NewGomega(func(message string, _ ...int) { panic(disappointed{message}) }))
	})
	s.conclude(check, ending, result)
	s.remark(ctx, probe, result)
	if check.Gate && result.Status != report.Pass && s.over == nil {
		s.end(errGate, excuses[check.Area])
	}
	result.DurationMS = milliseconds(time.Since(start))
	s.report.Deliveries += len(probe.journal.exchanges)
	s.report.AnswerMS += milliseconds(probe.journal.answering())
	probe.journal.write(result)
	s.attachLog(ctx, start, result)
	s.record(probe, *result)
}

// attachLog adds what the target wrote while a check ran that did not hold.
func (s *session) attachLog(ctx context.Context, since time.Time, result *report.Check) {
	switch result.Status {
	case report.Fail, report.Warn, report.Error:
		if s.config.Machine != nil {
			result.Log = lastPart(s.config.Machine.Log(context.WithoutCancel(ctx), since), keptLog)
		}
	}
}

// keptLog is how much of the target's log a report keeps for a check, in bytes.
const keptLog = 8 << 10

// lastPart is the end of a text, from the beginning of a line where that is possible.
func lastPart(text string, most int) string {
	if text = strings.ToValidUTF8(text, "\uFFFD"); len(text) <= most {
		return text
	}
	text = text[len(text)-most:]
	if _, whole, found := strings.Cut(text, "\n"); found {
		return whole
	}
	return strings.ToValidUTF8(text, "")
}

// record hands on a result with everything that was sent.
func (s *session) record(probe *Probe, result report.Check) {
	if s.config.Record == nil {
		return
	}
	result.Exchanges = probe.journal.all()
	s.mask(&result)
	s.config.Record(result)
}

// disappointed is how an expectation that does not hold ends a check.
type disappointed struct{ message string }

// attempt runs a check and returns what ended it early; nil when nothing did.
func attempt(run func()) (ending any) {
	defer func() {
		if ending = recover(); ending != nil {
			switch ending.(type) {
			case disappointed, skipped, gone, interrupted, misconfigured, unobserved, blind:
			default:
				ending = fmt.Errorf("khop itself failed: %v\n%s", ending, debug.Stack())
			}
		}
	}()
	run()
	return nil
}

// conclude turns the way in which a check ended into its result.
func (s *session) conclude(check Check, ending any, result *report.Check) {
	switch ending := ending.(type) {
	case nil:
	case disappointed:
		result.Status, result.Message = report.Fail, strings.TrimSpace(ending.message)
		if check.Level == Should {
			result.Status = report.Warn
		}
	case skipped:
		result.Status, result.Message = report.Skip, ending.reason
	case misconfigured:
		result.Status, result.Message = report.Error, ending.advice
		s.end(fmt.Errorf("%w: %s", ErrConfiguration, ending.advice), "the settings do not fit the target")
	case gone:
		why := s.postMortem(ending.err)
		result.Status, result.Message = report.Error, fmt.Sprintf("%v: %v", ErrUnreachable, why)
		s.end(fmt.Errorf("%w: %w", ErrUnreachable, why), "the target is gone")
	case unobserved:
		result.Status, result.Message = report.NotObservable, ending.how
	case blind:
		result.Status, result.Message = report.Error, ending.err.Error()
	case interrupted:
		if errors.Is(ending.cause, errSlow) {
			result.Status, result.Message = report.Error, errSlow.Error()
			return
		}
		result.Status, result.Message = report.Skip, "the run was interrupted"
		s.end(ErrInterrupted, "the run was interrupted")
	case error:
		result.Status, result.Message = report.Error, ending.Error()
	}
}

// postMortem is why a target is gone: where khop runs it, its process knows better.
func (s *session) postMortem(seen error) error {
	if s.config.Machine == nil {
		return seen
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if ended := s.config.Machine.Ended(ctx); ended != nil {
		return ended
	}
	return seen
}

// excuses say why nothing else was judged when an area's gate did not hold.
var excuses = map[Area]string{
	Preflight: "the preflight failed: no genuine delivery was accepted",
	Sender:    "nothing arrived from the sender",
}

// errGate ends a run that has nothing more to find out; its verdict is in the
// report.
var errGate = errors.New("a check failed without which no other counts")

// errEnough ends a run that was to stop at the first failure.
var errEnough = errors.New("a check failed")

// decided tells that a run ended before its last check, with a verdict all the same.
func (s *session) decided() bool { return errors.Is(s.over, errGate) || errors.Is(s.over, errEnough) }

func (s *session) end(why error, excuse string) { s.over, s.excuse = why, excuse }

// finish closes the run: what was not run is accounted for, the verdict drawn.
func (s *session) finish() (*report.Report, error) {
	if s.over == nil && len(s.report.Checks) < len(s.checks) {
		s.end(ErrInterrupted, "the run was interrupted")
	}
	for _, check := range s.checks[len(s.report.Checks):] {
		s.run(context.Background(), check)
	}
	if s.over != nil && !s.decided() {
		s.report.Reason = s.config.Mask(s.over.Error())
	}
	if s.config.Stage != nil {
		s.report.Deliveries = s.config.Stage.seen()
	}
	s.report.DurationMS = milliseconds(time.Since(s.report.Started))
	s.report.Stale = s.maskEach(s.config.Known.Stale(s.report))
	s.report.Conclude()
	if s.decided() {
		return s.report, nil
	}
	return s.report, s.over
}

// RunPlain verifies without Ginkgo: check after check in this goroutine. It may be
// called any number of times in a process. The report is complete even where there
// is an error, which is ErrUnreachable, ErrConfiguration, ErrInterrupted, or the
// reason why the configuration could not be used (and then there is no report).
func RunPlain(ctx context.Context, config Config) (*report.Report, error) {
	s, err := newSession(config)
	if err != nil {
		return nil, err
	}
	for _, check := range s.checks {
		s.run(ctx, check)
	}
	return s.finish()
}
