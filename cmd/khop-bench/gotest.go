package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// benchmarked is what the benchmarks of one run told: values by unit, by the benchmark's
// name.
type benchmarked struct {
	values  map[string]map[string]float64
	skipped string // the reason of one that was skipped
}

// What `go test -v -bench` prints about a benchmark; the names are followed by the number
// of processors.
var (
	resultLine = regexp.MustCompile(`^(Benchmark\S*)-\d+\s+(\d+)\s+(.+)$`)
	nameLine   = regexp.MustCompile(`^Benchmark\S*$`)
	skipLine   = regexp.MustCompile(`^\s*--- SKIP: Benchmark`)
	reasonLine = regexp.MustCompile(`^\s+\S+\.go:\d+: (.+)$`)
)

// readBenchmarks reads the output of `go test -v -bench`. A line that begins like a
// result and is none is an error: better no figure than a wrong one.
func readBenchmarks(from io.Reader) (benchmarked, error) {
	read := benchmarked{values: map[string]map[string]float64{}}
	lines := bufio.NewScanner(from)
	skipping := false
	for lines.Scan() {
		line := lines.Text()
		if reason := reasonLine.FindStringSubmatch(line); skipping && reason != nil {
			read.skipped = reason[1]
		}
		skipping = skipLine.MatchString(line)
		if !strings.HasPrefix(line, "Benchmark") || nameLine.MatchString(strings.TrimSpace(line)) {
			continue
		}
		found := resultLine.FindStringSubmatch(line)
		if found == nil {
			return read, fmt.Errorf("reading benchmarks: not a result: %q", line)
		}
		values, err := readValues(found[3])
		if err != nil {
			return read, fmt.Errorf("reading benchmarks: %w: %q", err, line)
		}
		if _, twice := read.values[found[1]]; twice {
			return read, fmt.Errorf("reading benchmarks: %s is told twice", found[1])
		}
		read.values[found[1]] = values
	}
	return read, lines.Err()
}

// readValues reads "12.5 ns/op  3 allocs/op".
func readValues(text string) (map[string]float64, error) {
	words := strings.Fields(text)
	if len(words)%2 != 0 {
		return nil, fmt.Errorf("a value without a unit")
	}
	values := map[string]float64{}
	for i := 0; i < len(words); i += 2 {
		value, err := strconv.ParseFloat(words[i], 64)
		if err != nil {
			return nil, err
		}
		if _, twice := values[words[i+1]]; twice {
			return nil, fmt.Errorf("%s is told twice", words[i+1])
		}
		values[words[i+1]] = value
	}
	return values, nil
}

// medians are the values of several runs, each the median of all. Reading one that a run
// has not told is noted, so that figures can be written down first and checked at once.
type medians struct {
	runs   []benchmarked
	untold []string
}

func (m *medians) of(benchmark, unit string) float64 {
	var values []float64
	for _, run := range m.runs {
		value, told := run.values[benchmark][unit]
		if !told {
			m.untold = append(m.untold, benchmark+" "+unit)
			return 0
		}
		values = append(values, value)
	}
	return median(values)
}

// check is an error where something was read that no run has told.
func (m *medians) check() error {
	if len(m.untold) > 0 {
		return fmt.Errorf("the benchmarks do not tell %s", strings.Join(m.untold, ", "))
	}
	return nil
}
