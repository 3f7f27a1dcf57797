package suites_test

import (
	"io"
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/report"
)

// takingOnly is a target that takes one type of Mobio's events, rightly signed, and
// refuses all others.
func takingOnly(t *testing.T, eventType string) string {
	t.Helper()
	return listening(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		payload, broken := rawjson.Parse(body)
		kind, _ := payload.Get("/event_type")
		if err != nil || broken != nil || kind.Content() != eventType || !marked(r, body) {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
}

// What a target refuses altogether is told by the check of the documented events. Rules
// about members that only those have say nothing of it.
func TestATargetIsNotBlamedForMembersOfEventsThatItDoesNotTake(t *testing.T) {
	t.Parallel()
	const rules = "mobio.payload."
	mobio, err := mocks.Lookup("mobio")
	if err != nil {
		t.Fatal(err)
	}
	skipped := 0
	for _, event := range mobio.Events() {
		r, err := run(t.Context(), t, against(t, "mobio", takingOnly(t, event.Type),
			only(rules+"absent-optional", rules+"absent-unmarked", rules+"null-optional", rules+"null-lists", rules+"null-elsewhere")))
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		for _, check := range r.Checks {
			g.Expect(check.Status).To(Or(Equal(report.Pass), Equal(report.Skip)), "%s, taking %s alone: %s", check.ID, event.Type, check.Message)
		}
		skipped += r.Counts[report.Skip]
	}
	if skipped == 0 {
		t.Error("every event has every kind of member: this test sees nothing")
	}
}
