package burst

import (
	"testing"

	. "github.com/onsi/gomega"
)

// The provider does not complain that its forger was refused.
func TestRefusedForgeriesAreNoComplaint(t *testing.T) {
	g := NewWithT(t)
	told := newTally()
	told.note(outcome{kind: BadSignature, status: 401, objection: "not 401"})
	told.note(outcome{kind: Stale, status: 400, objection: "not 400"})
	var result Result
	told.tell(&result)
	g.Expect(result.Objections).To(Equal([]Objection{{"not 400", 1}}))
	g.Expect(result.Kinds).To(HaveKeyWithValue("bad-signature", Tally{Sent: 1, Refused: 1}))
}
