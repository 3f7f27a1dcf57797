package report

import "time"

// Run sums one provider's run up in the report of several.
type Run struct {
	Provider   string         `json:"provider"`
	Target     string         `json:"target"`
	Verdict    Verdict        `json:"verdict"`
	Reason     string         `json:"reason,omitempty"`
	Seed       uint64         `json:"seed"`
	DurationMS float64        `json:"duration_ms"`
	Counts     map[Status]int `json:"counts"`
}

// Merge makes one report of several that ran side by side: all checks, and the
// worst verdict. What narrowed them is the caller's to say.
func Merge(khop string, started time.Time, reports []*Report) *Report {
	all := &Report{Schema: Version, Khop: khop, Provider: "all", Started: started, Checks: []Check{}}
	for _, r := range reports {
		if r.Counts == nil {
			r.Conclude() // a run that left nothing behind but its reason
		}
		all.Seed = r.Seed
		all.Deliveries += r.Deliveries
		all.AnswerMS += r.AnswerMS
		all.Checks = append(all.Checks, r.Checks...)
		all.Edition = max(all.Edition, r.Edition)
		all.Strict = all.Strict || r.Strict
		all.Stale = append(all.Stale, r.Stale...)
		all.Runs = append(all.Runs, r.run())
		if r.Reason != "" && all.Reason == "" {
			all.Reason = r.Provider + ": " + r.Reason
		}
	}
	all.DurationMS = float64(time.Since(started).Microseconds()) / 1000
	all.Conclude()
	return all
}

// run sums a report up.
func (r *Report) run() Run {
	return Run{r.Provider, r.Target, r.Verdict, r.Reason, r.Seed, r.DurationMS, r.Counts}
}

// Spread hands the results of a merged report, as they are judged now, back to the
// reports that it was made of.
func (r *Report) Spread(reports []*Report) {
	from := 0
	for i, part := range reports {
		from += copy(part.Checks, r.Checks[from:])
		part.Conclude()
		r.Runs[i] = part.run()
	}
}
