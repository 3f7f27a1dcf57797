package quick

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// mostMembers is how many members an object may have by name: a bit each.
const mostMembers = 64

// members are the members that a rule knows by name, in a table that finds one with about one comparison.
type members struct {
	list     []named
	slots    []uint8 // 1 + index in list, at the name's hash or the next free place
	required uint64
}

type named struct {
	name string
	rule *rule
	bit  uint64
}

// newMembers makes the table; the order of names and rules is the same.
func newMembers(names []string, rules []*rule) (members, error) {
	if len(names) > mostMembers {
		return members{}, fmt.Errorf("%d members, more than %d", len(names), mostMembers)
	}
	size := 4
	for size < 4*len(names) {
		size *= 2
	}
	m := members{slots: make([]uint8, size)}
	for n, name := range names {
		if strings.ContainsRune(name, utf8.RuneError) {
			return members{}, fmt.Errorf("member %q: a name that is not UTF-8 could be read as this one", name)
		}
		m.list = append(m.list, named{name, rules[n], 1 << n})
		at := m.hash([]byte(name))
		for m.slots[at] != 0 {
			at = (at + 1) & (size - 1)
		}
		m.slots[at] = uint8(n + 1)
	}
	return m, nil
}

// find returns the member with that name, nil if there is none.
func (m *members) find(name []byte) *named {
	for at := m.hash(name); ; at = (at + 1) & (len(m.slots) - 1) {
		n := m.slots[at]
		if n == 0 {
			return nil
		}
		if known := &m.list[n-1]; known.name == string(name) {
			return known
		}
	}
}

// hash is a name's first place in the table. Its length and three of its letters tell the names of most objects apart.
func (m *members) hash(name []byte) int {
	n := len(name)
	if n == 0 {
		return 0
	}
	mixed := uint32(n)*0x9E3779B1 ^ uint32(name[0])*0x85EBCA6B ^ uint32(name[n-1])*0xC2B2AE35 ^ uint32(name[n/2])*0x27D4EB2F
	return int(mixed>>16) & (len(m.slots) - 1)
}
