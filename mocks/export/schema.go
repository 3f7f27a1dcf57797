package export

import (
	"slices"
	"strings"

	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// componentSchemas is where OpenAPI and AsyncAPI keep schemas.
const componentSchemas = "#/components/schemas/"

// part is a schema that stands beside others in one document.
type part struct {
	name   string // "superai.update_status", or "superai.update_status.time" for one of its definitions
	schema rawjson.Value
}

// flatten takes a schema apart into itself and its definitions, which refer to each other
// by the names that they have beside each other. A definition that another schema of the
// provider is, or holds, comes with that one. What is left means the same in draft-07 and
// in 2020-12: $schema and $id go, for the document around has its own; so do the examples,
// which stand where the payloads are told of.
func flatten(s *schemas.Schema) []part {
	root := rawjson.MustParse(s.Raw)
	parts := []part{{component(s.ID), within(s, root.Without("/examples"))}}
	definitions, _ := root.Get("/definitions")
	for _, d := range definitions.Members() {
		if !borrowed(s, d.Name) {
			parts = append(parts, part{definition(s, d.Name), within(s, d.Value)})
		}
	}
	return parts
}

// component is a schema's name in a document: names there have no slash.
func component(id string) string { return strings.ReplaceAll(id, "/", ".") }

// definition is the name of a schema's definition in a document.
func definition(of *schemas.Schema, name string) string {
	if borrowed(of, name) {
		return component(of.Provider + "/" + name)
	}
	return component(of.ID + "/" + name)
}

// borrowed tells whether a definition is another schema of the same provider, or part of
// one, as an envelope has them of the events that it may hold.
func borrowed(by *schemas.Schema, name string) bool {
	return slices.ContainsFunc(schemas.All(), func(other *schemas.Schema) bool {
		return other.Provider == by.Provider && other != by && (name == other.Name || strings.HasPrefix(name, other.Name+"."))
	})
}

// within makes a schema's part fit into a document.
func within(s *schemas.Schema, v rawjson.Value) rawjson.Value {
	var members record
	for _, m := range v.Members() {
		switch m.Name {
		case "$schema", "$id", "definitions":
		case "$ref":
			name := strings.TrimPrefix(m.Value.Content(), "#/definitions/")
			members.add(m.Name, rawjson.Text(componentSchemas+definition(s, name)))
		case "properties":
			var properties record
			for _, property := range m.Value.Members() {
				properties.add(property.Name, within(s, property.Value))
			}
			members.add(m.Name, properties.object())
		case "items":
			members.add(m.Name, within(s, m.Value))
		case "anyOf":
			var branches []rawjson.Value
			for _, branch := range m.Value.Items() {
				branches = append(branches, within(s, branch))
			}
			members.add(m.Name, rawjson.List(branches...))
		default:
			members.add(m.Name, m.Value)
		}
	}
	return members.object()
}

// parts are the flattened schemas of some IDs, each once.
func parts(ids []string) rawjson.Value {
	var all record
	for _, id := range ids {
		for _, p := range flatten(lookup(id)) {
			all.add(p.name, p.schema)
		}
	}
	return all.object()
}

// lookup finds a schema that this build has.
func lookup(id string) *schemas.Schema {
	s, err := schemas.Lookup(id)
	if err != nil {
		panic("export: " + err.Error())
	}
	return s
}

// member is a member of a schema, as text.
func member(s *schemas.Schema, pointer string) string {
	found, _ := rawjson.MustParse(s.Raw).Get(pointer)
	return found.Content()
}
