package quick

import "iter"

// Members goes through the members of a document that is an object: a way to look into one that was accepted without
// decoding it. Names come without their quotes, and values as they are written; a name may have escapes in it. It ends
// early where the document is not JSON.
func Members(doc []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		at := inside(doc, '{')
		for at != unsure {
			name, _, value := readName(doc, at)
			if value == unsure {
				return
			}
			end := anything.value(doc, value, 1)
			if end == unsure || !yield(name, doc[value:end]) {
				return
			}
			at = behindComma(doc, end)
		}
	}
}

// Elements goes through the elements of a document that is an array, as Members does.
func Elements(doc []byte) iter.Seq[[]byte] {
	return func(yield func(element []byte) bool) {
		at := inside(doc, '[')
		for at != unsure {
			end := anything.value(doc, at, 1)
			if end == unsure || !yield(doc[at:end]) {
				return
			}
			at = behindComma(doc, end)
		}
	}
}

// inside is the position of what comes first in an object or array; unsure where doc does not begin with that brace.
func inside(doc []byte, brace byte) int {
	at := space(doc, 0)
	if at >= len(doc) || doc[at] != brace {
		return unsure
	}
	return space(doc, at+1)
}

// behindComma is the position behind the comma that follows; unsure where none does.
func behindComma(doc []byte, at int) int {
	at = space(doc, at)
	if at >= len(doc) || doc[at] != ',' {
		return unsure
	}
	return space(doc, at+1)
}

// Plain returns the letters of a text, without the quotes. It is false for any other value, and for a text with escapes.
func Plain(value []byte) ([]byte, bool) {
	if len(value) < 2 || value[0] != '"' {
		return nil, false
	}
	end, escaped := readText(value, 1)
	if end != len(value)-1 || escaped {
		return nil, false
	}
	return value[1:end], true
}
