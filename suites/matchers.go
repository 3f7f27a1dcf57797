package suites

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/onsi/gomega/types"
)

// expectation is a Gomega matcher for a Reply that leaves a mark in the journal:
// the report shows which exchange disappointed, what was wanted and what came.
type expectation struct {
	want  string
	holds func(Reply) bool
}

// BeAccepted holds for an answer that the provider takes for success. A target
// that says yes with another 2xx throughout is told so once, by the check of its
// success status, and not again by every other one.
func BeAccepted() types.GomegaMatcher {
	return expectation{
		want:  "200, which the provider takes for success",
		holds: accepted,
	}
}

func accepted(r Reply) bool {
	return r.Acknowledged() &&
		(r.probe.Provider.Objection(r.Status, r.Body) == "" || r.Status == r.probe.baseline.status)
}

// BeTakenForSuccess holds for exactly what the provider reads as success.
func BeTakenForSuccess() types.GomegaMatcher {
	return expectation{
		want:  "200, which alone the provider takes for success",
		holds: func(r Reply) bool { return r.Failure == nil && r.probe.Provider.Objection(r.Status, r.Body) == "" },
	}
}

// BeRefused holds for any answer that does not acknowledge the delivery.
func BeRefused() types.GomegaMatcher {
	return expectation{
		want:  "a refusal: 401 or another 4xx, never 2xx",
		holds: func(r Reply) bool { return !r.Acknowledged() },
	}
}

// BeRefusedWith4xx holds for a refusal that says whose fault it is.
func BeRefusedWith4xx() types.GomegaMatcher {
	return expectation{
		want:  "a refusal with a 4xx",
		holds: func(r Reply) bool { return r.Failure == nil && r.Status/100 == 4 },
	}
}

// BeSurvived holds for every answer but a server error, a hang or a cut connection.
func BeSurvived() types.GomegaMatcher {
	return expectation{
		want:  "an answer, with any status below 500",
		holds: func(r Reply) bool { return r.Failure == nil && r.Status < http.StatusInternalServerError },
	}
}

// BeTakenForGenuine holds for every answer but one that doubts the signature.
func BeTakenForGenuine() types.GomegaMatcher {
	return expectation{
		want: "no 401 and no 403: the signature is right",
		holds: func(r Reply) bool {
			return r.Failure != nil || r.Status != http.StatusUnauthorized && r.Status != http.StatusForbidden
		},
	}
}

// BeAlive holds for an answer that says: somebody is at home.
func BeAlive() types.GomegaMatcher {
	return expectation{
		want:  "200, or another 2xx",
		holds: func(r Reply) bool { return r.Acknowledged() },
	}
}

// BeNoRedirect holds for everything but a 3xx.
func BeNoRedirect() types.GomegaMatcher {
	return expectation{
		want:  "no redirect: providers do not follow one",
		holds: func(r Reply) bool { return r.Failure != nil || r.Status/100 != 3 },
	}
}

func (e expectation) Match(actual any) (bool, error) {
	reply, ok := actual.(Reply)
	if !ok {
		return false, fmt.Errorf("khop expects a Reply here, not %T", actual)
	}
	if e.holds(reply) {
		return true, nil
	}
	reply.exchange.disappoint(e.want, reply.String())
	return false, nil
}

func (e expectation) FailureMessage(actual any) string {
	reply := actual.(Reply)
	return fmt.Sprintf("%s: %s", reply.exchange.Note, reply)
}

func (e expectation) NegatedFailureMessage(actual any) string {
	return "not " + e.FailureMessage(actual)
}

// Each holds when a matcher holds for every reply; it names all for which it does
// not.
func Each(matcher types.GomegaMatcher) types.GomegaMatcher { return &each{matcher: matcher} }

type each struct {
	matcher types.GomegaMatcher
	failed  []Reply
	total   int
}

func (e *each) Match(actual any) (bool, error) {
	replies, ok := actual.([]Reply)
	if !ok || len(replies) == 0 {
		return false, fmt.Errorf("khop expects at least one Reply here, not %T of %d", actual, len(replies))
	}
	e.total = len(replies)
	for _, reply := range replies {
		ok, err := e.matcher.Match(reply)
		if err != nil {
			return false, err
		}
		if !ok {
			e.failed = append(e.failed, reply)
		}
	}
	return len(e.failed) == 0, nil
}

func (e *each) FailureMessage(any) string {
	const shown = 6
	var lines []string
	for i, reply := range e.failed {
		if i == shown {
			lines = append(lines, fmt.Sprintf("and %d more", len(e.failed)-shown))
			break
		}
		lines = append(lines, e.matcher.FailureMessage(reply))
	}
	if e.total == 1 {
		return lines[0]
	}
	return fmt.Sprintf("%d of %d deliveries: %s", len(e.failed), e.total, strings.Join(lines, "; "))
}

func (e *each) NegatedFailureMessage(actual any) string { return "not " + e.FailureMessage(actual) }
