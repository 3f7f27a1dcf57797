package quick

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Compile makes an Acceptor of a JSON Schema (draft-07). It understands the keywords that this project's schemas use;
// any other is an error, and so is one that is used in a way which cannot be judged at a glance. The error names the
// place in the schema.
func Compile(schema []byte) (*Acceptor, error) {
	decoder := json.NewDecoder(bytes.NewReader(schema))
	decoder.UseNumber()
	var root map[string]any
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("decode the schema: %w", err)
	}
	c := compiler{made: map[string]*rule{}}
	c.definitions, _ = root["definitions"].(map[string]any)
	r, err := c.rule(root)
	if err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	return &Acceptor{root: r}, nil
}

// compiler turns schemas into rules. A definition becomes one rule, however many references there are to it.
type compiler struct {
	definitions map[string]any
	made        map[string]*rule
}

// rule makes the rule of a schema.
func (c *compiler) rule(schema any) (*rule, error) {
	n, err := said(schema)
	if err != nil {
		return nil, err
	}
	if reference, ok := n["$ref"]; ok && len(n) == 1 {
		return c.definition(reference)
	}
	r := newRule()
	return r, c.fill(r, n)
}

// definition makes the rule of a definition, once.
func (c *compiler) definition(reference any) (*rule, error) {
	path, _ := reference.(string)
	name, local := strings.CutPrefix(path, "#/definitions/")
	schema, ok := c.definitions[name]
	if !local || !ok {
		return nil, fmt.Errorf("$ref %v: no such definition", reference)
	}
	if r, ok := c.made[name]; ok {
		return r, nil
	}
	r := newRule()
	c.made[name] = r
	n, err := said(schema)
	if err == nil {
		err = c.fill(r, n)
	}
	if err != nil {
		return nil, fmt.Errorf("definitions/%s: %w", name, err)
	}
	return r, nil
}

// annotations are the keywords that say nothing of what fits.
var annotations = []string{"$schema", "$id", "title", "description", "definitions", "examples", "writeOnly"}

// said is a schema without its annotations.
func said(schema any) (map[string]any, error) {
	n, ok := schema.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%v is no object", schema)
	}
	n = maps.Clone(n)
	maps.DeleteFunc(n, func(keyword string, _ any) bool { return slices.Contains(annotations, keyword) })
	return n, nil
}

// fill writes into a rule what the keywords of a schema say.
func (c *compiler) fill(r *rule, n map[string]any) error {
	r.items, r.rest = anything, anything
	for _, keyword := range slices.Sorted(maps.Keys(n)) {
		if err := c.keyword(r, keyword, n); err != nil {
			return fmt.Errorf("%s: %w", keyword, err)
		}
	}
	return c.members(r, n)
}

func (c *compiler) keyword(r *rule, keyword string, n map[string]any) (err error) {
	value := n[keyword]
	switch keyword {
	case "properties", "required":
		// Both speak of the same members: see members.
	case "additionalProperties":
		r.rest, err = c.rule(value)
	case "items":
		r.items, err = c.rule(value)
	case "anyOf":
		if len(n) > 1 {
			return errors.New("it does not stand alone")
		}
		r.choice, err = c.choice(value)
	case "type":
		err = r.narrowToTypes(value)
	case "enum":
		err = r.narrowToValues(value)
	case "const":
		err = r.narrowToValues([]any{value})
	case "pattern":
		err = r.setPattern(value)
	case "format":
		err = r.setFormat(value)
	case "minimum":
		r.bounded = true
		r.least, err = wholeNumber(value)
	case "maximum":
		r.bounded = true
		r.most, err = wholeNumber(value)
	case "minItems":
		r.fewest, err = count(value)
	case "maxItems":
		r.fullest, err = count(value)
	default:
		err = errors.New("an unknown keyword")
	}
	return err
}

// members makes the table of an object's members: those with a schema of their own and those that must be there.
func (c *compiler) members(r *rule, n map[string]any) error {
	properties, _ := n["properties"].(map[string]any)
	required, _ := n["required"].([]any)
	names := slices.Sorted(maps.Keys(properties))
	for _, name := range required {
		if name, ok := name.(string); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	rules := make([]*rule, len(names))
	for i, name := range names {
		rules[i] = r.rest
		if schema, ok := properties[name]; ok {
			var err error
			if rules[i], err = c.rule(schema); err != nil {
				return fmt.Errorf("properties/%s: %w", name, err)
			}
		}
	}
	var err error
	if r.members, err = newMembers(names, rules); err != nil {
		return err
	}
	for _, name := range required {
		name, _ := name.(string)
		r.members.required |= r.members.find([]byte(name)).bit
	}
	return nil
}

// choice makes the choice of an anyOf.
func (c *compiler) choice(value any) (*choice, error) {
	schemas, _ := value.([]any)
	if len(schemas) == 0 {
		return nil, errors.New("no branches")
	}
	branches := make([]*rule, len(schemas))
	for i, schema := range schemas {
		var err error
		if branches[i], err = c.rule(schema); err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
	}
	return newChoice(branches), nil
}
