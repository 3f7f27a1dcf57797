package inspect

import (
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks/inspect/recognise"
	"github.com/khop-dev/khop/schemas"
)

// valid counts a payload that is in order.
func (c *Count) valid(g recognise.Guess) {
	c.Valid++
	c.tally(g).Valid++
}

// invalid counts a payload with problems.
func (c *Count) invalid(g recognise.Guess) {
	c.Invalid++
	if g.Schema != nil {
		c.tally(g).Invalid++
	}
}

// tally finds the count of a schema. There are few, so that looking through them is quick.
func (c *Count) tally(g recognise.Guess) *Tally {
	return c.of(g.Schema, g.Reason)
}

func (c *Count) of(s *schemas.Schema, reason func() string) *Tally {
	for i := range c.By {
		if c.By[i].Schema == s {
			return &c.By[i]
		}
	}
	c.By = append(c.By, Tally{Schema: s, Reason: reason()})
	return &c.By[len(c.By)-1]
}

// add adds what was counted elsewhere.
func (c *Count) add(other Count) {
	c.Valid += other.Valid
	c.Invalid += other.Invalid
	c.Skipped += other.Skipped
	c.Broken += other.Broken
	for _, t := range other.By {
		mine := c.of(t.Schema, func() string { return t.Reason })
		mine.Valid += t.Valid
		mine.Invalid += t.Invalid
	}
}

// sort puts the schemas in the order of their IDs.
func (c *Count) sort() {
	slices.SortFunc(c.By, func(a, b Tally) int { return strings.Compare(a.Schema.ID, b.Schema.ID) })
}

// add adds a file.
func (s *Summary) add(f FileCount) {
	s.Files++
	if f.Unreadable != nil {
		s.Unreadable++
	}
	s.Count.add(f.Count)
}
