package scenario

import (
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/mocks"
)

// reader walks a document and collects what is wrong with it.
type reader struct {
	file     string
	problems []error
}

func (r *reader) wrong(at *yaml.Node, format string, details ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s:%d:%d: %w", r.file, at.Line, at.Column, fmt.Errorf(format, details...)))
}

// mapping hands every value to the function of its key; another key is an error.
func (r *reader) mapping(node *yaml.Node, what string, known map[string]func(value *yaml.Node)) {
	r.members(node, what, func(key, value *yaml.Node) {
		take, ok := known[key.Value]
		if !ok {
			r.wrong(key, "%s has no key %q%s", what, key.Value, mocks.Suggest(key.Value, slices.Sorted(maps.Keys(known))))
			return
		}
		take(value)
	})
}

// members visits the keys and values of a mapping, each key once.
func (r *reader) members(node *yaml.Node, what string, visit func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		r.wrong(node, "%s has to be a list of keys and values", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.wrong(key, "%s has a key that is no text", what)
		case seen[key.Value]:
			r.wrong(key, "%s has the key %q twice", what, key.Value)
		default:
			seen[key.Value] = true
			visit(key, value)
		}
	}
}

// spoken is a text for people: English alone, or both languages.
func (r *reader) spoken(node *yaml.Node) (english, vietnamese string) {
	if node.Kind == yaml.ScalarNode {
		return node.Value, node.Value
	}
	r.mapping(node, "a text for people", map[string]func(value *yaml.Node){
		"en": func(value *yaml.Node) { english = r.text(value) },
		"vi": func(value *yaml.Node) { vietnamese = r.text(value) },
	})
	if english == "" && vietnamese == "" {
		r.wrong(node, "a text for people is a text, or has one under en and one under vi")
	}
	if english == "" {
		english = vietnamese
	}
	if vietnamese == "" {
		vietnamese = english
	}
	return english, vietnamese
}

// text is a scalar that says something.
func (r *reader) text(node *yaml.Node) string {
	if node.Kind != yaml.ScalarNode || node.Value == "" {
		r.wrong(node, "has to be a text")
		return ""
	}
	return node.Value
}

func (r *reader) decode(node *yaml.Node, into any, what string) {
	if err := node.Decode(into); err != nil {
		r.wrong(node, "%q is not %s", node.Value, what)
	}
}
