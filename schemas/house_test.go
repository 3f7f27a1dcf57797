package schemas_test

import (
	"encoding/json"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/khop-dev/khop/schemas"
)

// exampleOf returns a schema's own example, byte for byte.
func exampleOf(t testing.TB, s *schemas.Schema) []byte {
	t.Helper()
	var doc struct{ Examples []json.RawMessage }
	if err := json.Unmarshal(s.Raw, &doc); err != nil || len(doc.Examples) == 0 {
		t.Fatalf("%s: no example: %v", s.ID, err)
	}
	return doc.Examples[0]
}

func TestEverySchemaIsDraft07(t *testing.T) {
	conforms := func(raw []byte) error {
		metaschema := gojsonschema.NewSchemaLoader()
		metaschema.Validate = true
		metaschema.Draft = gojsonschema.Draft7
		_, err := metaschema.Compile(gojsonschema.NewBytesLoader(raw))
		return err
	}
	for _, s := range schemas.All() {
		if err := conforms(s.Raw); err != nil {
			t.Errorf("%s: %v", s.ID, err)
		}
	}
	if conforms([]byte(`{"required":"id"}`)) == nil {
		t.Error("the metaschema let a broken schema pass")
	}
}

func TestEverySchemaTellsWhatItIs(t *testing.T) {
	for _, s := range schemas.All() {
		doc := object(t, s.Raw)
		if want := "https://khop.dev/schemas/" + s.ID + ".json"; doc["$id"] != want {
			t.Errorf("%s: $id is %v, want %s", s.ID, doc["$id"], want)
		}
		if doc["$schema"] != "http://json-schema.org/draft-07/schema#" {
			t.Errorf("%s: $schema is %v", s.ID, doc["$schema"])
		}
		if s.Title == "" || s.Title != doc["title"] || s.Description != doc["description"] {
			t.Errorf("%s: title or description is missing or not the file's", s.ID)
		}
		if !strings.Contains(s.Description, "Source: http") {
			t.Errorf("%s: the description cites no public address: %s", s.ID, s.Description)
		}
		if s.Provider != path.Dir(s.ID) || s.Name != path.Base(s.ID) {
			t.Errorf("%s: provider %q, name %q", s.ID, s.Provider, s.Name)
		}
	}
}

func TestEveryExampleFitsItsSchema(t *testing.T) {
	for _, s := range schemas.All() {
		for _, example := range object(t, s.Raw)["examples"].([]any) {
			doc, _ := json.Marshal(example)
			if problems, err := s.Validate(doc); err != nil || len(problems) > 0 {
				t.Errorf("%s: %v %v", s.ID, problems, err)
			}
			if pointers, err := s.Undocumented(doc); err != nil || len(pointers) > 0 {
				t.Errorf("%s: the schema does not name %v %v", s.ID, pointers, err)
			}
		}
	}
}

// understood are the keywords that the package walks by; a schema that used another would be half understood.
var understood = []string{
	"$schema", "$id", "$ref", "title", "description", "definitions", "examples", "type", "required", "properties",
	"additionalProperties", "items", "anyOf", "enum", "const", "pattern", "format", "minimum", "maximum", "writeOnly",
}

func TestSchemasKeepToTheUnderstoodKeywords(t *testing.T) {
	for _, s := range schemas.All() {
		eachNode(object(t, s.Raw), "", func(at string, n map[string]any) {
			for keyword := range n {
				if !slices.Contains(understood, keyword) {
					t.Errorf("%s#%s: keyword %s", s.ID, at, keyword)
				}
			}
			if n["additionalProperties"] == false {
				t.Errorf("%s#%s: refuses unknown members", s.ID, at)
			}
			if anyOf, ok := n["anyOf"].([]any); ok {
				if strings.HasPrefix(at, "/definitions/") || len(n) > 1 {
					t.Errorf("%s#%s: an anyOf stands alone and outside the definitions", s.ID, at)
				}
				for _, branch := range anyOf {
					if ref, _ := branch.(map[string]any)["$ref"].(string); !strings.HasPrefix(ref, "#/definitions/") {
						t.Errorf("%s#%s: a branch of anyOf is no reference to a definition", s.ID, at)
					}
				}
			}
		})
	}
}

func TestTheEnvelopeHoldsEveryEventsOwnSchema(t *testing.T) {
	envelope, err := schemas.Lookup("mobio/block_event")
	if err != nil {
		t.Fatal(err)
	}
	definitions := object(t, envelope.Raw)["definitions"].(map[string]any)
	count := 0
	for _, s := range schemas.All() {
		if s.Provider != "mobio" || s == envelope {
			continue
		}
		count++
		own := object(t, s.Raw)
		inner, _ := own["definitions"].(map[string]any)
		for name, definition := range inner {
			if got := definitions[s.Name+"."+name]; !reflect.DeepEqual(got, underName(s.Name, definition)) {
				t.Errorf("%s: the envelope's copy of %s differs", s.ID, name)
			}
		}
		for _, keyword := range []string{"$schema", "$id", "description", "examples", "definitions"} {
			delete(own, keyword)
		}
		if !reflect.DeepEqual(definitions[s.Name], underName(s.Name, own)) {
			t.Errorf("%s: the envelope's copy differs", s.ID)
		}
	}
	if count != 11 {
		t.Errorf("%d event shapes, want eleven: ten event types, one of them in two shapes", count)
	}
}

// underName is a schema part with its references made over to the definitions that carry its event's name.
func underName(name string, part any) any {
	switch part := part.(type) {
	case map[string]any:
		renamed := maps.Clone(part)
		for keyword, value := range part {
			if ref, ok := value.(string); ok && keyword == "$ref" {
				renamed[keyword] = strings.Replace(ref, "#/definitions/", "#/definitions/"+name+".", 1)
			} else {
				renamed[keyword] = underName(name, value)
			}
		}
		return renamed
	case []any:
		renamed := make([]any, len(part))
		for i, value := range part {
			renamed[i] = underName(name, value)
		}
		return renamed
	}
	return part
}

// eachNode visits every schema object of a schema document with its place in it.
func eachNode(n map[string]any, at string, visit func(at string, n map[string]any)) {
	visit(at, n)
	for _, keyword := range []string{"properties", "definitions"} {
		children, _ := n[keyword].(map[string]any)
		for name, child := range children {
			eachNode(child.(map[string]any), at+"/"+keyword+"/"+name, visit)
		}
	}
	for _, keyword := range []string{"items", "additionalProperties"} {
		if child, ok := n[keyword].(map[string]any); ok {
			eachNode(child, at+"/"+keyword, visit)
		}
	}
}

func object(t testing.TB, raw []byte) map[string]any {
	t.Helper()
	var doc map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	if err := decoder.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc
}
