package suites_test

import (
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

// TestAnEndpointIsToldItsOwnAnswers holds that what is expected of an endpoint speaks of the
// answers that its document has, and not of HTTP alone.
func TestAnEndpointIsToldItsOwnAnswers(t *testing.T) {
	t.Parallel()
	for defect, told := range map[string]struct{ check, expected, actual string }{
		"signature-unchecked": {"accesstrade.endpoint.signature-wrong", `{"status": false, "message": "..."}, with 200 or a 4xx`, "200 OK with status true"},
		"session-required":    {"accesstrade.endpoint.optional-members", `200 with {"status": true, "message": "Done"}`, "200 OK (it was refused: session_id is required)"},
	} {
		for _, check := range verify(t, "accesstrade", defect).Checks {
			if check.ID != told.check {
				continue
			}
			if check.Status != report.Fail || check.Expected != told.expected || !strings.HasPrefix(check.Actual, told.actual) {
				t.Errorf("%s: %s, expected %q, actual %q", defect, check.Status, check.Expected, check.Actual)
			}
		}
	}
}
