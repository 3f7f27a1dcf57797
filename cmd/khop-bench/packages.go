package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// goSuite is the benchmarks of a package that are measured together.
type goSuite struct {
	name    string
	pkg     string // the folder
	pattern string
	often   string // -benchtime, of each of rounds
	quick   string // and of the only one when it is to be quick
	rounds  int
	figures func(m *medians) []Figure
}

// goMeasurements are those that go through `go test -bench`.
func goMeasurements() []measurement {
	var all []measurement
	for _, suite := range goSuites {
		all = append(all, measurement{suite.name, suite.take})
	}
	return all
}

// take builds the package's tests once, and runs the benchmarks as often as rounds are
// to be: what is compared with each other takes turns that way.
func (s goSuite) take(ctx context.Context, l *lab) ([]Figure, error) {
	folder, err := l.scratch()
	if err != nil {
		return nil, err
	}
	tests := filepath.Join(folder, "tests")
	if _, err := output(ctx, l.root, "go", "test", "-c", "-o", tests, "./"+s.pkg); err != nil {
		return nil, err
	}
	flags := []string{"-test.bench", s.pattern, "-test.benchtime", s.often}
	if l.quick {
		flags = []string{"-test.bench", s.pattern, "-test.benchtime", s.quick, "-test.short"}
	}
	m := &medians{}
	for range l.rounds(s.rounds) {
		run, err := s.run(ctx, tests, filepath.Join(l.root, s.pkg), flags)
		if err != nil {
			return nil, err
		}
		m.runs = append(m.runs, run)
	}
	figures := s.figures(m)
	return figures, m.check()
}

func (s goSuite) run(ctx context.Context, tests, folder string, flags []string) (benchmarked, error) {
	cmd := exec.CommandContext(ctx, tests, append(flags, "-test.run", "^$", "-test.v", "-test.timeout", "30m")...)
	cmd.Dir = folder
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return benchmarked{}, fmt.Errorf("benchmarks of %s: %w\n%s%s", s.pkg, err, out, complaint.String())
	}
	read, err := readBenchmarks(strings.NewReader(string(out)))
	switch {
	case err != nil:
		return read, err
	case read.skipped != "":
		return read, absent{read.skipped}
	case len(read.values) == 0:
		return read, errors.New("benchmarks of " + s.pkg + ": -bench " + s.pattern + " finds none")
	}
	return read, nil
}
