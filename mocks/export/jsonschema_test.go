package export_test

import (
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/khop-dev/khop/mocks/export"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// bundled compiles a reference into the bundle, with the metaschema's consent.
func bundled(t testing.TB, bundle []byte, reference string) *gojsonschema.Schema {
	t.Helper()
	loader := gojsonschema.NewSchemaLoader()
	loader.Validate = true
	loader.Draft = gojsonschema.Draft7
	if err := loader.AddSchema("khop:///bundle.json", gojsonschema.NewBytesLoader(bundle)); err != nil {
		t.Fatal(err)
	}
	compiled, err := loader.Compile(gojsonschema.NewGoLoader(map[string]any{"$ref": reference}))
	if err != nil {
		t.Fatalf("%s: %v", reference, err)
	}
	return compiled
}

func TestTheBundleJudgesAsKhopsOwnSchemas(t *testing.T) {
	bundle := rawjson.Pretty.Encode(export.JSONSchema("1", providers(t)))
	root := bundled(t, bundle, "khop:///bundle.json")
	byID, byPointer := map[string]*gojsonschema.Schema{}, map[string]*gojsonschema.Schema{}
	for _, s := range schemas.All() {
		byID[s.ID] = bundled(t, bundle, "https://khop.dev/schemas/"+s.ID+".json")
		byPointer[s.ID] = bundled(t, bundle, "khop:///bundle.json#/definitions/"+strings.ReplaceAll(s.ID, "/", "~1"))
	}
	for _, j := range judgements(t) {
		for way, schema := range map[string]*gojsonschema.Schema{"$id": byID[j.schema], "pointer": byPointer[j.schema]} {
			result, err := schema.Validate(gojsonschema.NewBytesLoader(j.doc))
			if err != nil {
				t.Fatal(err)
			}
			if result.Valid() != j.fits {
				t.Errorf("%s by %s, %s: fits is %v, want %v: %v", j.schema, way, j.name, result.Valid(), j.fits, result.Errors())
			}
		}
		if result, err := root.Validate(gojsonschema.NewBytesLoader(j.doc)); err != nil || j.fits && !result.Valid() {
			t.Errorf("the bundle refuses %s, %s: %v", j.schema, j.name, err)
		}
	}
	if result, err := root.Validate(gojsonschema.NewStringLoader(`{"any":"thing"}`)); err != nil || result.Valid() {
		t.Errorf("the bundle takes what none of its schemas takes: %v", err)
	}
}
