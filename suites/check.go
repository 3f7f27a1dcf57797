package suites

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
)

// Level says how much a broken check weighs.
type Level string

// The levels.
const (
	Must   Level = "MUST"   // documented, or needed for what is documented
	Should Level = "SHOULD" // good practice
)

// Area groups checks by what they look at.
type Area string

// The areas, in the order in which they run.
const (
	Preflight Area = "preflight"
	Payload   Area = "payload"
	Signature Area = "signature"
	Response  Area = "response"
	Transport Area = "transport"
	Retry     Area = "retry"
	Outage    Area = "outage"
	Endpoint  Area = "endpoint"
	Sender    Area = "sender"
)

// Areas lists the areas in the order in which they run.
var Areas = []Area{Preflight, Payload, Signature, Response, Transport, Retry, Outage, Endpoint, Sender}

// Check is one thing that a target must or should do for one provider.
type Check struct {
	ID       string // provider.area.rule
	Provider string
	Area     Area
	Gate     bool // unless it holds, no other check says anything
	Level    Level
	Title    string // the demand, as a sentence about the target
	Source   string // where the provider says so, or what follows from what it says
	Why      string // what goes wrong in production otherwise
	Fix      string // what to do about it
	Run      func(context.Context, *Probe, gomega.Gomega)
}

// Rule is the check's name without the provider: "signature.missing-header".
func (c Check) Rule() string {
	_, rule, _ := strings.Cut(c.ID, ".")
	return rule
}

// Checks lists a provider's checks in the order in which they run.
func Checks(provider string) []Check {
	var checks []Check
	for _, r := range rules() {
		if check, ok := r.check(provider); ok {
			checks = append(checks, check)
		}
	}
	// An area is reported as one; rules of several files may belong to it.
	slices.SortStableFunc(checks, func(a, b Check) int {
		return slices.Index(Areas, a.Area) - slices.Index(Areas, b.Area)
	})
	return checks
}

// AllChecks lists the checks of all providers.
func AllChecks() []Check {
	var checks []Check
	for _, provider := range mocks.Names() {
		checks = append(checks, Checks(provider)...)
	}
	return checks
}

// Find looks a check up by its id; the error names the nearest ones.
func Find(id string) (Check, error) {
	all := AllChecks()
	if i := slices.IndexFunc(all, func(c Check) bool { return c.ID == id }); i >= 0 {
		return all[i], nil
	}
	var ids []string
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return Check{}, fmt.Errorf("unknown check %q%s", id, nearest(id, ids))
}

// nearest says which of the checks may have been meant, and where all are listed when none
// looks alike: they are too many to be named.
func nearest(word string, known []string) string {
	if suggestion := mocks.Suggest(word, known); strings.Contains(suggestion, "did you mean") {
		return suggestion
	}
	return "; `khop list checks` shows them all"
}
