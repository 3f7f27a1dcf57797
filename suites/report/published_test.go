package report_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/khop-dev/khop/suites/report"
)

// published compiles a schema of testdata/published; all files of its folder may be
// referred to.
func published(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	const base = "https://schemas.test/"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	name = filepath.Join("testdata", "published", name)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(name), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(base+filepath.Base(file), doc); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile(base + filepath.Base(name))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// holds validates a document.
func holds(schema *jsonschema.Schema, doc []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// written is what a renderer writes.
func written(t *testing.T, render func(io.Writer, *report.Report) error, r *report.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := render(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
