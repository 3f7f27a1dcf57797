package scan

import (
	"strconv"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// Duplicate is a member that its object has already.
type Duplicate struct {
	// Pointer is the member's RFC 6901 pointer.
	Pointer string
	// At is the offset of the name's quote where it comes again.
	At int
}

// Duplicates finds the members of a valid document that come again, in the order of their places.
func Duplicates(doc []byte) []Duplicate {
	var all []Duplicate
	duplicates(doc, Space(doc, 0), "", &all)
	return all
}

// Escape writes a member's name as a JSON pointer holds it.
func Escape(name string) string { return rawjson.Escape(name) }

func duplicates(doc []byte, i int, pointer string, all *[]Duplicate) int {
	switch {
	case i < len(doc) && doc[i] == '{':
		seen := map[string]bool{}
		return Members(doc, i, func(name string, at, value int) int {
			here := pointer + "/" + Escape(name)
			if seen[name] {
				*all = append(*all, Duplicate{here, at})
			}
			seen[name] = true
			return duplicates(doc, value, here, all)
		})
	case i < len(doc) && doc[i] == '[':
		return Elements(doc, i, func(index, value int) int {
			return duplicates(doc, value, pointer+"/"+strconv.Itoa(index), all)
		})
	}
	return Skip(doc, i)
}

// Deeper returns the offset of the first bracket that opens a level deeper than deepest; false if none does. It takes
// any bytes.
func Deeper(doc []byte, deepest int) (int, bool) {
	depth := 0
	for i := 0; i < len(doc); i++ {
		switch doc[i] {
		case '{', '[':
			if depth++; depth > deepest {
				return i, true
			}
		case '}', ']':
			depth--
		case '"':
			end, _ := text(doc, i)
			i = end - 1
		}
	}
	return 0, false
}
