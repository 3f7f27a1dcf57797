package main

import (
	"context"
	"slices"
)

// round takes one value.
type round func(ctx context.Context) (float64, error)

// inTurns takes values of two in turns, a b a b a b, and returns the median of each. A
// machine that slows down meanwhile slows both down.
func inTurns(ctx context.Context, rounds int, a, b round) (ofA, ofB float64, err error) {
	var as, bs []float64
	for range rounds {
		x, err := a(ctx)
		if err != nil {
			return 0, 0, err
		}
		y, err := b(ctx)
		if err != nil {
			return 0, 0, err
		}
		as, bs = append(as, x), append(bs, y)
	}
	return median(as), median(bs), nil
}

// median is the middle of values, or halfway between the two in the middle; 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
