package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatIsAskedForMakesSense(t *testing.T) {
	for words, want := range map[string]string{
		"--write x.md --quick":     "--quick is no measurement",
		"--write x.md --only size": "the document holds every figure",
		"--only (":                 "not a regular expression",
		"--only nothing-like-it":   "matches none of: endpoint, burst, start",
	} {
		root := rootCommand()
		root.SetArgs(strings.Fields(words))
		if err := root.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", words, err, want)
		}
	}
}

// The whole way: what can be measured is in the document, what cannot is told there too,
// and what failed is an error after all.
func TestBenchPrintsAndWrites(t *testing.T) {
	document := filepath.Join(t.TempDir(), "benchmarks.md")
	if err := os.WriteFile(document, []byte("# Head\n\n"+figuresBegin+"\n"+figuresEnd+"\n\nTail\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wanted := []measurement{
		{"size", size},
		{"missing", func(context.Context, *lab) ([]Figure, error) { return nil, absent{"wrk is not installed"} }},
		{"broken", func(context.Context, *lab) ([]Figure, error) { return nil, errors.New("exit status 3") }},
	}
	var out, log bytes.Buffer
	root := rootCommand()
	root.SetContext(t.Context())
	root.SetOut(&out)
	root.SetErr(&log)
	err := bench(root, wanted, true, document)
	if err == nil || err.Error() != "broken was not measured: exit status 3" {
		t.Errorf("%v", err)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Head\n\n" + figuresBegin, "khop, size of the binary", "≤ 40 MB", "- *missing* was not measured: wrk is not installed\n", figuresEnd + "\n\nTail\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the document:\n%s", want, text)
		}
	}
	if !strings.Contains(string(text), strings.TrimSpace(out.String())) {
		t.Errorf("printed was\n%s", out.String())
	}
	if !strings.Contains(log.String(), "broken ... not measured: exit status 3\n") {
		t.Errorf("said was\n%s", log.String())
	}
}
