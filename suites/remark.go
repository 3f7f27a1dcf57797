package suites

import (
	"context"
	"fmt"

	"github.com/khop-dev/khop/suites/report"
)

// remark says where to look for the reason, where a check did not hold: at a target that
// refuses even a plain event by now, or applies none, what the check has varied is not to
// blame, but something that happened before.
func (s *session) remark(ctx context.Context, checked *Probe, result *report.Check) {
	failed := result.Status == report.Fail || result.Status == report.Warn
	if !failed || s.over != nil || s.config.Stage != nil || s.probe.baseline.took == 0 || ctx.Err() != nil {
		return
	}
	p := s.probe.forCheck()
	payload := p.Fresh(p.Usual())
	// What ends a check ends this as well, and is told by the next check.
	_ = attempt(func() {
		reply := p.try(ctx, p.Carrying(payload, "%s", p.Usual()))
		switch {
		case reply.Failure != nil:
		case !accepted(reply):
			result.Message += fmt.Sprintf("\nBy now a plain %s is refused as well: %s. What happened before is to blame, not what this check varies.", p.Usual(), reply)
		case checked.journal.missed && p.observer != nil && p.applied(ctx, payload, 1) == 0:
			result.Message += fmt.Sprintf("\nA plain %s, sent alone, is not applied either.", p.Usual())
		}
	})
	s.report.Deliveries += len(p.journal.exchanges)
}
