package quick_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/khop-dev/khop/schemas/quick"
)

func TestWhatIsNotUnderstoodIsAnError(t *testing.T) {
	many := make([]string, 65)
	for i := range many {
		many[i] = fmt.Sprintf(`"m%d":{}`, i)
	}
	for schema, want := range map[string]string{
		`[]`:                             "decode the schema: ",
		`{"properties":{"a":true}}`:      "properties/a: true is no object",
		`{"additionalProperties":false}`: "additionalProperties: false is no object",
		`{"items":{"minLength":1}}`:      "items: minLength: an unknown keyword",
		`{"definitions":{"a":{"x":1}},"items":{"$ref":"#/definitions/a"}}`: "items: definitions/a: x: an unknown keyword",
		`{"$ref":"#/definitions/b"}`:                                       "$ref #/definitions/b: no such definition",
		`{"items":{"$ref":"other.json"}}`:                                  "items: $ref other.json: no such definition",
		`{"$ref":"#/definitions/b","type":"null"}`:                         "$ref: an unknown keyword",
		`{"anyOf":[]}`:                 "anyOf: no branches",
		`{"anyOf":[{"x":1}]}`:          "anyOf: 0: x: an unknown keyword",
		`{"anyOf":[{}],"type":"null"}`: "anyOf: it does not stand alone",
		`{"type":"text"}`:              "type: text is no type",
		`{"enum":[1.5]}`:               "enum: 1.5 is no whole number of 64 bits",
		`{"const":{}}`:                 "const: map[] is neither text nor number nor boolean nor null",
		`{"const":1,"enum":[1]}`:       "enum: a second list of values",
		`{"pattern":1}`:                "pattern: 1 is no pattern",
		`{"pattern":"("}`:              "pattern: error parsing regexp: missing closing ): `(`",
		`{"pattern":"\\bx"}`:           `pattern \bx: it looks for lines or words`,
		`{"pattern":"[à-ỹ]"}`:          "pattern [à-ỹ]: it tells letters beyond ASCII apart",
		`{"pattern":"ệ"}`:              "pattern ệ: it tells letters beyond ASCII apart",
		`{"pattern":"(?i)k"}`:          "pattern (?i)k: it tells letters beyond ASCII apart",
		`{"pattern":"(a|b)*a.{12}$"}`:  "pattern (a|b)*a.{12}$: more than 250 states",
		`{"format":"uri"}`:             "format: uri is not understood",
		`{"minimum":0.5}`:              "minimum: 0.5 is no whole number of 64 bits",
		`{"maximum":1e20}`:             "maximum: 1e20 is no whole number of 64 bits",
		`{"minItems":-1}`:              "minItems: -1 is no count",
		`{"required":["\ufffd"]}`:      "a name that is not UTF-8 could be read as this one",
		`{"properties":{` + strings.Join(many, ",") + `}}`: "65 members, more than 64",
	} {
		_, err := quick.Compile([]byte(schema))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got: %v\nwant: %s", schema, err, want)
		}
	}
}

func TestSixtyFourMembersAreFoundByName(t *testing.T) {
	properties, required, values := make([]string, 64), make([]string, 64), make([]string, 64)
	for i := range 64 {
		name := fmt.Sprintf("%c%c", 'a'+i%8, 'a'+i/8)
		properties[i] = fmt.Sprintf(`%q:{"const":%d}`, name, i)
		required[i] = fmt.Sprintf(`%q`, name)
		values[i] = fmt.Sprintf(`%q:%d`, name, i)
	}
	acceptor := compiled(t, `{"required":[`+strings.Join(required, ",")+`],"properties":{`+strings.Join(properties, ",")+`}}`)
	if !acceptor.Accepts([]byte(`{` + strings.Join(values, ",") + `,"":0,"other":0}`)) {
		t.Error("the whole object is not accepted")
	}
	for i := range 64 {
		rest := append(append([]string{}, values[:i]...), values[i+1:]...)
		if acceptor.Accepts([]byte(`{` + strings.Join(rest, ",") + `}`)) {
			t.Errorf("accepted without %s", values[i])
		}
	}
}

func TestMember(t *testing.T) {
	for _, c := range []struct {
		doc, want string
		found     bool
	}{
		{`{"a":1,"kind":"order","b":[`, "order", true},
		{` { "a" : {"kind":"inner"} , "kind" : "ệ" } `, "ệ", true},
		{`{"kind":""}`, "", true},
		{`{"kind":"\u0061"}`, "", false},
		{`{"kind":1}`, "", false},
		{`{"kind":"open`, "", false},
		{`{"a":tru,"kind":"order"}`, "", false},
		{`{"a":1}`, "", false},
		{`["kind"]`, "", false},
		{``, "", false},
	} {
		word, found := quick.Member([]byte(c.doc), "kind")
		if string(word) != c.want || found != c.found {
			t.Errorf("%s: %q, %v", c.doc, word, found)
		}
	}
}
