package main

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

var benchmarkFunction = regexp.MustCompile(`(?m)^func (Benchmark\w+)\(b \*testing\.B\)`)

// Every benchmark of the tree is run by some suite: one that nobody runs rots.
func TestNoBenchmarkIsLeftOut(t *testing.T) {
	found := 0
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		for _, function := range benchmarkFunction.FindAllSubmatch(source, -1) {
			found++
			if !runs(path.Dir(file), string(function[1])) {
				t.Errorf("%s: %s is run by none of goSuites", file, function[1])
			}
		}
		return nil
	})
	if err != nil || found < len(goSuites) {
		t.Fatalf("%d benchmarks found: this test does not see the tree: %v", found, err)
	}
}

func runs(folder, benchmark string) bool {
	for _, suite := range goSuites {
		if suite.pkg == folder && regexp.MustCompile(suite.pattern).MatchString(benchmark) {
			return true
		}
	}
	return false
}

func TestEveryMeasurementHasANameOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range measurements {
		if seen[m.name] {
			t.Errorf("two measurements are called %s", m.name)
		}
		seen[m.name] = true
	}
	if got := names(selected(measurements, regexp.MustCompile("^(burst|endpoint)$"))); got != "endpoint, burst" {
		t.Error(got)
	}
}
