package report

import (
	"cmp"
	"fmt"
	"strings"
)

// What the renderings for machines ask of a report. They ask here, so that no two of
// them can draw another verdict from the same run.

// breaks tells whether a check fails the run: a broken MUST, and a broken SHOULD
// where the run is strict.
func (r *Report) breaks(c Check) bool {
	return c.Status == Fail || c.Status == Warn && r.Strict
}

// breaking lists the checks that fail the run, in the order in which they ran, broken
// MUSTs first.
func (r *Report) breaking() []Check {
	if !r.Strict {
		return r.With(Fail)
	}
	return append(r.With(Fail), r.With(Warn)...)
}

// warning lists the broken SHOULDs that do not fail the run.
func (r *Report) warning() []Check {
	if r.Strict {
		return nil
	}
	return r.With(Warn)
}

// brokenRuns lists the runs that broke for a reason which none of their checks tells:
// the run itself, or where there were several, each such one.
func (r *Report) brokenRuns() []Run {
	runs := r.Runs
	if len(runs) == 0 {
		runs = []Run{{Provider: r.Provider, Target: r.Target, Verdict: r.Verdict, Reason: r.Reason}}
	}
	told := map[string]bool{}
	for _, check := range r.With(Error) {
		told[providerOf(check)] = true
	}
	var broken []Run
	for _, run := range runs {
		if run.Verdict == Broken && !told[run.Provider] {
			run.Reason = cmp.Or(run.Reason, "the run was not finished")
			broken = append(broken, run)
		}
	}
	return broken
}

// targetOf is the address at which a check was run.
func (r *Report) targetOf(c Check) string {
	for _, run := range r.Runs {
		if run.Provider == providerOf(c) {
			return run.Target
		}
	}
	return r.Target
}

// providerOf is the provider of a check, which begins its id.
func providerOf(c Check) string {
	provider, _, _ := strings.Cut(c.ID, ".")
	return provider
}

// unjudged counts the checks that nobody may take for passed.
func (r *Report) unjudged() int { return len(r.With(Skip)) + len(r.With(NotObservable)) }

// excuse is why a known failure is tolerated, and until when.
func (c Check) excuse() string {
	if c.Known == nil {
		return c.Message
	}
	if c.Known.Until != "" {
		return c.Known.Reason + " (until " + c.Known.Until + ")"
	}
	return c.Known.Reason
}

// more says how many were left out; nothing where none was.
func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", n)
}
