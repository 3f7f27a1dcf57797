package main

import (
	"context"
	"errors"
	"testing"
)

func TestTurnsAreTaken(t *testing.T) {
	order := ""
	one := func(name string, values ...float64) round {
		return func(context.Context) (float64, error) {
			order += name
			value := values[0]
			values = values[1:]
			return value, nil
		}
	}
	a, b, err := inTurns(t.Context(), 3, one("a", 1, 9, 2), one("b", 30, 10, 20))
	if a != 2 || b != 20 || err != nil || order != "ababab" {
		t.Errorf("%g, %g, %v in the order %s", a, b, err, order)
	}
	broken := errors.New("broken")
	fails := func(context.Context) (float64, error) { return 0, broken }
	for _, pair := range [][2]round{{fails, one("b", 1)}, {one("a", 1), fails}} {
		if _, _, err := inTurns(t.Context(), 1, pair[0], pair[1]); !errors.Is(err, broken) {
			t.Errorf("%v", err)
		}
	}
}
