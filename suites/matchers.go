package suites

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// expectation is a Gomega matcher for a Reply that leaves a mark in the journal:
// the report shows which exchange disappointed, what was wanted and what came.
type expectation struct {
	want  string
	holds func(Reply) bool

	asProvider bool   // the provider's reading of the answer is what counts
	ofEndpoint string // what is wanted of an endpoint, whose body says yes or no; empty: the same
}

// BeAccepted holds for an answer that the provider takes for success. A target
// that says yes with another 2xx throughout is told so once, by the check of its
// success status, and not again by every other one.
func BeAccepted() types.GomegaMatcher {
	return expectation{
		want:  "200, which the provider takes for success",
		holds: accepted, asProvider: true, ofEndpoint: `200 with {"status": true, "message": "Done"}`,
	}
}

func accepted(r Reply) bool {
	if !r.Acknowledged() {
		return false
	}
	objection := r.probe.Provider.Objection(r.Status, r.Body)
	return objection == "" || objection == r.probe.baseline.objection
}

// Acknowledged tells whether the answer takes the delivery, in any way that the
// provider's document gives room for.
func (r Reply) Acknowledged() bool {
	return r.Failure == nil && r.probe.Provider.Acknowledges(r.Status, r.Body)
}

// BeAnswered200 holds for exactly that status.
func BeAnswered200() types.GomegaMatcher {
	return expectation{
		want:  "200, which alone the provider takes for success",
		holds: func(r Reply) bool { return r.Failure == nil && r.Status == http.StatusOK },
	}
}

// BeTakenForSuccess holds for an answer that the provider has nothing against, body
// included.
func BeTakenForSuccess() types.GomegaMatcher {
	return expectation{
		want:  "the acknowledgement that the provider documents",
		holds: func(r Reply) bool { return r.Failure == nil && r.probe.Provider.Objection(r.Status, r.Body) == "" }, asProvider: true,
	}
}

// BeRefused holds for any answer that does not acknowledge the delivery.
func BeRefused() types.GomegaMatcher {
	return expectation{
		want:  "no acknowledgement: 401 or another 4xx, never 2xx",
		holds: func(r Reply) bool { return !r.Acknowledged() }, ofEndpoint: `{"status": false, "message": "..."}, with 200 or a 4xx`,
	}
}

// BeRefusedWith4xx holds for a refusal that says whose fault it is.
func BeRefusedWith4xx() types.GomegaMatcher {
	return expectation{
		want:  "a refusal with a 4xx",
		holds: func(r Reply) bool { return r.Failure == nil && r.Status/100 == 4 },
	}
}

// BeRefusedAsMethod holds for a 4xx, and for 501: the server does not know the
// method at all.
func BeRefusedAsMethod() types.GomegaMatcher {
	return expectation{
		want: "405, or another 4xx",
		holds: func(r Reply) bool {
			return r.Failure == nil && (r.Status/100 == 4 || r.Status == http.StatusNotImplemented)
		},
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

// BeAnsweredWithin holds for an answer that took no longer.
func BeAnsweredWithin(limit time.Duration) types.GomegaMatcher {
	return expectation{
		want:  "an answer within " + limit.String(),
		holds: func(r Reply) bool { return r.Failure == nil && r.Took <= limit },
	}
}

// BeAlive holds for an answer that says: somebody is at home.
func BeAlive() types.GomegaMatcher {
	return expectation{
		want:  "200, or another 2xx",
		holds: func(r Reply) bool { return r.Acknowledged() },
	}
}

// BeJSONWith holds for an answer whose body is JSON that meets the condition.
func BeJSONWith(what string, condition func(rawjson.Value) bool) types.GomegaMatcher {
	return expectation{
		want: "JSON with " + what,
		holds: func(r Reply) bool {
			body, err := rawjson.Parse(r.Body)
			return r.Failure == nil && err == nil && condition(body)
		},
	}
}

// BeNoListing holds for everything but a list of orders.
func BeNoListing() types.GomegaMatcher {
	return expectation{
		want: "a refusal, and no list of orders",
		holds: func(r Reply) bool {
			_, listed := readListing(r)
			return !listed
		},
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
	reply.exchange.disappoint(e.wanted(reply), fmt.Sprintf("%s after %s", e.heard(reply), reply.Took.Round(time.Millisecond/10)))
	return false, nil
}

// wanted is what should have come.
func (e expectation) wanted(r Reply) string {
	if e.ofEndpoint != "" && r.probe.meetsEndpoint() {
		return e.ofEndpoint
	}
	return e.want
}

// heard is what came, with what its body says where that is the answer.
func (e expectation) heard(r Reply) string {
	switch objection := r.probe.Provider.Objection(r.Status, r.Body); {
	case e.ofEndpoint == "" || r.Failure != nil || !r.probe.meetsEndpoint():
		return r.String()
	case objection == "":
		return r.String() + " with status true"
	default:
		return fmt.Sprintf("%s (%s)", r, objection)
	}
}

// meetsEndpoint tells whether the target takes a merchant's calls, and says yes or no in the
// body of its answer, whatever the HTTP status.
func (p *Probe) meetsEndpoint() bool { return p.Provider.Name == accesstrade.Name }

func (e expectation) FailureMessage(actual any) string {
	reply := actual.(Reply)
	return e.complaint(reply)
}

// complaint says what came back and, where the provider's reading of it is what
// counts, what the provider has against it.
func (e expectation) complaint(r Reply) string {
	said := fmt.Sprintf("%s: %s", r.exchange.Note, r)
	if e.asProvider && r.Failure == nil && r.Status/100 == 2 {
		if objection := r.probe.Provider.Objection(r.Status, r.Body); objection != "" {
			said += " (" + objection + ")"
		}
	}
	return said
}

func (e expectation) NegatedFailureMessage(actual any) string {
	return "not " + e.FailureMessage(actual)
}

// OrElse holds for true; for false it says what is wrong, and nothing else.
func OrElse(complaint string, details ...any) types.GomegaMatcher {
	return told{fmt.Sprintf(complaint, details...)}
}

type told struct{ complaint string }

func (t told) Match(actual any) (bool, error) {
	holds, ok := actual.(bool)
	if !ok {
		return false, fmt.Errorf("khop expects a condition here, not %T", actual)
	}
	return holds, nil
}

func (t told) FailureMessage(any) string        { return t.complaint }
func (t told) NegatedFailureMessage(any) string { return "not: " + t.complaint }

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
		// An error would count as a failure of the target's, and nothing was asked of it.
		panic(fmt.Errorf("a check expects something of no reply: %d of %T", len(replies), actual))
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
