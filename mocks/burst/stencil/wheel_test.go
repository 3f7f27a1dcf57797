package stencil

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const (
	hex     = "0123456789abcdef"
	decimal = "0123456789"
)

// spread lays draws side by side, and tells how wide they are.
func spread(draws []draw) int {
	width := 0
	for i := range draws {
		draws[i].places, width = []int{width}, width+draws[i].width
	}
	return width
}

// anyDraws are some draws, each of any width and of one of the alphabets in use.
func anyDraws(t *rapid.T) []draw {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) draw {
		alphabet := rapid.SampledFrom([]string{hex, decimal, decimal[1:], "89ab"}).Draw(t, "alphabet")
		return draw{slot{width: rapid.IntRange(1, 40).Draw(t, "width")}, alphabet}
	}), 1, 8).Draw(t, "draws")
}

// room is how many identities draws have, or enough where there are more.
func room(draws []draw) uint64 {
	n := uint64(1)
	for _, d := range draws {
		for range d.width {
			if n *= uint64(len(d.alphabet)); n >= enough {
				return enough
			}
		}
	}
	return n
}

func turned(all []wheel, width int, number uint64) string {
	text := []byte(strings.Repeat(".", width))
	for i := range all {
		all[i].turn(text, number)
	}
	return string(text)
}

func TestDifferentNumbersHaveDifferentIdentities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draws := anyDraws(t)
		width, below := spread(draws), room(draws)
		all := wheels(rapid.Uint64().Draw(t, "seed"), draws)
		number := rapid.Uint64Range(0, below-1)
		one, other := number.Draw(t, "one"), number.Draw(t, "other")
		a, b := turned(all, width, one), turned(all, width, other)
		if (a == b) != (one == other) {
			t.Fatalf("%d is %s, %d is %s", one, a, other, b)
		}
		for _, d := range draws {
			if part := a[d.places[0]:][:d.width]; strings.Trim(part, d.alphabet) != "" {
				t.Fatalf("%s is not of %s", part, d.alphabet)
			}
		}
	})
}

// A draw that comes first tells as many consecutive numbers apart as it has values, also
// where it is only a part of the identity.
func TestTheWholeWidthIsUsed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draws := []draw{{slot{width: 1}, decimal[1:]}, {slot{width: 2}, decimal}, {slot{width: 8}, hex}}
		width := spread(draws)
		all := wheels(rapid.Uint64().Draw(t, "seed"), draws)
		first := rapid.Uint64Range(0, enough).Draw(t, "first")
		seen := map[string]bool{}
		for number := first; number < first+900; number++ {
			seen[turned(all, width, number)[:3]] = true
		}
		if len(seen) != 900 {
			t.Fatalf("%d of 900 numbers of three digits, of which the first is not 0", len(seen))
		}
	})
}

func TestSeedsGiveOtherIdentities(t *testing.T) {
	t.Parallel()
	draws := []draw{{slot{width: 24}, hex}}
	width := spread(draws)
	if a, b := turned(wheels(1, draws), width, 9), turned(wheels(2, draws), width, 9); a == b || a != turned(wheels(1, draws), width, 9) {
		t.Errorf("seed 1 gives %s, seed 2 %s", a, b)
	}
}
