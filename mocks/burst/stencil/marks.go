package stencil

import (
	"bytes"
	"strings"
)

// marks are texts that stand in for others. Each is made of one character from Unicode's
// private use area, of which no provider makes use.
type marks struct{ texts []string }

const firstMark = '\uE000'

// slot is something of a fixed width in a request, and everywhere that it stands.
type slot struct {
	mark   int // that stood for it in the pattern
	width  int
	places []int
}

// fill writes a text into the slot.
func (s *slot) fill(request, text []byte) {
	for _, place := range s.places {
		copy(request[place:place+s.width], text)
	}
}

// add makes a mark for a slot that many bytes wide.
func (m *marks) add(width int) (string, slot) {
	s := slot{mark: len(m.texts), width: width}
	m.texts = append(m.texts, strings.Repeat(string(firstMark+rune(s.mark)), width))
	return m.texts[s.mark], s
}

// lift takes the marks off a text: what they stood for are zeros now.
func (m *marks) lift(marked []byte) []byte {
	for mark := range m.texts {
		marked = bytes.ReplaceAll(marked, []byte(string(firstMark+rune(mark))), []byte("0"))
	}
	return marked
}

// find notes the places that a slot has once the marks are lifted, and tells whether
// there are any.
func (m *marks) find(s *slot, marked []byte) bool {
	mark := []byte(m.texts[s.mark])
	before := 0
	for part := range bytes.SplitSeq(marked, mark) {
		before += len(m.lift(part))
		s.places = append(s.places, before)
		before += s.width
	}
	s.places = s.places[:len(s.places)-1] // behind the last part is the end
	return len(s.places) > 0
}
