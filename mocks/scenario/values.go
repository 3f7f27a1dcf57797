package scenario

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// data reads an event's members into changes and returns the event with them.
func (r *reader) data(node *yaml.Node, provider *mocks.Provider, payload rawjson.Value, changes map[string]any) rawjson.Value {
	keys := map[string]*yaml.Node{}
	r.members(node, "data", func(key, value *yaml.Node) {
		documented, _ := payload.Get(mocks.Pointer(key.Value))
		keys[key.Value] = key
		changes[key.Value] = r.value(value, documented, provider.Query)
	})
	for _, member := range slices.Sorted(maps.Keys(changes)) {
		next, err := provider.Change(payload, member, changes[member])
		if err != nil {
			r.wrong(keys[member], "data: %w", err)
			continue
		}
		payload = next
	}
	return payload
}

// value reads what takes the place of a documented value. Query parameters are texts.
func (r *reader) value(node *yaml.Node, documented rawjson.Value, query bool) any {
	switch {
	case node.Kind == yaml.ScalarNode && query && node.ShortTag() == "!!null":
		return ""
	case node.Kind == yaml.ScalarNode && query:
		return node.Value
	case node.Kind == yaml.ScalarNode:
		return r.scalar(node, documented)
	case query:
		r.wrong(node, "a query parameter has to be a text")
	case node.Kind == yaml.SequenceNode:
		items := []any{}
		for i, item := range node.Content {
			like, there := documented.Get("/" + strconv.Itoa(i))
			if !there {
				like, _ = documented.Get("/0")
			}
			items = append(items, r.value(item, like, false))
		}
		return items
	case node.Kind == yaml.MappingNode:
		members := map[string]any{}
		r.members(node, "the value", func(key, value *yaml.Node) {
			like, _ := documented.Get(mocks.Pointer(key.Value))
			members[key.Value] = r.value(value, like, false)
		})
		return members
	default:
		r.wrong(node, "anchors and aliases have no meaning here: write the value out")
	}
	return nil
}

// scalar reads a single value. Without a tag of its own it is text where the documented
// value is one, so that a state can be written as 12 as well as "12".
func (r *reader) scalar(node *yaml.Node, documented rawjson.Value) any {
	tagged := node.Style&yaml.TaggedStyle != 0
	switch tag := node.ShortTag(); tag {
	case "!!null":
		return nil
	case "!!str", "!!timestamp":
		return node.Value
	case "!!bool", "!!int", "!!float":
		if !tagged && documented.Kind() == rawjson.String {
			return node.Value
		}
		if tag == "!!bool" {
			value := false
			r.decode(node, &value, "true or false")
			return value
		}
		if !json.Valid([]byte(node.Value)) {
			r.wrong(node, "%q is not a number as JSON writes it; text is put in quotes", node.Value)
			return nil
		}
		return json.Number(node.Value)
	default:
		r.wrong(node, "the tag %s has no meaning here", tag)
		return nil
	}
}
