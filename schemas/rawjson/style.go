package rawjson

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf16"
)

// Style is a way to write a Value as bytes. All styles write the same JSON value;
// they differ in exactly what a signature over raw bytes notices.
type Style struct {
	Name     string // for messages: "Python's json.dumps"
	comma    string
	colon    string
	indent   string // one level; empty: all on one line
	sorted   bool   // members by name, as encoders of unordered maps do
	plain    rune   // the last character that is not written as \uXXXX; 0: there is no end
	slash    bool   // / as \/
	html     bool   // < > & as \u003c ..., and the two line ends of JavaScript
	upperHex bool   // \u00C0 rather than \u00c0
}

// Compact is the densest writing in document order: JavaScript's JSON.stringify.
var Compact = Style{Name: "compact JSON (JSON.stringify)", comma: ",", colon: ":"}

// Python is what json.dumps writes with its defaults.
var Python = Style{Name: "Python's json.dumps", comma: ", ", colon: ": ", plain: '~'}

// PHP is what json_encode writes with its defaults.
var PHP = Style{Name: "PHP's json_encode", comma: ",", colon: ":", plain: 0x7f, slash: true}

// GoMap is what encoding/json writes of a map: sorted, HTML escaped.
var GoMap = Style{Name: "Go's json.Marshal of a map", comma: ",", colon: ":", sorted: true, html: true}

// Sorted is compact JSON with sorted members.
var Sorted = Style{Name: "sorted compact JSON", comma: ",", colon: ":", sorted: true}

// Pretty is indented by two spaces.
var Pretty = Style{Name: "JSON indented by two spaces", comma: ",", colon: ": ", indent: "  "}

// Spaced has a blank after commas and colons and raw text: json.dumps with
// ensure_ascii=False.
var Spaced = Style{Name: "JSON with blanks after commas and colons", comma: ", ", colon: ": "}

// EscapedUpper escapes all but ASCII with upper-case hex digits, and slashes.
var EscapedUpper = Style{Name: "JSON with \\uXXXX and \\/ escapes", comma: ",", colon: ":", plain: '~', slash: true, upperHex: true}

// Encode writes v.
func (s Style) Encode(v Value) []byte {
	var out bytes.Buffer
	s.encode(&out, v, "\n")
	return out.Bytes()
}

// String is v in compact writing.
func (v Value) String() string { return string(Compact.Encode(v)) }

func (s Style) encode(out *bytes.Buffer, v Value, newline string) {
	switch v.kind {
	case Null:
		out.WriteString("null")
	case Bool, Number:
		out.WriteString(v.text)
	case String:
		s.quote(out, v.text)
	case Array:
		s.group(out, '[', ']', newline, len(v.items), func(i int, newline string) {
			s.encode(out, v.items[i], newline)
		})
	case Object:
		members := v.members
		if s.sorted {
			members = slices.Clone(members)
			slices.SortStableFunc(members, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
		}
		s.group(out, '{', '}', newline, len(members), func(i int, newline string) {
			s.quote(out, members[i].Name)
			out.WriteString(s.colon)
			s.encode(out, members[i].Value, newline)
		})
	}
}

func (s Style) group(out *bytes.Buffer, open, shut byte, newline string, n int, element func(i int, newline string)) {
	out.WriteByte(open)
	inner := newline + s.indent
	for i := range n {
		if i > 0 {
			out.WriteString(s.comma)
		}
		if s.indent != "" {
			out.WriteString(inner)
		}
		element(i, inner)
	}
	if s.indent != "" && n > 0 {
		out.WriteString(newline)
	}
	out.WriteByte(shut)
}

func (s Style) quote(out *bytes.Buffer, text string) {
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\' || r == '/' && s.slash:
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\b':
			out.WriteString(`\b`)
		case r == '\f':
			out.WriteString(`\f`)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case r < ' ', s.html && strings.ContainsRune("<>&\u2028\u2029", r), s.plain > 0 && r > s.plain:
			s.escapeRune(out, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
}

func (s Style) escapeRune(out *bytes.Buffer, r rune) {
	digits := "0123456789abcdef"
	if s.upperHex {
		digits = "0123456789ABCDEF"
	}
	units := []rune{r}
	if high, low := utf16.EncodeRune(r); high != '\uFFFD' {
		units = []rune{high, low}
	}
	for _, u := range units {
		out.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			out.WriteByte(digits[u>>shift&0xf])
		}
	}
}
