package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/khop-dev/khop/suites/lang"
)

// How much of a body a terminal shows, in characters: a short one whole, of a long one
// the beginning and the end.
const (
	bodyShown = 600
	bodyEnd   = 100
)

// preview is a body as a person can read it. Signatures are about bytes, and a blank or
// a line feed at the end decides: what does not show itself is written out.
func (b Body) preview(language lang.Language) []string {
	text := []rune(b.Text)
	switch {
	case b.Base64 != "":
		return []string{language.Textf("(bytes that are no text: %d; base64 %s)", b.Size, shorten(b.Base64, 80))}
	case b.Size == 0:
		return []string{language.Text("(no body)")}
	case len(text) <= bodyShown && !b.Truncated:
		return bodyLines(b.Text)
	case b.Truncated:
		text = append(text[:min(len(text), bodyShown)], '…')
		return append(bodyLines(string(text)), language.Textf("(%d bytes in all)", b.Size))
	}
	begin, end := string(text[:bodyShown-bodyEnd]), string(text[len(text)-bodyEnd:])
	lines := append(bodyLines(begin+"…"), bodyLines("…"+end)...)
	return append(lines, language.Textf("(%d bytes in all)", b.Size))
}

// bodyLines is a body line by line, each of which ends in ⏎ where the body has a line
// feed. Long ones are broken and lose nothing.
func bodyLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line, ended := strings.CutSuffix(line, "\n")
		if !ended { // blanks at the end of the body are not to be seen either
			bare := strings.TrimRight(line, " ")
			line = bare + strings.Repeat(`\x20`, len(line)-len(bare))
		}
		line = revealed(line)
		if ended {
			line += "⏎"
		}
		lines = append(lines, broken(line, textWidth)...)
	}
	return lines
}

// revealed writes out the characters that do not show themselves.
func revealed(text string) string {
	var out strings.Builder
	for at, r := range text {
		if _, size := utf8.DecodeRuneInString(text[at:]); unicode.IsPrint(r) && r != utf8.RuneError {
			out.WriteRune(r)
		} else {
			out.WriteString(written(text[at : at+size]))
		}
	}
	return out.String()
}

// broken is a line in pieces that are not wider than width, each broken behind a blank or
// comma where one is near.
func broken(line string, width int) []string {
	var pieces []string
	rest := []rune(line)
	for len(rest) > width {
		at := width
		for at > width/2 && rest[at-1] != ' ' && rest[at-1] != ',' {
			at--
		}
		if at == width/2 {
			at = width
		}
		pieces = append(pieces, string(rest[:at]))
		rest = rest[at:]
	}
	return append(pieces, string(rest))
}
