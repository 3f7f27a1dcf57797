package report

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markup writes out what would be read as HTML between two tags. Quotation marks mean
// nothing there, and JSON is full of them: html/template would write five characters
// for each.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// wire is a text in which a reader sees every character: signatures are about bytes,
// and a tab, a trailing line feed or a zero-width space decides. What does not show
// itself is written out, inside <i> so that it can be told from a text that says the
// same. It is for the content of an element.
func wire(text string) template.HTML {
	var out strings.Builder
	from := 0
	for at, r := range text {
		if unicode.IsPrint(r) && r != utf8.RuneError {
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		_, _ = markup.WriteString(&out, text[from:at]) // a Builder takes everything
		from = at + size
		out.WriteString("<i>" + written(text[at:from]) + "</i>")
		if r == '\n' {
			out.WriteByte('\n')
		}
	}
	_, _ = markup.WriteString(&out, text[from:])
	return template.HTML(out.String())
}

// written is one character as Go would write it: \t, \u200b, \xff.
func written(character string) string {
	return strings.Trim(strconv.QuoteToASCII(character), `"`)
}

// How much of one body the page shows: what a person reads, and no more than a
// browser draws with ease. report.json has the rest.
const (
	mostText = 16 << 10
	mostHex  = 4 << 10
)

// wireBody is a body as the page shows it.
type wireBody struct {
	Text  string // as it was on the wire
	Dump  string // where the bytes are no text
	Size  int    // in bytes, of all that was sent
	Cut   bool   // only the beginning is shown
	Shown int    // in bytes
	JSON  bool   // can be indented
}

func newWireBody(b Body) wireBody {
	shown := wireBody{Size: b.Size, Cut: b.Truncated}
	if bytes, err := base64.StdEncoding.DecodeString(b.Base64); err == nil && b.Base64 != "" {
		shown.Shown = min(len(bytes), mostHex)
		shown.Dump = hexDump(bytes[:shown.Shown])
		shown.Cut = b.Truncated || shown.Shown < len(bytes)
		return shown
	}
	shown.Text = beginning(b.Text, mostText)
	shown.Shown = len(shown.Text)
	shown.Cut = b.Truncated || shown.Shown < len(b.Text)
	shown.JSON = !shown.Cut && isDocument(shown.Text)
	return shown
}

// beginning is at most so many bytes of a text, without half a character at the end.
func beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// isDocument tells whether a text is a JSON object or array.
func isDocument(text string) bool {
	trimmed := strings.TrimLeft(text, " \t\r\n")
	return trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid([]byte(text))
}

// hexDump writes bytes as numbers and as the ASCII they may be, sixteen a line.
func hexDump(bytes []byte) string {
	var out strings.Builder
	for at := 0; at < len(bytes); at += 16 {
		line := bytes[at:min(at+16, len(bytes))]
		fmt.Fprintf(&out, "%06x  % -47x  ", at, line)
		for _, b := range line {
			if b < 0x20 || b > 0x7e {
				b = '.'
			}
			out.WriteByte(b)
		}
		out.WriteByte('\n')
	}
	return out.String()
}
