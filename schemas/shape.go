package schemas

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/xeipuuv/gojsonschema"
)

// shape is a schema that is ready to judge values. The branches of an anyOf are shapes of their own, so that a value
// which fits none can be explained by the one that it comes closest to.
type shape struct {
	document
	judge    *gojsonschema.Schema
	branches map[string]*shape // by the reference that an anyOf names
}

// compile makes a schema's file ready to judge, and holds it against the draft-07 metaschema while doing so.
func compile(raw []byte) (*shape, error) {
	value, err := decode(raw)
	if err != nil {
		return nil, err
	}
	root, ok := asNode(value)
	if !ok {
		return nil, fmt.Errorf("a schema is a JSON object, not %s", kindOf(value))
	}
	loader := gojsonschema.NewSchemaLoader()
	loader.Validate = true
	loader.Draft = gojsonschema.Draft7
	// The loader rewrites the references of what it is given, so it gets the bytes and not root.
	judge, err := loader.Compile(gojsonschema.NewBytesLoader(raw))
	if err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	s := &shape{document: document{root}, judge: judge, branches: map[string]*shape{}}
	for _, reference := range alternatives(root) {
		if s.branches[reference], err = s.branch(reference); err != nil {
			return nil, fmt.Errorf("%s: %w", reference, err)
		}
	}
	return s, nil
}

// branch compiles one branch of an anyOf as a schema that stands alone.
func (s *shape) branch(reference string) (*shape, error) {
	alone := node{"definitions": s.root["definitions"]}
	maps.Copy(alone, s.definition(reference))
	raw, err := json.Marshal(alone)
	if err != nil {
		return nil, err
	}
	return compile(raw)
}

// alternatives lists the references that the anyOfs of a schema name. Its definitions are left aside: an anyOf stands
// outside of them, so that a branch has no branches of its own.
func alternatives(n node) []string {
	var references []string
	for keyword, value := range n {
		switch value := value.(type) {
		case map[string]any:
			if keyword != "definitions" {
				references = append(references, alternatives(value)...)
			}
		case []any:
			if keyword == "anyOf" {
				references = append(references, refs(value)...)
			}
		}
	}
	return references
}

// refs are the references of an anyOf, in their order.
func refs(anyOf []any) []string {
	var references []string
	for _, branch := range anyOf {
		n, _ := asNode(branch)
		reference, _ := n["$ref"].(string)
		references = append(references, reference)
	}
	return references
}

// flaws judges a value.
func (s *shape) flaws(value any) ([]flaw, error) {
	if flaws := unholdable(value, nil); len(flaws) > 0 {
		return flaws, nil
	}
	failures, err := s.failures(value)
	if err != nil {
		return nil, err
	}
	unmatched, err := s.unmatched(value, failures)
	if err != nil {
		return nil, err
	}
	var flaws []flaw
	for _, failure := range failures {
		if at := placeOf(failure); !covered(unmatched, at) {
			n, found := s.locate(value, at)
			rule := ruleOf(failure)
			flaws = append(flaws, flaw{at, rule, expectation(rule, n), finding(rule, n, found)})
		}
	}
	for _, u := range unmatched {
		flaws = append(flaws, u.flaws...)
	}
	return flaws, nil
}

// failures asks the judge. The judge is a library that has panicked on strange input before, and what it judges comes
// off the wire: a panic is told as an error.
func (s *shape) failures(value any) (failures []gojsonschema.ResultError, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("judge the document: %v", panicked)
		}
	}()
	result, err := s.judge.Validate(gojsonschema.NewRawLoader(value))
	if err != nil {
		return nil, fmt.Errorf("judge the document: %w", err)
	}
	return result.Errors(), nil
}

// alternative is a place where a value may have one of several shapes and has none of them.
type alternative struct {
	at    pointer
	flaws []flaw // by the closest shape, in terms of the whole document
}

// unmatched finds the outermost places where no branch of an anyOf fits, and explains each by its closest branch.
func (s *shape) unmatched(value any, failures []gojsonschema.ResultError) ([]alternative, error) {
	var found []alternative
	for _, failure := range failures {
		at := placeOf(failure)
		if failure.Type() != "number_any_of" || covered(found, at) {
			continue
		}
		n, part := s.locate(value, at)
		closest, err := s.closest(n, part)
		if err != nil {
			return nil, err
		}
		a := alternative{at: at}
		for _, f := range closest.flaws {
			a.flaws = append(a.flaws, f.beneath(at))
		}
		found = append(found, a)
	}
	return found, nil
}

func covered(unmatched []alternative, at pointer) bool {
	for _, u := range unmatched {
		if u.at.holds(at) {
			return true
		}
	}
	return false
}

// noJoin cannot occur in a decoded JSON string, so member names with dots in them stay whole.
const noJoin = "\xff"

// placeOf is the place that a failure is about; for a missing member, where it should be.
func placeOf(failure gojsonschema.ResultError) pointer {
	at := pointer(strings.Split(failure.Context().String(noJoin), noJoin)[1:])
	if failure.Type() == "required" {
		missing, _ := failure.Details()["property"].(string)
		return at.to(missing)
	}
	return at
}

// ruleOf is the JSON Schema keyword for what gojsonschema calls by a name of its own.
func ruleOf(failure gojsonschema.ResultError) string {
	switch failure.Type() {
	case "invalid_type":
		return "type"
	case "number_gte":
		return "minimum"
	case "number_lte":
		return "maximum"
	default:
		return failure.Type()
	}
}
