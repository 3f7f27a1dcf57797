package main

import (
	"maps"
	"strings"
	"testing"
)

func TestReadBenchmarks(t *testing.T) {
	read, err := readBenchmarks(strings.NewReader(`goos: linux
goarch: amd64
pkg: github.com/khop-dev/khop/schemas
cpu: AMD EPYC
=== RUN   BenchmarkFits
BenchmarkFits
BenchmarkFits/mobio/block_event
    some_test.go:12: a word
BenchmarkFits/mobio/block_event-2                      	       1	   1271148 ns/op	   0.97 MB/s	  561920 B/op	    7245 allocs/op
BenchmarkFirstPage-16   	    1000	    1e+06 ns/op	     10000 events
PASS
`))
	if err != nil || read.skipped != "" || len(read.values) != 2 {
		t.Fatal(read, err)
	}
	for name, want := range map[string]map[string]float64{
		"BenchmarkFits/mobio/block_event": {"ns/op": 1271148, "MB/s": 0.97, "B/op": 561920, "allocs/op": 7245},
		"BenchmarkFirstPage":              {"ns/op": 1e6, "events": 10000},
	} {
		if !maps.Equal(read.values[name], want) {
			t.Errorf("%s: %v, want %v", name, read.values[name], want)
		}
	}
}

func TestReadBenchmarksTellsWhatWasSkipped(t *testing.T) {
	read, err := readBenchmarks(strings.NewReader(`BenchmarkDeliver
--- SKIP: BenchmarkDeliver
    bench_test.go:60: WITHOUT PostgreSQL: initdb is not installed
PASS
`))
	if err != nil || read.skipped != "WITHOUT PostgreSQL: initdb is not installed" {
		t.Errorf("%+v, %v", read, err)
	}
}

func TestReadBenchmarksRefusesWhatIsNoResult(t *testing.T) {
	for text, want := range map[string]string{
		"BenchmarkA-2  10  12 ns/op\nBenchmarkA-2  10  12 ns/op": "told twice",
		"BenchmarkA-2  10  12 ns/op  3 ns/op":                    "ns/op is told twice",
		"BenchmarkA-2  10  12 ns/op  3":                          "without a unit",
		"BenchmarkA-2  10  twelve ns/op":                         "invalid syntax",
		"BenchmarkA-2  time=12:00 level=INFO":                    "not a result",
		"BenchmarkA  10  12 ns/op":                               "not a result",
	} {
		if _, err := readBenchmarks(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestMediansOfRuns(t *testing.T) {
	m := &medians{}
	for _, value := range []float64{3, 100, 2} {
		m.runs = append(m.runs, benchmarked{values: map[string]map[string]float64{"BenchmarkA": {"ms": value}}})
	}
	if got := m.of("BenchmarkA", "ms"); got != 3 || m.check() != nil {
		t.Errorf("%g, %v", got, m.check())
	}
	if got := m.of("BenchmarkB", "ms"); got != 0 || m.check() == nil || !strings.Contains(m.check().Error(), "BenchmarkB ms") {
		t.Errorf("%g, %v", got, m.check())
	}
}
