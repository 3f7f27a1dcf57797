package burst

import (
	"math"
	"testing"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

func TestDraw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := NewWithT(t)
		d := draw{rapid.Uint64().Draw(t, "seed"), Shares{
			Duplicates:   rapid.Float64Range(0, 0.3).Draw(t, "duplicates"),
			Stale:        rapid.Float64Range(0, 0.3).Draw(t, "stale"),
			BadSignature: rapid.Float64Range(0, 0.3).Draw(t, "bad signatures"),
		}}
		const events = 20_000
		var of [4]float64
		for number := range uint64(events) {
			of[d.kind(number)]++
		}
		for kind, share := range map[Kind]float64{Duplicate: d.shares.Duplicates, Stale: d.shares.Stale, BadSignature: d.shares.BadSignature} {
			spread := math.Sqrt(events * share * (1 - share))
			g.Expect(of[kind]).To(BeNumerically("~", events*share, 6*spread+1), "%s", kind)
		}
	})
}

func TestDrawOfOneKind(t *testing.T) {
	g := NewWithT(t)
	for number := range uint64(1000) {
		g.Expect(draw{}.kind(number)).To(Equal(Genuine))
		g.Expect(draw{shares: Shares{Stale: 1}}.kind(number)).To(Equal(Stale))
		g.Expect(draw{shares: Shares{BadSignature: 1}}.kind(number)).To(Equal(BadSignature))
	}
}
