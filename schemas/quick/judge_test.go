package quick_test

import (
	"encoding/json"
	"testing"

	"github.com/xeipuuv/gojsonschema"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/schemas/quick"
)

type object = map[string]any

// TestRandomSchemasAndDocuments draws schemas with all the keywords and documents with the same few members and values,
// so that many fit, and holds the acceptor to gojsonschema's verdict both ways.
func TestRandomSchemasAndDocuments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := encode(t, withDefinitions(t))
		judge, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(schema))
		if err != nil {
			t.Fatalf("%v\n%s", err, schema)
		}
		acceptor, err := quick.Compile(schema)
		if err != nil {
			t.Fatalf("%v\n%s", err, schema)
		}
		for range 20 {
			doc := encode(t, anyDocument(3).Draw(t, "document"))
			verdict, err := judge.Validate(gojsonschema.NewBytesLoader(doc))
			if err != nil {
				t.Fatalf("%v\n%s", err, doc)
			}
			if acceptor.Accepts(doc) != verdict.Valid() {
				t.Fatalf("accepted: %v, and the judge says %v\n%s\n%s", acceptor.Accepts(doc), verdict.Errors(), schema, doc)
			}
		}
	})
}

func encode(t *rapid.T, value any) []byte {
	doc, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// withDefinitions is a schema whose definitions may refer to each other and to themselves.
func withDefinitions(t *rapid.T) object {
	schema := anySchema(3).Draw(t, "schema")
	schema["definitions"] = object{
		"one": object{"type": "object", "properties": object{"a": object{"$ref": "#/definitions/two"}, "b": anySchema(1).Draw(t, "b")}},
		"two": object{"type": []any{"object", "array", "integer"}, "items": object{"$ref": "#/definitions/one"}, "required": []any{"b"}},
		"x":   kindOfEvent("x", anySchema(1).Draw(t, "x")),
		"y":   kindOfEvent("y", anySchema(1).Draw(t, "y")),
	}
	return schema
}

// kindOfEvent is an object that tells in its member "kind" what it is.
func kindOfEvent(kind string, rest object) object {
	return object{"type": "object", "required": []any{"kind"}, "properties": object{"kind": object{"const": kind}, "a": rest}}
}

func ref(name string) object { return object{"$ref": "#/definitions/" + name} }

func anySchema(depth int) *rapid.Generator[object] {
	return rapid.Custom(func(t *rapid.T) object {
		switch rapid.IntRange(0, 9).Draw(t, "shape") {
		case 0:
			return ref(rapid.SampledFrom([]string{"one", "two", "x"}).Draw(t, "definition"))
		case 1:
			return object{"anyOf": []any{ref("x"), ref("y")}}
		case 2:
			if depth > 0 {
				return object{"anyOf": []any{anySchema(depth-1).Draw(t, "this"), anySchema(depth-1).Draw(t, "that")}}
			}
		}
		schema := object{"description": "any"}
		may := func(keyword string, value any) {
			if rapid.IntRange(0, 3).Draw(t, keyword+"?") == 0 {
				schema[keyword] = value
			}
		}
		types := []any{"null", "boolean", "integer", "number", "string", "array", "object"}
		may("type", rapid.SampledFrom(types).Draw(t, "type"))
		may("type", rapid.SliceOfNDistinct(rapid.SampledFrom(types), 1, 4, rapid.ID[any]).Draw(t, "types"))
		if rapid.Bool().Draw(t, "one value") {
			may("const", listed.Draw(t, "const"))
		} else {
			may("enum", rapid.SliceOfNDistinct(listed, 1, 5, rapid.ID[any]).Draw(t, "enum"))
		}
		may("pattern", rapid.SampledFrom([]string{`^a`, `b$`, `^[a-c]*$`, `\S`, `^.$`, `^$`, `a|b|`}).Draw(t, "pattern"))
		may("format", "date") // the judge takes a mere date for a date-time, too
		may("minimum", rapid.IntRange(-2, 2).Draw(t, "minimum"))
		may("maximum", rapid.IntRange(-2, 2).Draw(t, "maximum"))
		may("minItems", rapid.IntRange(0, 2).Draw(t, "minItems"))
		may("maxItems", rapid.IntRange(0, 2).Draw(t, "maxItems"))
		may("required", rapid.SliceOfNDistinct(names, 1, 2, rapid.ID[string]).Draw(t, "required"))
		if depth > 0 {
			may("items", anySchema(depth-1).Draw(t, "items"))
			may("additionalProperties", anySchema(depth-1).Draw(t, "rest"))
			may("properties", rapid.MapOfN(names, anySchema(depth-1), 1, 3).Draw(t, "properties"))
		}
		return schema
	})
}

var (
	names  = rapid.SampledFrom([]string{"a", "b", "kind", "", "ệ", "a\n"})
	listed = rapid.SampledFrom([]any{nil, true, false, "a", "b", "", "ệ", `"\`, 0, 1, -1, 1 << 50})
	leaf   = rapid.OneOf(listed, rapid.SampledFrom([]any{
		"x", "y", "ab", "2024-02-29", "2023-02-29", "2024-02-29T23:59:59.25+07:00",
		json.Number("1.0"), json.Number("1.5"), json.Number("-1.5"), json.Number("0.0"), json.Number("-0.5"), json.Number("2.0001"),
	}))
)

func anyDocument(depth int) *rapid.Generator[any] {
	if depth == 0 {
		return leaf
	}
	return rapid.OneOf(leaf,
		rapid.Map(rapid.SliceOfN(anyDocument(depth-1), 0, 3), func(list []any) any { return list }),
		rapid.Map(rapid.MapOfN(names, anyDocument(depth-1), 0, 4), func(members object) any { return members }),
	)
}
