package load

import (
	"fmt"
	"io"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/report"
)

// WriteJUnit renders the limits as test cases for CI systems: a failure for each that
// was not kept. A burst without limits has one case, which holds where there were
// answers.
func WriteJUnit(w io.Writer, r burst.Result) error {
	cases := report.Report{
		Khop: r.Khop, Provider: r.Provider, Target: r.Target, Seed: r.Seed, Started: r.Started, DurationMS: r.Seconds * 1000,
	}
	for _, limit := range r.Thresholds {
		cases.Checks = append(cases.Checks, caseOf(r, limit))
	}
	if len(cases.Checks) == 0 {
		cases.Checks = append(cases.Checks, caseOf(r, burst.Threshold{
			Name: "answered", Limit: "more than none", Value: fmt.Sprint(r.Answered()), Met: r.Answered() > 0,
		}))
	}
	return report.WriteJUnit(w, &cases)
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
