package schemas

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// pointer is a place in a document: member names and array indices from the root.
type pointer []string

// String spells the place as RFC 6901 does; the document itself is the empty string.
func (p pointer) String() string {
	var b strings.Builder
	for _, token := range p {
		b.WriteByte('/')
		b.WriteString(rawjson.Escape(token))
	}
	return b.String()
}

// to is the place one step further down.
func (p pointer) to(token string) pointer {
	return append(slices.Clip(p), token)
}

// holds tells whether other is this place or beneath it.
func (p pointer) holds(other pointer) bool {
	return len(other) >= len(p) && slices.Equal(p, other[:len(p)])
}

// compare orders places as a reader meets them: members by name, elements by number.
func (p pointer) compare(other pointer) int {
	return slices.CompareFunc(p, other, func(a, b string) int {
		i, notA := strconv.Atoi(a)
		j, notB := strconv.Atoi(b)
		if notA == nil && notB == nil {
			return cmp.Compare(i, j)
		}
		return strings.Compare(a, b)
	})
}
