package scan

import (
	"encoding/json"
	"strconv"
)

// What follows reads documents that are valid JSON: it goes from brace to brace without looking for mistakes.

// Members calls visit for each member of the object at an offset, with the name as it is meant, its offset and the
// value's. Visit returns the offset behind the value; Skip does when there is nothing to do. Members returns the
// offset behind the object.
func Members(doc []byte, object int, visit func(name string, at, value int) (end int)) int {
	i := Space(doc, object+1)
	for i < len(doc) && doc[i] == '"' {
		end, plain := text(doc, i)
		value := Space(doc, Space(doc, end)+1)
		i = next(doc, visit(meaning(doc[i:end], plain), i, value))
	}
	return min(i+1, len(doc))
}

// Elements calls visit for each element of the array at an offset. It returns the offset behind the array.
func Elements(doc []byte, array int, visit func(index, value int) (end int)) int {
	i := Space(doc, array+1)
	for index := 0; i < len(doc) && doc[i] != ']'; index++ {
		i = next(doc, visit(index, i))
	}
	return min(i+1, len(doc))
}

// next is the offset of what comes behind a value: a name, an element, or the bracket.
func next(doc []byte, i int) int {
	i = Space(doc, i)
	if i < len(doc) && doc[i] == ',' {
		i = Space(doc, i+1)
	}
	return i
}

// meaning is the string that a literal stands for.
func meaning(literal []byte, plain bool) string {
	if plain {
		return string(literal[1 : len(literal)-1])
	}
	var meant string
	_ = json.Unmarshal(literal, &meant) // the literal is valid
	return meant
}

// Text returns the string at an offset as it is meant; false if there is another value.
func Text(doc []byte, i int) (string, bool) {
	if i >= len(doc) || doc[i] != '"' {
		return "", false
	}
	end, plain := text(doc, i)
	if end == i+1 || doc[end-1] != '"' {
		return "", false
	}
	return meaning(doc[i:end], plain), true
}

// Skip returns the offset behind the value at i.
func Skip(doc []byte, i int) int {
	depth := 0
	for i < len(doc) {
		switch doc[i] {
		case '"':
			i, _ = text(doc, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ' ', '\n', '\r', '\t', ':':
			i++
			continue
		default:
			i = word(doc, i)
		}
		if depth == 0 {
			return i
		}
	}
	return i
}

// word returns the offset behind the number or literal at i.
func word(doc []byte, i int) int {
	for i < len(doc) {
		switch doc[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t', ':', '{', '[', '"':
			return i
		}
		i++
	}
	return i
}

// RawOffset returns where in a string literal the byte stands that is some bytes of its meaning behind another, which
// stands at from. The first byte stands at 1, behind the quote.
func RawOffset(literal []byte, from, meant int) int {
	i := from
	for meant > 0 && i < len(literal)-1 {
		width := escape(literal[i:])
		if width > 1 {
			meant -= len(meaning([]byte(`"`+string(literal[i:i+width])+`"`), false))
		} else {
			meant--
		}
		if meant >= 0 {
			i += width
		}
	}
	return min(i, len(literal))
}

// escape is the length of the escape that a literal's rest begins with; 1 if it begins with a plain byte.
func escape(rest []byte) int {
	if rest[0] != '\\' || len(rest) < 2 {
		return 1
	}
	if rest[1] != 'u' || len(rest) < 6 {
		return 2
	}
	if unit, err := strconv.ParseUint(string(rest[2:6]), 16, 16); err == nil && unit>>10 == 0xD800>>10 &&
		len(rest) >= 12 && rest[6] == '\\' && rest[7] == 'u' {
		return 12
	}
	return 6
}
