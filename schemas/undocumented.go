package schemas

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Undocumented returns the JSON pointers of the members that the schema does not name, in the order of their places.
// They are allowed, because providers add members; a strict reader reports them. What lies inside an undocumented
// member is not listed again. The error is that of Validate.
func (s *Schema) Undocumented(doc []byte) ([]string, error) {
	value, shape, err := s.open(doc)
	if err != nil {
		return nil, err
	}
	strangers, err := shape.strangers(value)
	if err != nil {
		return nil, fmt.Errorf("look for undocumented members by %s: %w", s.ID, err)
	}
	slices.SortFunc(strangers, func(a, b stranger) int { return a.at.compare(b.at) })
	pointers := make([]string, len(strangers))
	for i, stranger := range strangers {
		pointers[i] = stranger.at.String()
	}
	return pointers, nil
}

// stranger is a member that a shape says nothing of.
type stranger struct {
	at     pointer
	leaves int // how many values are in it
}

func (s *shape) strangers(value any) ([]stranger, error) {
	return s.strangersIn(s.follow(s.root), value, nil)
}

func (s *shape) strangersIn(n node, value any, at pointer) ([]stranger, error) {
	if n["anyOf"] != nil {
		closest, err := s.closest(n, value)
		return beneath(at, closest.strangers), err
	}
	if n.open() {
		return nil, nil
	}
	var found []stranger
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			property, ok := s.member(n, name)
			if !ok {
				found = append(found, stranger{at.to(name), leaves(value[name])})
				continue
			}
			inside, err := s.strangersIn(property, value[name], at.to(name))
			if err != nil {
				return nil, err
			}
			found = append(found, inside...)
		}
	case []any:
		items, _ := s.element(n)
		for i, element := range value {
			inside, err := s.strangersIn(items, element, at.to(strconv.Itoa(i)))
			if err != nil {
				return nil, err
			}
			found = append(found, inside...)
		}
	}
	return found, nil
}

func beneath(base pointer, strangers []stranger) []stranger {
	whole := slices.Clone(strangers)
	for i := range whole {
		whole[i].at = slices.Concat(base, whole[i].at)
	}
	return whole
}

// leaves counts the values that a value is made of; an empty one counts as one.
func leaves(value any) int {
	count := 0
	switch value := value.(type) {
	case map[string]any:
		for _, member := range value {
			count += leaves(member)
		}
	case []any:
		for _, element := range value {
			count += leaves(element)
		}
	}
	return max(1, count)
}
