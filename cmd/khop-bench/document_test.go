package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteIntoTheDocument(t *testing.T) {
	original, err := os.ReadFile("../../docs/benchmarks.md")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "benchmarks.md")
	if err := os.WriteFile(file, original, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, figures := range []string{"| old |\n", "| new |\n"} {
		if err := writeInto(file, figures); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(original), figuresBegin)
	_, tail, _ := strings.Cut(rest, figuresEnd)
	if want := head + figuresBegin + "\n\n| new |\n\n" + figuresEnd + tail; string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

func TestADocumentWithoutMarkersIsLeftAlone(t *testing.T) {
	for _, text := range []string{
		"", "# Nothing\n", figuresBegin + "\n", figuresEnd + "\n" + figuresBegin + "\n",
		figuresBegin + "\n" + figuresEnd + "\n" + figuresBegin + "\n" + figuresEnd + "\n",
	} {
		if got, err := between(text, "x"); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
	if err := writeInto(filepath.Join(t.TempDir(), "none.md"), "x"); err == nil {
		t.Error("a document that is not there was written")
	}
}
