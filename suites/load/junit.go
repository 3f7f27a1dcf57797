package load

import (
	"cmp"
	"fmt"
	"io"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/report"
)

// WriteJUnit renders the limits as test cases for CI systems: a failure for each that
// was not kept. A burst without limits has one case, which holds where there were
// answers. One that is not whole has an error besides, and one that found nothing out has
// nothing else.
func WriteJUnit(w io.Writer, r burst.Result) error {
	cases := report.Report{
		Khop: r.Khop, Provider: r.Provider, Target: r.Target, Seed: r.Seed, Started: r.Started, DurationMS: r.Seconds * 1000,
	}
	if why := broken(r); why != "" {
		cases.Verdict, cases.Reason = report.Broken, why
	}
	for _, limit := range r.Thresholds {
		cases.Checks = append(cases.Checks, caseOf(r, limit))
	}
	if len(cases.Checks) == 0 && r.Reason == "" {
		cases.Checks = append(cases.Checks, caseOf(r, burst.Threshold{
			Name: "answered", Limit: "more than none", Value: fmt.Sprint(r.Answered()), Met: r.Answered() > 0,
		}))
	}
	return report.WriteJUnit(w, &cases)
}

// broken is why a result says less than it was meant to; empty: it does not.
func broken(r burst.Result) string {
	switch OutcomeOf(r) {
	case Interrupted:
		return cmp.Or(r.Reason, "the burst was ended before its time")
	case Incomplete:
		return fmt.Sprintf("%d shards are missing, the first of them %s", len(r.Missing()), r.Missing()[0])
	}
	return r.Reason
}

func caseOf(r burst.Result, limit burst.Threshold) report.Check {
	c := report.Check{
		ID: r.Provider + ".burst." + limit.Name, Area: "burst", Level: "MUST", Status: report.Pass,
		Title: limit.Name + ": " + limit.Limit, Source: "khop burst", DurationMS: r.Seconds * 1000,
		Expected: limit.Limit, Actual: limit.Value,
	}
	if !limit.Met {
		c.Status, c.Message = report.Fail, fmt.Sprintf("%s: %s, and the limit is %s", limit.Name, limit.Value, limit.Limit)
	}
	return c
}
