package quick_test

import (
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"
)

// TestWhatIsAcceptedFits has one row for each thing that an acceptor must tell apart: documents that it accepts, and the
// judge too, and documents that it does not.
func TestWhatIsAcceptedFits(t *testing.T) {
	for _, c := range []struct {
		schema    string
		fit, left []string
	}{
		{`{"type":["boolean","null"]}`, []string{"true", "false", "null"}, []string{"0", `""`, "{}", "[]"}},
		{`{"enum":[true,"a",1,null]}`, []string{"true", "null", `"a"`, "1", "1.0"}, []string{"false", `"1"`, "1.5", "1e0"}},
		{`{"const":0}`, []string{"0", "0.0"}, []string{"-0", "-0.0", "0.1", "false"}},
		{`{"const":"a/b"}`, []string{`"a/b"`, `"a\/b"`, `"\u0061/b"`}, []string{`"a\\/b"`, `"a"`}},
		{`{"const":"\ufffd"}`, []string{`"�"`, `"\ufffd"`}, []string{`"\ud800"`, `"\ud800\u0041"`, `"\ud800A"`, "\"\xff\""}},
		{`{"format":"date"}`, []string{`"2024-02-29"`, "null"}, []string{`"2023-02-29"`, "1"}},
		{`{"minimum":0,"maximum":1}`, []string{"0", "0.5", "1.0", `"2"`}, []string{"-0.1", "1.01", "1e0", "-0", "18446744073709551617"}},
		{`{"minItems":1,"maxItems":2}`, []string{"[1]", "[1,2]", "{}"}, []string{"[]", "[1,2,3]"}},
		{`{"items":{"type":"null"}}`, []string{"[]", "[null,null]", "1"}, []string{"[null,1]", "[1]"}},
		{`{"required":["a"]}`, []string{`{"a":1}`, `{"b":1,"\u0061":2}`, "1"}, []string{"{}", `{"A":1}`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`}},
		{`{"properties":{"a":{"type":"null"}}}`, []string{"{}", `{"a":null,"b":1,"b":2}`}, []string{`{"a":1}`, `{"\u0061":1}`, `{"a":1,"a":null}`}},
		{`{"additionalProperties":{"type":"null"}}`, []string{"{}", `{"a":null,"a":null}`}, []string{`{"a":1}`, `{"a":1,"a":null}`}},
		{
			`{"properties":{"a":{}},"required":["b"],"additionalProperties":{"type":"null"}}`,
			[]string{`{"a":1,"b":null,"c":null}`},
			[]string{`{"a":1,"b":null,"c":1}`, `{"a":1,"b":1}`, `{"a":1,"c":null}`},
		},
		{
			`{"anyOf":[{"type":"object","properties":{"kind":{"const":"x"}}},{"type":"object","properties":{"kind":{"const":"y"}}}]}`,
			[]string{"{}", `{"kind":"x"}`, `{"kind":"y"}`},
			[]string{`{"kind":"z"}`, "1"},
		},
		{
			`{"anyOf":[{"type":"object","required":["kind"],"properties":{"kind":{"const":"x"},"n":{"type":"null"}}},
				{"type":"object","required":["kind"],"properties":{"kind":{"const":"y"},"n":{"type":"integer"}}},
				{"type":"object","required":["kind"],"properties":{"kind":{"const":"y"},"n":{"type":"string"}}}]}`,
			[]string{`{"kind":"x"}`, `{"n":null,"kind":"x"}`, `{"n":1,"kind":"y"}`, `{"n":"","kind":"y"}`},
			[]string{"{}", `{"n":1,"kind":"x"}`, `{"n":null,"kind":"y"}`, `{"n":1}`, `{"kind":"z"}`, "1", `{"kind":"x","kind":"y"}`},
		},
		{
			`{"$ref":"#/definitions/tree","definitions":{"tree":{"type":"array","items":{"$ref":"#/definitions/tree"}}}}`,
			[]string{"[]", "[[],[[]]]"},
			[]string{"[[],[[1]]]"},
		},
		{`{"type":"number"}`, []string{"1e99", "-1.5E-7"}, []string{
			"1" + strings.Repeat("0", 400), "1" + strings.Repeat("0", 120) + "e200", "1e18446744073709551617",
		}},
	} {
		acceptor, judge := compiled(t, c.schema), judgeOf(t, c.schema)
		for _, doc := range c.fit {
			if !acceptor.Accepts([]byte(doc)) || !judge(doc) {
				t.Errorf("%s\n%s: accepted: %v, fits: %v", c.schema, doc, acceptor.Accepts([]byte(doc)), judge(doc))
			}
		}
		for _, doc := range c.left {
			if acceptor.Accepts([]byte(doc)) {
				t.Errorf("%s\n%s: accepted", c.schema, doc)
			}
		}
	}
}

// judgeOf is gojsonschema's verdict by a schema.
func judgeOf(t *testing.T, schema string) func(doc string) bool {
	t.Helper()
	judge, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(schema))
	if err != nil {
		t.Fatal(err)
	}
	return func(doc string) bool {
		t.Helper()
		verdict, err := judge.Validate(gojsonschema.NewStringLoader(doc))
		if err != nil {
			t.Fatal(err)
		}
		return verdict.Valid()
	}
}
