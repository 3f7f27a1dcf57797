package stencil

import (
	"math/bits"
	"math/rand/v2"
)

// wheel turns an event's number into characters of its identity: it multiplies and adds
// modulo its size, which maps the numbers below the size onto one another. So no two of
// them get the same characters. The first few dials alone do not repeat either within as
// many consecutive numbers as they tell apart: a provider may use them by themselves, as
// SuperAI does in shortcode and in code.
type wheel struct {
	size, step, start uint64
	dials             []dial
}

// dial is a run of characters that a wheel sets, wherever it stands in a request.
type dial struct {
	slot
	alphabet string
}

const (
	// enough numbers have identities of their own, where the provider's identity has
	// room for them.
	enough = 1 << 40
	// largest is a size with which nothing overflows.
	largest = 1 << 62
)

// wheels are those that set all draws of a birth, in their order: draws too small to
// tell events apart share a wheel, and one too large for a wheel has several.
func wheels(seed uint64, draws []draw) []wheel {
	all := []wheel{{size: 1}}
	full := false
	for _, d := range draws {
		if full {
			all, full = append(all, wheel{size: 1}), false
		}
		for from := 0; from < d.width; {
			w := &all[len(all)-1]
			to := w.take(d, from)
			full = full || w.size >= enough
			if from = to; from < d.width {
				all = append(all, wheel{size: 1})
			}
		}
	}
	for i := range all {
		all[i].shuffle(rand.New(rand.NewPCG(seed, uint64(i))))
	}
	return all
}

// take lets the wheel set as many characters of a draw as it has room for, and says
// where it stopped.
func (w *wheel) take(d draw, from int) (to int) {
	radix := uint64(len(d.alphabet))
	for to = from; to < d.width && w.size <= largest/radix; to++ {
		w.size *= radix
	}
	part := dial{slot{width: to - from}, d.alphabet}
	for _, place := range d.places {
		part.places = append(part.places, place+from)
	}
	w.dials = append(w.dials, part)
	return to
}

// shuffle draws the wheel's start, and its step, which has no factor in common with its
// size.
func (w *wheel) shuffle(chance *rand.Rand) {
	w.start = chance.Uint64N(w.size)
	for w.step = 0; divisor(w.step, w.size) != 1; {
		w.step = chance.Uint64N(w.size)
	}
}

// divisor is the greatest common one.
func divisor(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// turn writes an event's characters into a request.
func (w *wheel) turn(request []byte, number uint64) {
	high, low := bits.Mul64(number%w.size, w.step)
	low, carry := bits.Add64(low, w.start, 0)
	value := bits.Rem64(high+carry, low, w.size)
	for i := range w.dials {
		value = w.dials[i].set(request, value)
	}
}

// set writes the lowest digits of a value, and returns the rest. Ten and sixteen have
// loops of their own because dividing by a number that is not known beforehand is slow.
func (d *dial) set(request []byte, value uint64) (rest uint64) {
	digits := request[d.places[0]:][:d.width]
	switch radix := uint64(len(d.alphabet)); radix {
	case 10:
		for i := range digits {
			digits[i] = d.alphabet[value%10]
			value /= 10
		}
	case 16:
		for i := range digits {
			digits[i] = d.alphabet[value%16]
			value /= 16
		}
	default:
		for i := range digits {
			digits[i] = d.alphabet[value%radix]
			value /= radix
		}
	}
	for _, place := range d.places[1:] {
		copy(request[place:], digits)
	}
	return value
}
