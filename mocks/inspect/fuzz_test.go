package inspect_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/inspect"
)

// FuzzInspect holds what is promised for any bytes: no panic, an end, places that exist, and the same story however
// the bytes come in.
func FuzzInspect(f *testing.F) {
	for _, provider := range fixtures.Providers() {
		for _, e := range fixtures.Documented(provider) {
			f.Add(e.Payload)
		}
	}
	for _, text := range []string{
		"", "[", "[{},{}]", "{}\n{}", `{"log":{"entries":[{"request":{"url":"?SMSID=%zz","postData":{"text":"{\"type\":\"\\u00e9\"}"}}}]}}`,
		`h - - [t] "GET /?SMSID=\x22 HTTP/1.1" 200`, "?a=1;b", "\xef\xbb\xbf{}", "\x1f\x8b\x08", "{\"a\":\"\n\"}", `{"a":1,"a":{"b":[1,2,{"c":"\ud83d\ude00"}]}}`,
		"{\"event_type\":\"sale\",\n\"data_event\":{}}", "{\"event_type\":\"a\"}\n{\"type\":5}\n[]", "\"\\", "[1 2]", "]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		story := tell(t, bytes.NewReader(text))
		again := tell(t, iotest.OneByteReader(bytes.NewReader(text)))
		if !slices.Equal(story.lines(), again.lines()) {
			t.Errorf("told %q at once, %q byte by byte", story.lines(), again.lines())
		}
		for _, found := range story.found {
			for _, p := range found.Problems {
				if p.Line < 1 || p.Column < 1 || p.Line > 1+bytes.Count(text, []byte("\n")) && text[0] != 0x1F {
					t.Errorf("%+v is at no place of the text", p)
				}
			}
		}
	})
}

func tell(t *testing.T, text io.Reader) *findings {
	story := &findings{}
	source := inspect.Source{Name: "stdin", Open: func() (io.ReadCloser, error) { return io.NopCloser(text), nil }}
	if _, err := inspect.Inspect(context.Background(), []inspect.Source{source}, inspect.Options{Workers: 1, Strict: true}, story); err != nil {
		t.Fatal(err)
	}
	return story
}
