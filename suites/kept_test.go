package suites_test

import (
	"slices"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/report"
)

const kept = "superai.payload.acknowledged-applied"

// A shop may want to know of one state and one type alone, and acknowledges the others.
func TestATargetIsNotBlamedForWhatItHasNoUseFor(t *testing.T) {
	t.Parallel()
	i := newInbox(t, 0)
	i.uses = func(payload map[string]any) bool {
		return payload["type"] == "update_status" && payload["status"] == "14"
	}
	r, err := run(t.Context(), t, against(t, "superai", listening(t, i.serve(t)), only(kept), seenBy(i, 300*time.Millisecond)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(find(t, r, kept).Status).To(Equal(report.Pass), find(t, r, kept).Message)
}

func TestWhatWasAcknowledgedAndDroppedIsNamed(t *testing.T) {
	t.Parallel()
	i := newInbox(t, 0)
	i.uses = func(payload map[string]any) bool { return payload["payer"] != nil }
	r, err := run(t.Context(), t, against(t, "superai", listening(t, i.serve(t)), only(kept), seenBy(i, 150*time.Millisecond)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	check := find(t, r, kept)
	g.Expect(check.Status).To(Equal(report.Fail))
	g.Expect(check.Message).To(ContainSubstring("update_status without /payer: acknowledged with 200 OK and never applied"))
	g.Expect(slices.ContainsFunc(check.Exchanges, func(e report.Exchange) bool { return e.Failing })).To(BeTrue())
}

func TestBlocksAreJudgedWhereEventsComeInThem(t *testing.T) {
	t.Parallel()
	r, err := run(t.Context(), t, against(t, "mobio", listening(t, genuine(t, "mobio").ServeHTTP), only(ofBlocks)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	check := find(t, r, ofBlocks)
	g.Expect(check.Status).To(Equal(report.Skip))
	g.Expect(check.Message).To(ContainSubstring("--set envelope=block"))
}
