package postgres

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

func TestGateKeepsPlacesForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		relieved := 0
		gate := newGate(8, func() { relieved++ })
		var entered atomic.Int32
		for range 20 {
			go func() {
				if gate.enter(t.Context(), "hangs") {
					entered.Add(1)
				}
			}()
		}
		time.Sleep(2 * gatePatience)
		synctest.Wait()
		g.Expect(entered.Load()).To(BeEquivalentTo(6), "two places are kept")
		g.Expect(gate.enter(t.Context(), "hangs")).To(BeFalse(), "it is turned away at once")
		g.Expect(gate.enter(t.Context(), "quick")).To(BeTrue())
		g.Expect(gate.enter(t.Context(), "other")).To(BeTrue())
		hungry, slow := gate.hungry()
		g.Expect(hungry).To(BeEmpty())
		g.Expect(slow).To(Equal([]string{"hangs"}))

		for range 3 {
			g.Expect(relieved).To(BeZero())
			gate.leave("hangs")
		}
		g.Expect(relieved).To(Equal(1))
		hungry, _ = gate.hungry()
		g.Expect(hungry).To(Equal([]string{"hangs"}))
		gate.sated("hangs")
		_, slow = gate.hungry()
		g.Expect(slow).To(BeEmpty())
	})
}

func TestGateWithOnePlaceServesEverybodyInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		gate := newGate(1, func() {})
		g.Expect(gate.enter(t.Context(), "first")).To(BeTrue())
		in := make(chan bool, 1)
		go func() { in <- gate.enter(t.Context(), "second") }()
		time.Sleep(10 * gatePatience)
		synctest.Wait()
		g.Expect(in).NotTo(Receive(), "an app that has no place yet waits for one")
		gate.leave("first")
		g.Expect(<-in).To(BeTrue())

		ctx, cancel := context.WithCancel(t.Context())
		go func() { in <- gate.enter(ctx, "third") }()
		synctest.Wait()
		cancel()
		g.Expect(<-in).To(BeFalse())
		gate.leave("second")
		g.Expect(gate.enter(t.Context(), "fourth")).To(BeTrue(), "who gave up holds no place")
	})
}

func TestGateNeverLetsTooManyIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 9).Draw(t, "size")
		gate := newGate(size, func() {})
		gate.patience = time.Nanosecond
		var inside []string
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if len(inside) > 0 && rapid.Bool().Draw(t, "leaves") {
				gate.leave(inside[0])
				inside = inside[1:]
				continue
			}
			app := fmt.Sprint(rapid.IntRange(1, 4).Draw(t, "app"))
			ctx, cancel := context.WithCancel(context.Background())
			cancel() // who is not let in at once gives up
			if gate.enter(ctx, app) {
				inside = append(inside, app)
			}
		}
		if len(inside) > size || gate.all != len(inside) || len(gate.waiting) > 0 {
			t.Fatalf("%d inside of %d, counted %d, waiting %d", len(inside), size, gate.all, len(gate.waiting))
		}
	})
}
