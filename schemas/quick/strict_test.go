package quick_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/khop-dev/khop/schemas/quick"
)

// compiled is the acceptor of a schema that is known to be right.
func compiled(t testing.TB, schema string) *quick.Acceptor {
	t.Helper()
	acceptor, err := quick.Compile([]byte(schema))
	if err != nil {
		t.Fatal(err)
	}
	return acceptor
}

// writings are JSON and what only looks like it.
var writings = []string{
	"", " ", "null", " null\n", "nul", "nulls", "null null", "true", "tru", "false", "falsey", "True", "\ufeffnull", "null\x00",
	"0", "-0", "-", "+1", "01", "-01", "00", "1.", ".5", "1.5", "1.e1", "1e", "1e+", "1E-07", "1e5.", "0x1", "1_0", "NaN", "Infinity", "1 2", "1,",
	`""`, `"`, `"a`, `'a'`, `"a"b`, `"\"`, `"\\"`, `"\"\\\/\b\f\n\r\t\u00eF"`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\u123`, `"\U0041"`,
	"\"\n\"", "\"\t\"", "\"\x1f\"", "\"\x7f\"", "\"\xff\"", `"\ud800"`, `"\ud800\u0041"`, `"ệ😀"`, `"12345678\"`, `"1234567\"`, "\"1234567\x01\"",
	"[]", "[ ]", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1,2]", "[ 1 , 2 ]", "[[[]]]", "[[]", "[]]", "[1}", "[\v]",
	"{}", "{ }", "{", "}", `{"a"}`, `{"a":}`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{"a" 1}`, `{a:1}`, `{1:1}`, `{"a":1 "b":2}`, `{,}`, `{"a":1]`,
	`{"a":1,"a":2}`, ` { "a" : { "b" : [ { } , "c" ] } , "d" : null } `, `{"\u0061":1}`, `{"":0}`, `{"a\`, `{"a":1}{}`, `{"a":1},`,
	"/**/1", "1//", "{\"a\":\r\n\t1}",
}

func TestReadsAsStrictlyAsEncodingJSON(t *testing.T) {
	anything := compiled(t, `{}`)
	for _, doc := range writings {
		if got, want := anything.Accepts([]byte(doc)), json.Valid([]byte(doc)); got != want {
			t.Errorf("%q: accepted: %v, encoding/json: %v", doc, got, want)
		}
	}
}

func TestDepthIsBounded(t *testing.T) {
	anything := compiled(t, `{}`)
	for _, c := range []struct{ open, inside, close string }{{"[", "", "]"}, {`{"a":`, "0", "}"}} {
		nested := func(depth int) []byte {
			return []byte(strings.Repeat(c.open, depth) + c.inside + strings.Repeat(c.close, depth))
		}
		if !anything.Accepts(nested(200)) {
			t.Errorf("%s: 200 deep is refused", c.open)
		}
		if anything.Accepts(nested(202)) || anything.Accepts(nested(1_000_000)) {
			t.Errorf("%s: deeper is accepted", c.open)
		}
	}
}

func TestANilAcceptorAcceptsNothing(t *testing.T) {
	var none *quick.Acceptor
	if none.Accepts([]byte("null")) {
		t.Error("it accepted")
	}
}

// FuzzAccepts holds the reading of JSON to encoding/json's: it never reads more, and less only where a number is
// unusual or the nesting deep.
func FuzzAccepts(f *testing.F) {
	for _, doc := range writings {
		f.Add([]byte(doc))
	}
	acceptor, err := quick.Compile([]byte(`{}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		accepted, valid := acceptor.Accepts(doc), json.Valid(doc)
		if accepted && !valid {
			t.Fatalf("accepted, and no JSON: %q", doc)
		}
		unusual := strings.ContainsFunc(string(doc), unicode.IsDigit) && (len(doc) > 300 || strings.ContainsAny(string(doc), "eE"))
		if valid && !accepted && !unusual && len(doc) < 200 {
			t.Fatalf("JSON, and not accepted: %q", doc)
		}
	})
}
