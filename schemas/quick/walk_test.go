package quick_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/schemas/quick"
)

func TestMembersAndElementsAreAllThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.MapOf(rapid.StringMatching(`[a-zđ"\\]{0,5}`), anyDocument(2)).Draw(t, "members")
		elements := rapid.SliceOf(anyDocument(2)).Draw(t, "elements")
		var doc bytes.Buffer
		if err := json.Indent(&doc, encode(t, members), "", " "); err != nil {
			t.Fatal(err)
		}
		read := map[string]any{}
		for name, value := range quick.Members(doc.Bytes()) {
			read[unquoted(t, name)] = json.RawMessage(value)
		}
		if got, want := encode(t, read), encode(t, members); !bytes.Equal(got, want) {
			t.Fatalf("members %s of %s", got, want)
		}
		list := []any{}
		for value := range quick.Elements(encode(t, elements)) {
			list = append(list, json.RawMessage(value))
		}
		if got, want := encode(t, list), encode(t, append([]any{}, elements...)); !bytes.Equal(got, want) {
			t.Fatalf("elements %s of %s", got, want)
		}
	})
}

func unquoted(t *rapid.T, name []byte) (plain string) {
	if err := json.Unmarshal(slices.Concat([]byte{'"'}, name, []byte{'"'}), &plain); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return plain
}

// TestAWalkEnds where a document is not what it should be.
func TestAWalkEnds(t *testing.T) {
	for doc, want := range map[string]int{
		``: 0, ` `: 0, `7`: 0, `[]`: 0, `{`: 0, `{}`: 0, `{"a"`: 0, `{"a":`: 0, `{"a":x}`: 0, `{"a":1`: 1, `{"a":1,`: 1, `{"a":1,}`: 1, `{"a":1,"b":2}`: 2, `{"a":1;"b":2}`: 1,
	} {
		count := 0
		for range quick.Members([]byte(doc)) {
			count++
		}
		if count != want {
			t.Errorf("%q has %d members, not %d", doc, count, want)
		}
	}
	for doc, want := range map[string]int{``: 0, `{}`: 0, `[`: 0, `[]`: 0, `[1`: 1, `[1,`: 1, `[1,]`: 1, `[1,[2,3]]`: 2} {
		count := 0
		for range quick.Elements([]byte(doc)) {
			count++
		}
		if count != want {
			t.Errorf("%q has %d elements, not %d", doc, count, want)
		}
	}
	for range quick.Elements([]byte(`[1,2]`)) {
		break // and nothing is said about the rest
	}
}

func TestPlainTexts(t *testing.T) {
	for value, want := range map[string]string{`"a"`: "a", `""`: "", `"đ b"`: "đ b"} {
		if letters, ok := quick.Plain([]byte(value)); !ok || string(letters) != want {
			t.Errorf("%s is %q, %v", value, letters, ok)
		}
	}
	for _, value := range []string{``, `"`, `7`, `null`, `"\n"`, `"a" `, `"a`, `"a"b"`, "\"\n\""} {
		if letters, ok := quick.Plain([]byte(value)); ok {
			t.Errorf("%s is said to be %q", value, letters)
		}
	}
}
