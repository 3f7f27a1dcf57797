package main

import (
	"strconv"
	"strings"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// reprinted is a payload in which those numbers that are wanted went through double precision and were printed again.
func reprinted(payload rawjson.Value, wanted func(digits string) bool, printed func(float64) string) rawjson.Value {
	changed := payload
	payload.Walk(func(pointer string, v rawjson.Value) {
		if v.Kind() != rawjson.Number || !wanted(v.Content()) {
			return
		}
		if number, err := strconv.ParseFloat(v.Content(), 64); err == nil {
			changed = changed.With(pointer, rawjson.Literal(printed(number)))
		}
	})
	return changed
}

func everyNumber(string) bool { return true }

// isFraction tells a number that languages with whole numbers read as a float.
func isFraction(digits string) bool { return strings.ContainsAny(digits, ".eE") }

// plainFloat writes as few digits as tell the number from its neighbours, without an exponent.
func plainFloat(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }

// precise writes seventeen digits, as PHP does before 7.1 and with serialize_precision=17.
func precise(number float64) string {
	return strings.NewReplacer("e+0", "e+", "e-0", "e-").Replace(strconv.FormatFloat(number, 'g', 17, 64))
}

// javaDouble writes a number as Java's Double.toString does: with a fraction always, and with an exponent from ten
// million on.
func javaDouble(number float64) string {
	size := max(number, -number)
	if number == 0 || 1e-3 <= size && size < 1e7 {
		return withFraction(plainFloat(number))
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(number, 'E', -1, 64), "E")
	power, _ := strconv.Atoi(exponent) // it was written just now
	return withFraction(mantissa) + "E" + strconv.Itoa(power)
}

func withFraction(digits string) string {
	if strings.Contains(digits, ".") {
		return digits
	}
	return digits + ".0"
}
