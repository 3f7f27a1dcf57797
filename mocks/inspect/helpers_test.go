package inspect_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/inspect"
	"github.com/khop-dev/khop/schemas"
)

// findings keeps what an inspection tells.
type findings struct {
	found    []inspect.Finding
	finished []inspect.FileCount
}

func (f *findings) Found(one inspect.Finding) error {
	f.found = append(f.found, one)
	return nil
}

func (f *findings) Finished(one inspect.FileCount) error {
	f.finished = append(f.finished, one)
	return nil
}

// lines tell the problems one by one: place, pointer, rule.
func (f *findings) lines() []string {
	all := []string{}
	for _, finding := range f.found {
		for _, p := range finding.Problems {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Rule, p.Pointer)))
		}
	}
	return all
}

// source is a text that is expected to hold payloads.
func source(name, text string) inspect.Source {
	return inspect.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// examine inspects one source.
func examine(t testing.TB, s inspect.Source, o inspect.Options) (*findings, inspect.Summary) {
	t.Helper()
	f := &findings{}
	summary, err := inspect.Inspect(context.Background(), []inspect.Source{s}, o, f)
	if err != nil {
		t.Fatal(err)
	}
	return f, summary
}

func lookup(t testing.TB, id string) *schemas.Schema {
	t.Helper()
	s, err := schemas.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documented is the payload of a fixture.
func documented(t testing.TB, provider, name string) string {
	t.Helper()
	for _, e := range fixtures.Documented(provider) {
		if e.Name == name {
			return string(e.Payload)
		}
	}
	t.Fatalf("no fixture %s of %s", name, provider)
	return ""
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
