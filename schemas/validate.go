package schemas

import "fmt"

// Validate judges a document and returns one Problem for each rule that it breaks, in the order of their places; a
// document that fits has none. The error says why nothing could be judged: doc is not one JSON value, or the judge itself
// fails. Numbers are compared exactly. Unknown members are allowed: see Undocumented.
func (s *Schema) Validate(doc []byte) ([]Problem, error) {
	if s.Fits(doc) {
		return nil, nil
	}
	return s.judge(doc)
}

// judge is Validate without the shortcut for documents that surely fit.
func (s *Schema) judge(doc []byte) ([]Problem, error) {
	value, shape, err := s.open(doc)
	if err != nil {
		return nil, err
	}
	flaws, err := shape.flaws(value)
	if err != nil {
		return nil, fmt.Errorf("validate by %s: %w", s.ID, err)
	}
	return tell(flaws), nil
}

// open decodes a document and readies the schema for it.
func (s *Schema) open(doc []byte) (any, *shape, error) {
	value, err := decode(doc)
	if err != nil {
		return nil, nil, err
	}
	shape, err := s.shape()
	if err != nil {
		return nil, nil, fmt.Errorf("ready the schema %s: %w", s.ID, err)
	}
	return value, shape, nil
}
