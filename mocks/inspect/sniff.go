package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strings"
)

// form is how payloads are written down in a text.
type form int

// Forms.
const (
	formless  form = iota
	jsonLines      // a payload a line, NDJSON
	values         // documents one after the other, or the elements of an array, over any number of lines
	har            // what a browser or a proxy recorded
	queries        // a query string or a callback URL a line
	weblog         // a web server's access log
)

// formOf tells the form by a text's beginning, which holds at least the first line unless that is very long. The
// whole beginning is asked for only where the first line leaves it open.
func formOf(name string, head []byte, whole func() []byte) form {
	text := bytes.TrimLeft(head, " \t\r\n")
	line, _, ended := bytes.Cut(text, []byte{'\n'})
	switch {
	case len(text) == 0:
		return formless
	case recorded.Match(text):
		return har
	case text[0] == '[':
		return values
	case text[0] == '{':
		if strings.HasSuffix(name, ".har") || strings.HasSuffix(name, ".har.gz") {
			return har
		}
		if endsInLines(name) || json.Valid(line) || ended && anotherLine(whole()) {
			return jsonLines
		}
		return values
	case logEntry(line):
		return weblog
	}
	if _, _, ok := queryOn(line); ok {
		return queries
	}
	if strings.IndexByte(`"-0123456789tfn`, text[0]) >= 0 {
		return values
	}
	return formless
}

// recorded is how a HAR file begins.
var recorded = regexp.MustCompile(`^\s*\{\s*"log"\s*:\s*\{`)

// endsInLines tells by its name whether a file has a payload a line.
func endsInLines(name string) bool {
	ending := filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz"))
	return ending == ".ndjson" || ending == ".jsonl"
}

// spanning tells whether the first value of a text goes on from its first line to the next, so that no line is a value by
// itself. The whole beginning is asked for only where the first line leaves it open.
func spanning(head []byte, whole func() []byte) bool {
	line, _, ended := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte{'\n'})
	if !ended || !endsEarly(line) {
		return false
	}
	text := whole()
	_, behind, _ := bytes.Cut(bytes.TrimSpace(text), []byte{'\n'})
	return len(behind) > 0 && !anotherLine(text) && (startsWithJSON(text) || endsEarly(text))
}

// startsWithJSON tells whether a text begins with a whole value.
func startsWithJSON(text []byte) bool { return firstValue(text) == nil }

// endsEarly tells whether a text ends in the middle of its first value.
func endsEarly(text []byte) bool { return errors.Is(firstValue(text), io.ErrUnexpectedEOF) }

func firstValue(text []byte) error {
	var value json.RawMessage
	return json.NewDecoder(bytes.NewReader(text)).Decode(&value)
}

// anotherLine tells whether one of the lines behind a first that is no payload is one by itself: then the text is
// lines all the same, and its first is broken. Within an indented document no line is.
func anotherLine(head []byte) bool {
	lines := bytes.SplitN(bytes.TrimLeft(head, " \t\r\n"), []byte{'\n'}, 5)
	for _, line := range lines[1:] {
		if len(line) > 2 && line[0] == '{' && json.Valid(line) {
			return true
		}
	}
	return false
}
