package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/inspect/recognise"
	"github.com/khop-dev/khop/mocks/inspect/scan"
)

// deepest is how deep a payload may be nested. PHP's json_decode gives up beyond it, others not much later.
const deepest = 512

// illegible tells why a document is not one JSON value that common readers can read; false if it is one.
func illegible(doc []byte) (flaw, bool) {
	if at, ok := notUTF8(doc); ok {
		return flaw{at, Problem{Rule: Encoding, Expected: "UTF-8", Found: fmt.Sprintf("byte 0x%02X, which is not UTF-8 here", doc[at])}}, true
	}
	if at, ok := scan.Deeper(doc, deepest); ok {
		return flaw{at, Problem{
			Rule: Depth, Expected: fmt.Sprintf("at most %d levels, as deep as PHP's json_decode goes", deepest), Found: "more",
		}}, true
	}
	decoder := json.NewDecoder(bytes.NewReader(doc))
	var value json.RawMessage
	if err := decoder.Decode(&value); err != nil {
		return malformed(doc, err), true
	}
	if rest := scan.Space(doc, int(decoder.InputOffset())); rest < len(doc) {
		return flaw{rest, Problem{Rule: Syntax, Expected: "one JSON value", Found: "more behind it: " + excerpt(doc[rest:])}}, true
	}
	return flaw{}, false
}

func notUTF8(doc []byte) (at int, ok bool) {
	if utf8.Valid(doc) {
		return 0, false
	}
	for at < len(doc) {
		letter, width := utf8.DecodeRune(doc[at:])
		if letter == utf8.RuneError && width == 1 {
			break
		}
		at += width
	}
	return at, true
}

// malformed tells a syntax error with its place. A document that ends too soon is told as such: it was cut off.
func malformed(doc []byte, err error) flaw {
	if at, ok := conflicting(doc); ok {
		line, _, _ := bytes.Cut(doc[at:], []byte{'\n'})
		return flaw{at, Problem{Rule: Syntax, Expected: "JSON", Found: "a merge conflict: " + excerpt(bytes.TrimSpace(line))}}
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return flaw{max(0, int(syntax.Offset)-1), Problem{Rule: Syntax, Expected: "JSON", Found: syntax.Error()}}
	}
	end := len(bytes.TrimRight(doc, " \t\r\n"))
	return flaw{end, Problem{Rule: Syntax, Expected: "JSON", Found: "the end in the middle of a value: it was cut off"}}
}

// conflict is a line by which git marks the sides of a merge conflict.
var conflict = regexp.MustCompile(`(?m)^(<{7} .*|={7}\r?|>{7} .*)$`)

// conflicting finds the first mark of a merge conflict.
func conflicting(doc []byte) (at int, ok bool) {
	found := conflict.FindIndex(doc)
	if found == nil {
		return 0, false
	}
	return found[0], true
}

// stranger tells that a payload is no provider's.
func stranger(doc []byte, guess recognise.Guess) flaw {
	p := Problem{Rule: Unknown, Expected: "a payload that a provider documents, or --schema to say which"}
	at := scan.Space(doc, 0)
	switch {
	case at < len(doc) && doc[at] == '{':
		p.Found = guess.Reason()
	case at < len(doc) && doc[at] == '[':
		p.Found = "an array"
	default:
		p.Found = "no object: " + excerpt(doc[at:])
		if text, _ := scan.Text(doc, at); holdsJSON(text) {
			p.Found = "a text that holds JSON: it was encoded twice"
		}
	}
	return flaw{at, p}
}

// holdsJSON tells whether a text is an object or an array as JSON.
func holdsJSON(text string) bool {
	text = strings.TrimSpace(text)
	return (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text))
}

// longestExcerpt is the most letters of an input that a problem repeats.
const longestExcerpt = 40

// excerpt is the beginning of a text, on one line.
func excerpt(text []byte) string {
	letters := []rune(string(text[:min(len(text), 4*longestExcerpt)]))
	if len(letters) > longestExcerpt {
		return strconv.Quote(string(letters[:longestExcerpt])) + "…"
	}
	return strconv.Quote(string(letters))
}
