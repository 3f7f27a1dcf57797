package schemas

import "cmp"

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
		if best.shape == nil || candidate.compare(best) < 0 {
			best = candidate
		}
	}
	return best, nil
}

func (f fit) compare(other fit) int {
	return cmp.Or(
		cmp.Compare(f.distance(), other.distance()),
		cmp.Compare(len(f.flaws), len(other.flaws)),
		cmp.Compare(f.unknown(), other.unknown()),
	)
}

// distance is how far the values that tell the shapes apart, an event's type above all, are from this shape's. The
// words are compared so that a typo in the type is told as a typo of the type that was meant.
func (f fit) distance() int {
	distance := 0
	for _, flaw := range f.flaws {
		if flaw.rule == "const" || flaw.rule == "enum" {
			distance += changes(flaw.expected, flaw.found)
		}
	}
	return distance
}

// unknown counts the values that the shape says nothing of.
func (f fit) unknown() int {
	count := 0
	for _, stranger := range f.strangers {
		count += stranger.leaves
	}
	return count
}
