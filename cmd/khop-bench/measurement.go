package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// measurement is what is measured at a time; it gives a figure, or several.
type measurement struct {
	name string // what --only looks at
	take func(ctx context.Context, l *lab) ([]Figure, error)
}

// measurements are all of them, in the order of the table: what runs as a process
// first, then what the packages' own benchmarks measure.
var measurements = slices.Concat([]measurement{
	{"endpoint", endpoint},
	{"burst", burstAgainstWrk},
	{"start", start},
	{"memory", memory},
	{"size", size},
	{"validate-file", validateFile},
}, goMeasurements())

// endpoint measures AccessTrade's endpoint.
func endpoint(ctx context.Context, l *lab) ([]Figure, error) {
	if _, err := installed("wrk"); err != nil {
		return nil, err
	}
	return endpointFigures(ctx, l.khop, l.quick)
}

func selected(all []measurement, wanted *regexp.Regexp) []measurement {
	return slices.DeleteFunc(slices.Clone(all), func(m measurement) bool { return !wanted.MatchString(m.name) })
}

func names(all []measurement) string {
	var each []string
	for _, m := range all {
		each = append(each, m.name)
	}
	return strings.Join(each, ", ")
}

// outcome is what came of a measurement: figures, or the reason why there are none.
type outcome struct {
	name    string
	figures []Figure
	err     error
}

// absent is the error of a measurement that this machine cannot take.
type absent struct{ reason string }

func (a absent) Error() string { return a.reason }

// takeAll takes one measurement after the other, and says on log which.
func takeAll(ctx context.Context, l *lab, wanted []measurement, log io.Writer) []outcome {
	var outcomes []outcome
	for _, m := range wanted {
		if ctx.Err() != nil {
			break
		}
		fmt.Fprintf(log, "%s ... ", m.name)
		began := time.Now()
		figures, err := m.take(ctx, l)
		outcomes = append(outcomes, outcome{m.name, figures, err})
		if err != nil {
			fmt.Fprintf(log, "not measured: %s\n", shortened(err.Error()))
			continue
		}
		fmt.Fprintf(log, "%s\n", time.Since(began).Round(100*time.Millisecond))
	}
	return outcomes
}

// failures are the measurements that went wrong, as one error. Those that the machine
// cannot take are none.
func failures(outcomes []outcome) error {
	var failed []error
	for _, o := range outcomes {
		var missing absent
		if o.err != nil && !errors.As(o.err, &missing) {
			failed = append(failed, fmt.Errorf("%s was not measured: %w", o.name, o.err))
		}
	}
	return errors.Join(failed...)
}
