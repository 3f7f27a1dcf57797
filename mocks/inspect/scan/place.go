package scan

import (
	"bytes"
	"unicode/utf8"
)

// Place is where something stands in a text: line and column, both counted from 1. A column is a character (a
// Unicode code point); a tab is one.
type Place struct{ Line, Column int }

// Start is the beginning of a text.
var Start = Place{Line: 1, Column: 1}

// After is the place behind a text that begins at p.
func (p Place) After(text []byte) Place {
	if last := bytes.LastIndexByte(text, '\n'); last >= 0 {
		p.Line += bytes.Count(text, []byte{'\n'})
		p.Column = 1
		text = text[last+1:]
	}
	p.Column += utf8.RuneCount(text)
	return p
}
