package schemas

import (
	"strconv"
	"strings"
)

// node is one schema object within a schema document: the root, a property's schema, a definition.
type node map[string]any

func asNode(value any) (node, bool) {
	object, ok := value.(map[string]any)
	return object, ok
}

// types are the JSON types that the node allows; none means any.
func (n node) types() []string {
	switch types := n["type"].(type) {
	case string:
		return []string{types}
	case []any:
		names := make([]string, len(types))
		for i, name := range types {
			names[i], _ = name.(string)
		}
		return names
	}
	return []string{"any value"}
}

// open tells whether the node says nothing of what is inside the value.
func (n node) open() bool {
	return n["properties"] == nil && n["additionalProperties"] == nil && n["items"] == nil
}

// document is a schema with the definitions that its references point to.
type document struct{ root node }

// follow returns the node that n stands for: n itself, or the definition that it refers to.
func (d document) follow(n node) node {
	for {
		reference, ok := n["$ref"].(string)
		if !ok {
			return n
		}
		n = d.definition(reference)
	}
}

func (d document) definition(reference string) node {
	definitions, _ := asNode(d.root["definitions"])
	n, _ := asNode(definitions[strings.TrimPrefix(reference, "#/definitions/")])
	return n
}

// member returns what the schema says of an object's member: its own property, or what holds for members that it
// does not name one by one. It answers false for a member of which the schema says nothing.
func (d document) member(n node, name string) (node, bool) {
	properties, _ := asNode(n["properties"])
	if property, ok := asNode(properties[name]); ok {
		return d.follow(property), true
	}
	if rest, ok := asNode(n["additionalProperties"]); ok {
		return d.follow(rest), true
	}
	return nil, false
}

// element returns what the schema says of an array's elements.
func (d document) element(n node) (node, bool) {
	items, ok := asNode(n["items"])
	return d.follow(items), ok
}

// locate returns what the schema says of the value at a place, and that value. A member that is missing has no value.
func (d document) locate(value any, at pointer) (node, any) {
	n := d.follow(d.root)
	for _, token := range at {
		switch parent := value.(type) {
		case map[string]any:
			n, _ = d.member(n, token)
			value = parent[token]
		case []any:
			i, _ := strconv.Atoi(token)
			n, _ = d.element(n)
			value = parent[i]
		}
	}
	return n, value
}
