package quick_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// numerals are numbers in JSON's writing, the unusual ones too.
var numerals = rapid.OneOf(
	rapid.StringMatching(`-?(0|[1-9][0-9]{0,21})(\.[0-9]{1,8})?`),
	rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[0-9]{0,3}0{1,3})?([eE][+-]?[0-9]{1,3})?`),
	rapid.SampledFrom([]string{"-0", "-0.0", "0.0", "9007199254740993", "99999999999", "99999999999.0", "99999999999.00001", "-1000.5", "1000", "1e3", "10e2"}),
)

func TestNumbersAreComparedExactly(t *testing.T) {
	for _, c := range []struct {
		schema string
		fits   func(n *big.Rat) bool
	}{
		{`{"type":"number"}`, func(*big.Rat) bool { return true }},
		{`{"type":"integer"}`, func(n *big.Rat) bool { return n.IsInt() }},
		{`{"maximum":99999999999}`, func(n *big.Rat) bool { return n.Cmp(big.NewRat(99999999999, 1)) <= 0 }},
		{`{"minimum":-1000}`, func(n *big.Rat) bool { return n.Cmp(big.NewRat(-1000, 1)) >= 0 }},
		{`{"maximum":-1000}`, func(n *big.Rat) bool { return n.Cmp(big.NewRat(-1000, 1)) <= 0 }},
		{`{"minimum":1000}`, func(n *big.Rat) bool { return n.Cmp(big.NewRat(1000, 1)) >= 0 }},
		{`{"enum":[0,1,-1,1000]}`, func(n *big.Rat) bool { return n.IsInt() && strings.Contains("0/1 1/1 -1/1 1000/1", n.String()) }},
	} {
		t.Run(c.schema, func(t *testing.T) {
			acceptor := compiled(t, c.schema)
			rapid.Check(t, func(t *rapid.T) {
				numeral := numerals.Draw(t, "numeral")
				if !json.Valid([]byte(numeral)) {
					t.Skip("a point without digits")
				}
				n, _ := new(big.Rat).SetString(numeral)
				accepted, fits := acceptor.Accepts([]byte(numeral)), c.fits(n)
				if accepted && !fits {
					t.Fatalf("%s is accepted", numeral)
				}
				usual := len(numeral) <= 18 && !strings.ContainsAny(numeral, "eE") && (n.Sign() != 0 || numeral[0] != '-')
				if fits && usual && !accepted {
					t.Fatalf("%s is not accepted", numeral)
				}
			})
		})
	}
}

func TestNoNumberIsAcceptedThatDoublePrecisionCannotHold(t *testing.T) {
	anything := compiled(t, `{}`)
	rapid.Check(t, func(t *rapid.T) {
		numeral := rapid.StringMatching(`-?[1-9]0{0,330}\.0{0,330}[0-9]`).Draw(t, "mantissa")
		if rapid.Bool().Draw(t, "with exponent") {
			numeral += "e" + strconv.Itoa(rapid.IntRange(-420, 420).Draw(t, "exponent"))
		}
		value, err := strconv.ParseFloat(numeral, 64)
		if holds := err == nil && value != 0 && !math.IsInf(value, 0); anything.Accepts([]byte(numeral)) && !holds {
			t.Fatalf("%s is accepted", numeral)
		}
	})
	for _, numeral := range []string{"1e200", "1e-200", "12.5E+7", "0." + strings.Repeat("0", 290) + "1", "1" + strings.Repeat("0", 290)} {
		if !anything.Accepts([]byte(numeral)) {
			t.Errorf("%s is not accepted", numeral)
		}
	}
}

func TestAWholeNumberMayBeWrittenWithAnExponent(t *testing.T) {
	integer := compiled(t, `{"type":"integer"}`)
	for numeral, want := range map[string]bool{"1e2": true, "1.50e1": true, "1.55e1": false, "-2.0E+0": true, "10e-1": false, "1e0": true} {
		if got := integer.Accepts([]byte(numeral)); got != want {
			t.Errorf("%s: accepted: %v", numeral, got)
		}
	}
}
