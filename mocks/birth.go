package mocks

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Birth is where a fresh event takes its time and its identity from.
type Birth struct {
	Now  time.Time
	Rand *rand.Rand
	// Run and Serial tell births apart for certain where an identity is too short
	// to be left to chance: a number below 1000 for the run, and the birth's own
	// within it.
	Run, Serial int
	// Script, where there is one, takes the place of chance.
	Script Script
}

// Script says what a birth draws, and hears of the times that it writes. Whoever makes
// many events of one payload learns by it where they differ.
type Script interface {
	// Draw is n characters of an alphabet.
	Draw(n int, alphabet string) string
	// Time hears that the time so long after the birth's Now is written by a clock.
	Time(after time.Duration, clock Clock)
}

// Clock writes a time as a provider does, onto the end of dst.
type Clock func(dst []byte, t time.Time) []byte

// Time is the text of the time so long after Now.
func (b Birth) Time(after time.Duration, clock Clock) string {
	if b.Script != nil {
		b.Script.Time(after, clock)
	}
	return string(clock(nil, b.Now.Add(after)))
}

// Number is a decimal identity of nine digits, unique within a run, that fits into 32
// bits.
func (b Birth) Number() string {
	if b.Script != nil {
		return b.Digits(9)
	}
	return fmt.Sprintf("1%03d%05d", b.Run%1000, b.Serial%100_000)
}

// Hex draws n lower-case hex digits.
func (b Birth) Hex(n int) string { return b.draw(n, "0123456789abcdef") }

// UpperHex draws n upper-case hex digits.
func (b Birth) UpperHex(n int) string { return b.draw(n, "0123456789ABCDEF") }

// Digits draws n decimal digits of which the first is not 0.
func (b Birth) Digits(n int) string { return b.draw(1, "123456789") + b.draw(n-1, "0123456789") }

// UUID draws a random (version 4) UUID.
func (b Birth) UUID() string {
	return fmt.Sprintf("%s-%s-4%s-%s%s-%s", b.Hex(8), b.Hex(4), b.Hex(3), b.draw(1, "89ab"), b.Hex(3), b.Hex(12))
}

func (b Birth) draw(n int, alphabet string) string {
	if b.Script != nil {
		return b.Script.Draw(n, alphabet)
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[b.Rand.IntN(len(alphabet))]
	}
	return string(out)
}
