package load

import (
	"cmp"
	"regexp"
	"strconv"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// limitShown is a limit as people read it; its own words are for machines.
type limitShown struct {
	Name, Limit, Value string
	Met                bool
}

func limitsOf(r burst.Result, language lang.Language) []limitShown {
	var all []limitShown
	for _, t := range r.Thresholds {
		all = append(all, limitShown{report.Visible(t.Name), measureWord(t.Limit, language), measureWord(t.Value, language), t.Met})
	}
	return all
}

// What a limit, or what was measured for it, may be.
var (
	simpleTime   = regexp.MustCompile(`^([0-9.]+)(ns|us|µs|ms|s|m|h)$`)
	countOfTaken = regexp.MustCompile(`^([0-9]+) accepted$`)
)

// otherUnits are those that khop writes in another way than Go.
var otherUnits = map[string]string{"us": "µs", "m": "min"}

// measureWord writes a limit or a measured value like the figures beside it.
func measureWord(text string, language lang.Language) string {
	if found := simpleTime.FindStringSubmatch(text); found != nil {
		return found[1] + blank + cmp.Or(otherUnits[found[2]], found[2])
	}
	if d, err := time.ParseDuration(text); err == nil {
		return span(d)
	}
	if found := countOfTaken.FindStringSubmatch(text); found != nil {
		if n, err := strconv.ParseUint(found[1], 10, 64); err == nil {
			return language.Textf("%s accepted", amount(n))
		}
	}
	switch text {
	case "some accepted":
		return language.Text("some accepted")
	case "no answer":
		return language.Text("no answer")
	case "not sent":
		return language.Text("not sent")
	case "no rate":
		return language.Text("no rate")
	case "no genuine event":
		return language.Text("no genuine event")
	case "no request":
		return language.Text("no request")
	}
	return report.Visible(text)
}
