package rawjson_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/khop-dev/khop/schemas/rawjson"
	"pgregory.net/rapid"
)

const sample = `{"b":1658876078.505120,"a":[1,{"x":null}],"t":"Đã <giao>/hàng 😀","e":1E2,"ok":true}`

func TestStylesWriteTheSameValueInTheirOwnBytes(t *testing.T) {
	v := rawjson.MustParse([]byte(sample))
	for _, c := range []struct {
		style rawjson.Style
		want  string
	}{
		{rawjson.Compact, sample},
		{rawjson.Python, `{"b": 1658876078.505120, "a": [1, {"x": null}], "t": "\u0110\u00e3 <giao>/h\u00e0ng \ud83d\ude00", "e": 1E2, "ok": true}`},
		{rawjson.PHP, `{"b":1658876078.505120,"a":[1,{"x":null}],"t":"\u0110\u00e3 <giao>\/h\u00e0ng \ud83d\ude00","e":1E2,"ok":true}`},
		{rawjson.GoMap, `{"a":[1,{"x":null}],"b":1658876078.505120,"e":1E2,"ok":true,"t":"Đã \u003cgiao\u003e/hàng 😀"}`},
		{rawjson.Pretty, "{\n  \"b\": 1658876078.505120,\n  \"a\": [\n    1,\n    {\n      \"x\": null\n    }\n  ],\n  \"t\": \"Đã <giao>/hàng 😀\",\n  \"e\": 1E2,\n  \"ok\": true\n}"},
		{rawjson.EscapedUpper, `{"b":1658876078.505120,"a":[1,{"x":null}],"t":"\u0110\u00E3 <giao>\/h\u00E0ng \uD83D\uDE00","e":1E2,"ok":true}`},
	} {
		if got := string(c.style.Encode(v)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.style.Name, got, c.want)
		}
	}
}

// Made by the libraries themselves, of a text with every character that one of them treats in its own way.
func TestTextIsEscapedAsTheLibrariesDo(t *testing.T) {
	v := rawjson.Text("\b\f\n\r\t\x00\x1f\x7f/<>&\u2028\u2029")
	for _, c := range []struct {
		style rawjson.Style
		want  string
	}{
		{rawjson.Compact, `"\b\f\n\r\t\u0000\u001f` + "\x7f/<>&\u2028\u2029" + `"`},
		{rawjson.Python, `"\b\f\n\r\t\u0000\u001f\u007f/<>&\u2028\u2029"`},
		{rawjson.PHP, `"\b\f\n\r\t\u0000\u001f` + "\x7f" + `\/<>&\u2028\u2029"`},
		{rawjson.GoMap, `"\b\f\n\r\t\u0000\u001f` + "\x7f" + `/\u003c\u003e\u0026\u2028\u2029"`},
	} {
		if got := string(c.style.Encode(v)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.style.Name, got, c.want)
		}
	}
}

func TestGoMapWritesWhatGoDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.MapOfN(rapid.String(), rapid.String(), 0, 4).Draw(t, "values")
		want, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		if got := rawjson.GoMap.Encode(rawjson.MustParse(want)); string(got) != string(want) {
			t.Fatalf("%s, and Go writes %s", got, want)
		}
	})
}

func TestEditsByPointer(t *testing.T) {
	v := rawjson.MustParse([]byte(sample))
	for _, c := range []struct {
		name string
		got  rawjson.Value
		want string
	}{
		{"replace deep", v.With("/a/1/x", rawjson.Int(7)), `{"b":1658876078.505120,"a":[1,{"x":7}],"t":"Đã <giao>/hàng 😀","e":1E2,"ok":true}`},
		{"append member", rawjson.MustParse([]byte(`{"a":1}`)).With("/x~1y", rawjson.Text("v")), `{"a":1,"x/y":"v"}`},
		{"append item", rawjson.MustParse([]byte(`[1]`)).With("/-", rawjson.Literal("2.50")), `[1,2.50]`},
		{"remove member", rawjson.MustParse([]byte(`{"a":1,"b":2}`)).Without("/a"), `{"b":2}`},
		{"remove item", rawjson.MustParse([]byte(`[1,2]`)).Without("/0"), `[2]`},
		{"remove nothing", rawjson.MustParse([]byte(`{"a":1}`)).Without("/z/y"), `{"a":1}`},
		{"no such way", rawjson.MustParse([]byte(`{"a":1}`)).With("/z/y", rawjson.Int(1)), `{"a":1}`},
		{"reversed", rawjson.MustParse([]byte(`{"a":{"c":1,"d":2},"b":[3]}`)).Reversed(), `{"b":[3],"a":{"d":2,"c":1}}`},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if v.String() != sample {
		t.Errorf("edits changed the original: %s", v)
	}
}

func TestParseRefusesWhatIsNotOneValue(t *testing.T) {
	for _, doc := range []string{"", "{", `{"a":}`, `{"a":1} x`, "[1,", "nul", `"open`} {
		if v, err := rawjson.Parse([]byte(doc)); err == nil {
			t.Errorf("%q was read as %s", doc, v)
		}
	}
}

func TestEveryStyleKeepsTheValue(t *testing.T) {
	styles := []rawjson.Style{rawjson.Compact, rawjson.Python, rawjson.PHP, rawjson.GoMap, rawjson.Sorted, rawjson.Pretty, rawjson.Spaced, rawjson.EscapedUpper}
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(3).Draw(t, "value")
		for _, s := range styles {
			var got, want any
			if err := json.Unmarshal(s.Encode(v), &got); err != nil {
				t.Fatalf("%s wrote no JSON: %v", s.Name, err)
			}
			if err := json.Unmarshal([]byte(v.String()), &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s changed the value: %v, was %v", s.Name, got, want)
			}
		}
	})
}

func anyValue(depth int) *rapid.Generator[rawjson.Value] {
	text := rapid.Map(rapid.String(), rawjson.Text)
	number := rapid.Map(rapid.Int64(), rawjson.Int)
	if depth == 0 {
		return rapid.OneOf(text, number)
	}
	return rapid.OneOf(text, number,
		rapid.Map(rapid.SliceOfN(anyValue(depth-1), 0, 3), func(items []rawjson.Value) rawjson.Value { return rawjson.List(items...) }),
		rapid.Custom(func(t *rapid.T) rawjson.Value {
			v := rawjson.Record()
			for _, name := range rapid.SliceOfNDistinct(rapid.String(), 0, 3, rapid.ID[string]).Draw(t, "names") {
				v = v.With("/"+rawjson.Escape(name), anyValue(depth-1).Draw(t, "member"))
			}
			return v
		}))
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"a":1,"a":2}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		v, err := rawjson.Parse(doc)
		if err != nil {
			return
		}
		if !json.Valid(rawjson.Compact.Encode(v)) {
			t.Fatalf("%q was written as %s", doc, v)
		}
	})
}
