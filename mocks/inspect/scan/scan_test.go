package scan_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks/inspect/scan"
)

func TestPlaceCountsCharacters(t *testing.T) {
	for _, c := range []struct {
		text string
		want scan.Place
	}{
		{"", scan.Place{Line: 1, Column: 1}},
		{"abc", scan.Place{Line: 1, Column: 4}},
		{"\tĐã", scan.Place{Line: 1, Column: 4}},
		{"a\n", scan.Place{Line: 2, Column: 1}},
		{"a\r\n\n😀x", scan.Place{Line: 3, Column: 3}},
	} {
		if got := scan.Start.After([]byte(c.text)); got != c.want {
			t.Errorf("behind %q: %v, want %v", c.text, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		if whole, parts := scan.Start.After([]byte(a+b)), scan.Start.After([]byte(a)).After([]byte(b)); whole != parts {
			t.Fatalf("%v at once, %v in parts", whole, parts)
		}
	})
}

func TestLocate(t *testing.T) {
	doc := `{ "a" : [ 1, {"b/~": "x", "": {"": null}}, "]}" ], "a\u0062": true, "twice": 1, "twice": 2 }`
	for pointer, want := range map[string]string{
		"":           `{ "a"`,
		"/a":         `[ 1,`,
		"/a/0":       `1,`,
		"/a/1":       `{"b/~"`,
		"/a/1/b~1~0": `"x"`,
		"/a/1//":     `null`,
		"/a/2":       `"]}"`,
		"/ab":        `true`,
		"/twice":     `2 }`,
		"/missing":   `{ "a"`,
		"/a/1/c/d":   `{"b/~"`,
		"/a/9":       `[ 1,`,
		"/a/0/x":     `1,`,
	} {
		if at := scan.Locate([]byte(doc), []string{pointer, "/a/2"})[pointer]; !strings.HasPrefix(doc[at:], want) {
			t.Errorf("%s is at %q, want %q", pointer, doc[at:], want)
		}
	}
}

func TestDuplicates(t *testing.T) {
	doc := `[{"a":1,"b":{"c":1,"\u0063":2,"c":3},"a":{"x/":1,"x/":2}},{"a":1}]`
	var got []string
	for _, d := range scan.Duplicates([]byte(doc)) {
		got = append(got, d.Pointer+" "+doc[d.At:d.At+3])
	}
	if want := []string{`/0/b/c "\u`, `/0/b/c "c"`, `/0/a "a"`, `/0/a/x~1 "x/`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDeeper(t *testing.T) {
	for doc, want := range map[string]int{`[[1]]`: -1, `{"[[[":[1]}`: -1, `[[[`: 2, `{"a":{"b":[`: 10, `"\"[[["`: -1} {
		at, ok := scan.Deeper([]byte(doc), 2)
		if ok != (want >= 0) || ok && at != want {
			t.Errorf("%s: %d %v, want %d", doc, at, ok, want)
		}
	}
}

func TestText(t *testing.T) {
	for doc, want := range map[string]string{`"a\u00e9\n"`: "aé\n", `""`: "", `"plain", 1`: "plain"} {
		if got, ok := scan.Text([]byte(doc), 0); !ok || got != want {
			t.Errorf("%s: %q %v", doc, got, ok)
		}
	}
	for _, doc := range []string{``, `1`, `"`, `"open`} {
		if got, ok := scan.Text([]byte(doc), 0); ok {
			t.Errorf("%s is no text, got %q", doc, got)
		}
	}
}

func TestRawOffset(t *testing.T) {
	literal := `"a\u0111b\n😀\ud83d\ude00c\/d"`
	var meant string
	if err := json.Unmarshal([]byte(literal), &meant); err != nil {
		t.Fatal(err)
	}
	for _, letter := range []string{"a", "b", "c", "d"} {
		if at := scan.RawOffset([]byte(literal), 1, strings.Index(meant, letter)); literal[at:at+1] != letter {
			t.Errorf("%s is at %q", letter, literal[at:])
		}
	}
	c := strings.Index(literal, "c")
	if at := scan.RawOffset([]byte(literal), c, 2); literal[at] != 'd' {
		t.Errorf("two behind c is %q", literal[at:])
	}
	if at := scan.RawOffset([]byte(literal), 1, len(meant)); literal[at:] != `"` {
		t.Errorf("the end is at %q", literal[at:])
	}
}

// TestSurveyIsSureOnlyWhenRight draws documents with members that come twice, escaped or not.
func TestSurveyIsSureOnlyWhenRight(t *testing.T) {
	var survey scan.Survey
	rapid.Check(t, func(t *rapid.T) {
		doc := []byte(document(t, 3))
		if !json.Valid(doc) {
			t.Fatalf("drew %s", doc)
		}
		sure := survey.Look(doc)
		twice := len(scan.Duplicates(doc)) > 0
		if sure && twice {
			t.Fatalf("sure of %s, which has a member twice", doc)
		}
		if !sure && !twice && !strings.Contains(string(doc), `\u`) && doc[0] != '"' {
			t.Fatalf("not sure of %s", doc)
		}
		if sure && doc[0] == '{' {
			i := 0
			scan.Members(doc, 0, func(name string, _, value int) int {
				if m := survey.Members[i]; string(m.Name) != name || m.At != value {
					t.Fatalf("member %d of %s: %s at %d", i, doc, m.Name, m.At)
				}
				i++
				return scan.Skip(doc, value)
			})
			if i != len(survey.Members) {
				t.Fatalf("%d members of %s, not %d", i, doc, len(survey.Members))
			}
		}
	})
}

// document draws a JSON text with few different names, so that some come twice.
func document(t *rapid.T, depth int) string {
	space := rapid.SampledFrom([]string{"", " ", "\n"}).Draw(t, "space")
	kind := rapid.IntRange(0, 4).Draw(t, "kind")
	if depth == 0 {
		kind %= 3
	}
	switch kind {
	case 0:
		return rapid.SampledFrom([]string{"0", "-1.5e3", "true", "null"}).Draw(t, "literal")
	case 1, 2:
		return rapid.SampledFrom([]string{`""`, `"a"`, `"{\"a\":"`, `"\\"`, `":"`, `"đ\n"`}).Draw(t, "text")
	}
	var parts []string
	for range rapid.IntRange(0, 4).Draw(t, "size") {
		part := document(t, depth-1)
		if kind == 4 {
			name := rapid.SampledFrom([]string{`"a"`, `"b"`, `"ab"`, `"ba"`, `""`, `"aab"`, `"acb"`, `"\u0061"`}).Draw(t, "name")
			part = name + space + ":" + part
		}
		parts = append(parts, part)
	}
	inside := space + strings.Join(parts, space+",") + space
	if kind == 4 {
		return "{" + inside + "}"
	}
	return "[" + inside + "]"
}
