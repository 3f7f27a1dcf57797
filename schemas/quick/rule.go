package quick

import (
	"math"
	"slices"
)

// rule is what a schema says of one value.
type rule struct {
	kinds kinds

	// of a text
	picky   bool // not every text will do
	texts   []string
	pattern *automaton
	format  format

	// of a number
	numbers     []int64
	bounded     bool
	least, most int64

	// of an object
	members members
	rest    *rule // for members without a name here

	// of an array
	items           *rule
	fewest, fullest int

	// of a value in one of several shapes; then nothing else is said
	choice *choice
}

// anything is the rule of a value of which nothing is said, and of what is in it.
var anything = func() *rule {
	r := newRule()
	r.items, r.rest = r, r
	return r
}()

// newRule is a rule that allows every value. What is in the value has no rule yet.
func newRule() *rule {
	return &rule{kinds: anyKind, least: math.MinInt64, most: math.MaxInt64, fullest: math.MaxInt}
}

// value holds the value at i to the rule and returns the position behind it. depth is the number of objects and
// arrays around it.
func (r *rule) value(doc []byte, i, depth int) int {
	if r.choice != nil {
		return r.choice.value(doc, i, depth)
	}
	if i >= len(doc) || depth > deepest {
		return unsure
	}
	switch doc[i] {
	case '"':
		return r.text(doc, i+1)
	case '{':
		return r.object(doc, i+1, depth+1)
	case '[':
		return r.array(doc, i+1, depth+1)
	case 't':
		return r.word(doc, i, "true", yes)
	case 'f':
		return r.word(doc, i, "false", no)
	case 'n':
		return r.word(doc, i, "null", null)
	}
	return r.number(doc, i)
}

func (r *rule) word(doc []byte, i int, word string, kind kinds) int {
	end := i + len(word)
	if r.kinds&kind == 0 || end > len(doc) || string(doc[i:end]) != word {
		return unsure
	}
	return end
}

// text holds to the rule the text whose first letter is at i.
func (r *rule) text(doc []byte, i int) int {
	end, escaped := readText(doc, i)
	if end == unsure || r.kinds&text == 0 {
		return unsure
	}
	if r.picky && !r.allows(doc[i:end], escaped) {
		return unsure
	}
	return end + 1
}

// longestEscaped is the most bytes of a text with escapes that are looked into.
const longestEscaped = 512

// allows tells whether enum, const, pattern and format surely allow a text.
func (r *rule) allows(letters []byte, escaped bool) bool {
	if !escaped {
		return r.allowsPlain(letters)
	}
	var room [longestEscaped]byte
	plain, ok := unescape(room[:0], letters)
	return ok && r.allowsPlain(plain)
}

func (r *rule) allowsPlain(letters []byte) bool {
	return (r.texts == nil || among(r.texts, letters)) &&
		(r.pattern == nil || r.pattern.matches(letters)) &&
		r.format.fits(letters)
}

func among(texts []string, letters []byte) bool {
	for _, text := range texts {
		if text == string(letters) {
			return true
		}
	}
	return false
}

func (r *rule) number(doc []byte, i int) int {
	n, end := readNumber(doc, i)
	if end == unsure || r.kinds&n.kind == 0 {
		return unsure
	}
	if r.bounded && !(n.exact && r.least <= n.low && n.high <= r.most) {
		return unsure
	}
	if r.numbers != nil && !(n.exact && slices.Contains(r.numbers, n.low)) {
		return unsure
	}
	return end
}

// array holds to the rule the array whose bracket is before i.
func (r *rule) array(doc []byte, i, depth int) int {
	if r.kinds&array == 0 {
		return unsure
	}
	i = space(doc, i)
	if i < len(doc) && doc[i] == ']' {
		return r.arrayOf(0, i+1)
	}
	for count := 1; ; count++ {
		i = r.items.value(doc, i, depth)
		if i == unsure {
			return unsure
		}
		i = space(doc, i)
		if i >= len(doc) {
			return unsure
		}
		switch doc[i] {
		case ',':
			i = space(doc, i+1)
		case ']':
			return r.arrayOf(count, i+1)
		default:
			return unsure
		}
	}
}

// arrayOf is the end of an array if it may have that many elements.
func (r *rule) arrayOf(count, end int) int {
	if count < r.fewest || count > r.fullest {
		return unsure
	}
	return end
}
