package scan

import (
	"strconv"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// Locate returns the offsets of JSON pointers in a valid document: of the value that a pointer names, or, where
// that is missing, of the innermost object or array on the way to it. Of a member that comes twice the last counts,
// as it does for encoding/json.
func Locate(doc []byte, pointers []string) map[string]int {
	root := &step{}
	for _, pointer := range pointers {
		root.add(pointer)
	}
	root.find(doc, Space(doc, 0))
	found := make(map[string]int, len(pointers))
	for _, pointer := range pointers {
		found[pointer] = root.offset(pointer)
	}
	return found
}

// step is a place that is looked for, or one on the way to such places.
type step struct {
	further map[string]*step
	at      int
	there   bool
}

func (s *step) add(pointer string) {
	for _, token := range rawjson.Tokens(pointer) {
		if s.further == nil {
			s.further = map[string]*step{}
		}
		if s.further[token] == nil {
			s.further[token] = &step{}
		}
		s = s.further[token]
	}
}

// find goes through the value at i, only where something is looked for, and returns the offset behind it.
func (s *step) find(doc []byte, i int) int {
	s.at, s.there = i, true
	visit := func(token string, value int) int {
		if next := s.further[token]; next != nil {
			return next.find(doc, value)
		}
		return Skip(doc, value)
	}
	switch {
	case i >= len(doc) || len(s.further) == 0:
	case doc[i] == '{':
		return Members(doc, i, func(name string, _, value int) int { return visit(name, value) })
	case doc[i] == '[':
		return Elements(doc, i, func(index, value int) int { return visit(strconv.Itoa(index), value) })
	}
	return Skip(doc, i)
}

func (s *step) offset(pointer string) int {
	at := s.at
	for _, token := range rawjson.Tokens(pointer) {
		if s = s.further[token]; !s.there {
			break
		}
		at = s.at
	}
	return at
}
