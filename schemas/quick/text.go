package quick

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// space returns the position of the first byte at or after i that is no white space.
func space(doc []byte, i int) int {
	if i < len(doc) && doc[i] > ' ' {
		return i
	}
	for i < len(doc) && (doc[i] == ' ' || doc[i] == '\n' || doc[i] == '\r' || doc[i] == '\t') {
		i++
	}
	return i
}

// readText returns the position of the quote that ends the text whose first letter is at i, and whether there are
// escapes before it. Bytes that are no UTF-8 are let through, as encoding/json does.
func readText(doc []byte, i int) (end int, escaped bool) {
	for {
		i = ordinary(doc, i)
		if i >= len(doc) {
			return unsure, false
		}
		switch doc[i] {
		case '"':
			return i, escaped
		case '\\':
			width := escapeWidth(doc[i:])
			if width == 0 {
				return unsure, false
			}
			escaped = true
			i += width
		default:
			return unsure, false // a control character
		}
	}
}

// The same byte in each of a word's eight places.
const (
	ones     = 0x0101010101010101
	tops     = 0x80 * ones
	quotes   = '"' * ones
	slashes  = '\\' * ones
	controls = ' ' * ones // what is less is a control character
)

// ordinary returns the position of the first quote, backslash or control character at or after i. It looks at eight
// bytes at once: a place's top bit is set where the byte is one of them. A subtraction may borrow from the places
// above a true find, so only the lowest find counts.
func ordinary(doc []byte, i int) int {
	for ; i+8 <= len(doc); i += 8 {
		word := binary.LittleEndian.Uint64(doc[i:])
		quote, slash := word^quotes, word^slashes
		found := ((quote-ones)&^quote | (slash-ones)&^slash | (word-controls)&^word) & tops
		if found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for i < len(doc) && doc[i] != '"' && doc[i] != '\\' && doc[i] >= ' ' {
		i++
	}
	return i
}

// escapeWidth is the length of the escape that text begins with; 0 if it is none.
func escapeWidth(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := codeUnit(text); ok {
			return 6
		}
	}
	return 0
}

// codeUnit reads an escape \uXXXX.
func codeUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	var unit rune
	for _, c := range text[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | rune(c)
	}
	return unit, true
}

// unescape writes to room what a text means whose escapes are known to be right. It is false for a text that is longer
// than the room, and for one with a part of a surrogate pair.
func unescape(room, text []byte) ([]byte, bool) {
	if len(text) > cap(room) {
		return nil, false
	}
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			room = append(room, text[i])
			i++
			continue
		}
		letter, width := escape(text[i:])
		if width == 0 {
			return nil, false
		}
		room = utf8.AppendRune(room, letter)
		i += width
	}
	return room, true
}

// escape reads the escape, or the two escapes of a surrogate pair, that text begins with.
func escape(text []byte) (letter rune, width int) {
	switch text[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		return escapedLetter(text)
	}
	return rune(text[1]), 2
}

func escapedLetter(text []byte) (letter rune, width int) {
	unit, _ := codeUnit(text)
	if !utf16.IsSurrogate(unit) {
		return unit, 6
	}
	second, _ := codeUnit(text[6:])
	if letter = utf16.DecodeRune(unit, second); letter == utf8.RuneError {
		return 0, 0
	}
	return letter, 12
}
