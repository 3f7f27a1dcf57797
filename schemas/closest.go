package schemas

import (
	"cmp"
	"slices"
	"strings"
)

// fit tells how well a value fits one branch of an anyOf.
type fit struct {
	shape     *shape
	flaws     []flaw
	strangers []stranger
}

// closest returns the branch of an anyOf that a value fits best: one that it fits wholly before one that it does
// not, and among equals the one that knows most of its members.
func (s *shape) closest(n node, value any) (fit, error) {
	anyOf, _ := n["anyOf"].([]any)
	var best fit
	var all []fit
	for _, reference := range refs(anyOf) {
		branch := s.branches[reference]
		flaws, err := branch.flaws(value)
		if err != nil {
			return fit{}, err
		}
		strangers, err := branch.strangers(value)
		if err != nil {
			return fit{}, err
		}
		candidate := fit{shape: branch, flaws: flaws, strangers: strangers}
		all = append(all, candidate)
		if best.shape == nil || candidate.compare(best) < 0 {
			best = candidate
		}
	}
	best.nameAll(all)
	return best, nil
}

// nameAll makes of a word that this shape misses what every shape has in its place, if none of them has the word: then
// this shape's own is no more expected than another's.
func (f fit) nameAll(shapes []fit) {
	for i, missed := range f.flaws {
		if words := wordsAt(missed.at, shapes); missed.ofWord() && len(words) > 1 {
			f.flaws[i].expected = Choice(bare(missed.found), words)
		}
	}
}

// wordsAt are the words that the shapes miss at a place; none if one of them misses none.
func wordsAt(at pointer, shapes []fit) []string {
	var words []string
	for _, shape := range shapes {
		i := slices.IndexFunc(shape.flaws, func(f flaw) bool { return f.ofWord() && slices.Equal(f.at, at) })
		if i < 0 {
			return nil
		}
		if word := bare(shape.flaws[i].expected); !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// ofWord tells whether it is one certain text that is missing.
func (f flaw) ofWord() bool { return f.rule == "const" && strings.HasPrefix(f.expected, `"`) }

// bare is a text without the quotes in which a flaw shows it.
func bare(text string) string { return strings.Trim(text, `"`) }

func (f fit) compare(other fit) int {
	return cmp.Or(
		cmp.Compare(f.distance(), other.distance()),
		cmp.Compare(len(f.flaws), len(other.flaws)),
		cmp.Compare(f.unknown(), other.unknown()),
	)
}

// distance is how far the values that tell the shapes apart, an event's type above all, are from this shape's. The
// words are compared so that a typo in the type is told as a typo of the type that was meant. A word that is nobody's
// is as far from every shape's.
func (f fit) distance() int {
	distance := 0
	for _, flaw := range f.flaws {
		if flaw.rule == "const" || flaw.rule == "enum" {
			distance += howFar(bare(flaw.found), bare(flaw.expected))
		}
	}
	return distance
}

// farAway is more than the letters of a word that is near another.
const farAway = 1000

func howFar(found, expected string) int {
	if near(found, expected) {
		return changes(found, expected)
	}
	return farAway
}

// unknown counts the values that the shape says nothing of.
func (f fit) unknown() int {
	count := 0
	for _, stranger := range f.strangers {
		count += stranger.leaves
	}
	return count
}
