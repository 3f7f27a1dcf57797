package outbox_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/mocks/outbox"
)

func TestAFaultSpoilsTheFirstAttempt(t *testing.T) {
	for fault, want := range map[outbox.Fault]struct {
		outcome delivery.Outcome
		arrives bool
	}{
		outbox.Refused:   {delivery.Unopened, false},
		outbox.Reset:     {delivery.Broken, true},
		outbox.Swallowed: {delivery.TimedOut, true},
	} {
		g := NewWithT(t)
		address, got := serve(t, 200, "OK")
		event := update()
		event.Fault = fault
		result := deliver(t, parcel(address), event)
		g.Expect(result.Attempt.Outcome).To(Equal(string(want.outcome)), string(fault))
		g.Expect(result.Attempt.Failure).To(HavePrefix("on purpose: "))
		g.Expect(result.Attempt.Status).To(BeZero())
		request, _ := got()
		g.Expect(request != nil).To(Equal(want.arrives), string(fault))

		event.Times = 1
		g.Expect(deliver(t, parcel(address), event).State).To(Equal(outbox.Delivered), "the second attempt is not spoilt")
	}
}

func TestAFaultDoesNotHideThatNobodyListens(t *testing.T) {
	g := NewWithT(t)
	for _, fault := range []outbox.Fault{outbox.Reset, outbox.Swallowed} {
		event := update()
		event.Fault = fault
		result := deliver(t, parcel("http://127.0.0.1:1"), event)
		g.Expect(result.Attempt.Outcome).To(Equal(string(delivery.Unopened)))
		g.Expect(result.Attempt.Failure).NotTo(ContainSubstring("on purpose"))
	}
}
