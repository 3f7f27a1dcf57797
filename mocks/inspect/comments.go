package inspect

import (
	"bytes"
	"encoding/json"
)

// annotated tells whether a text is JSON but for comments and commas too many: so programs take their settings. Of a
// text that does not fit into one piece nobody asks: settings are small.
func annotated(doc []byte) bool {
	if len(doc) >= piece {
		return false
	}
	plain, changed := uncommented(doc)
	return changed && json.Valid(plain)
}

// uncommented is a text with blanks in the place of comments and of commas before a closing bracket, and whether it
// has any.
func uncommented(doc []byte) (plain []byte, changed bool) {
	plain = bytes.Clone(doc)
	blank := func(from, to int) {
		changed = true
		for i := from; i < to; i++ {
			if plain[i] != '\n' {
				plain[i] = ' '
			}
		}
	}
	comma := -1 // the last one, while nothing stands behind it
	for i := 0; i < len(plain); i++ {
		switch letter := plain[i]; {
		case letter == '"':
			i, comma = behindText(plain, i)-1, -1
		case bytes.HasPrefix(plain[i:], []byte("//")):
			blank(i, i+length(plain[i:], "\n", 0))
		case bytes.HasPrefix(plain[i:], []byte("/*")):
			blank(i, i+2+length(plain[i+2:], "*/", 2))
		case letter == ',':
			comma = i
		case (letter == '}' || letter == ']') && comma >= 0:
			blank(comma, comma+1)
			comma = -1
		case letter > ' ':
			comma = -1
		}
	}
	return plain, changed
}

// behindText is the offset behind the text whose quote is at i.
func behindText(doc []byte, i int) int {
	for i++; i < len(doc); i++ {
		switch doc[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(doc)
}

// length is how far a text goes until an ending, of which so many bytes belong to it.
func length(text []byte, ending string, belong int) int {
	if end := bytes.Index(text, []byte(ending)); end >= 0 {
		return end + belong
	}
	return len(text)
}
