package pages

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// field is one member of a payload in the form that is made from its schema.
type field struct {
	Pointer  string // JSON pointer; for a query string, the parameter's name after a slash
	Name     string
	Kind     string // string, number, boolean, or group where it has fields of its own
	Value    string
	Hint     string
	Allowed  []string // the values that the schema allows; nil: any
	Required bool
	Absent   bool // the payload has no such member yet
	Fields   []field
}

// Listed tells whether the field's value is one of those that are allowed: then they
// can be chosen from.
func (f field) Listed() bool {
	return len(f.Allowed) > 0 && (f.Absent || slices.Contains(f.Allowed, f.Value))
}

// fieldsOf makes the fields of a payload: those that it has, in their order, and after
// them the simple ones that its schema knows besides. A body that is no payload has none.
func fieldsOf(provider *mocks.Provider, schemaID, body string) []field {
	schema, err := schemas.Lookup(schemaID)
	if err != nil {
		return nil
	}
	root, err := rawjson.Parse(schema.Raw)
	if err != nil {
		return nil
	}
	var payload rawjson.Value
	if provider.Query {
		payload = decodedQuery(strings.TrimSpace(body))
	} else if payload, err = rawjson.Parse([]byte(body)); err != nil {
		return nil
	}
	if _, enveloped := payload.Get("/block_event"); enveloped {
		return fieldsIn(shape{}, payload, "") // the schema is about what is inside
	}
	return fieldsIn(shape{root, root}, payload, "")
}

// decodedQuery is a query string as an object of its parameters, decoded.
func decodedQuery(query string) rawjson.Value {
	payload := rawjson.Record()
	for parameter := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		payload = payload.With("/"+rawjson.Escape(name), rawjson.Text(value))
	}
	return payload
}

// shape is a part of a schema, with the whole of it for what it refers to.
type shape struct{ root, node rawjson.Value }

// fieldsIn are the fields of a value that has members or elements.
func fieldsIn(s shape, value rawjson.Value, at string) []field {
	var fields []field
	switch value.Kind() {
	case rawjson.Object:
		for _, member := range value.Members() {
			fields = append(fields, s.member(member.Name).field(member.Name, member.Value, at+"/"+rawjson.Escape(member.Name), s.requires(member.Name)))
		}
		return append(fields, s.missing(value, at)...)
	case rawjson.Array:
		for i, item := range value.Items() {
			index := strconv.Itoa(i)
			fields = append(fields, s.follow("items").field("["+index+"]", item, at+"/"+index, false))
		}
	}
	return fields
}

// field makes the field of one value.
func (s shape) field(name string, value rawjson.Value, at string, required bool) field {
	f := field{Pointer: at, Name: name, Kind: "string", Value: value.Content(), Hint: s.text("description"), Allowed: s.allowed(), Required: required}
	switch value.Kind() {
	case rawjson.Object, rawjson.Array:
		f.Kind, f.Value, f.Fields = "group", "", fieldsIn(s, value, at)
	case rawjson.Number:
		f.Kind = "number"
	case rawjson.Bool:
		f.Kind, f.Allowed = "boolean", []string{"true", "false"}
	case rawjson.Null:
		f.Kind, f.Value = s.kind(), ""
	}
	return f
}

// missing are the simple members that a value might have and has not.
func (s shape) missing(value rawjson.Value, at string) []field {
	var fields []field
	properties, _ := s.node.Get("/properties")
	for _, property := range properties.Members() {
		if _, there := value.Get("/" + rawjson.Escape(property.Name)); there {
			continue
		}
		of := s.member(property.Name)
		if kind := of.kind(); kind != "" {
			fields = append(fields, field{
				Pointer: at + "/" + rawjson.Escape(property.Name), Name: property.Name, Kind: kind, Hint: of.text("description"),
				Allowed: of.allowed(), Required: s.requires(property.Name), Absent: true,
			})
		}
	}
	return fields
}

// member is the shape of a member.
func (s shape) member(name string) shape { return s.follow("properties/" + rawjson.Escape(name)) }

// follow is a part below, references followed.
func (s shape) follow(path string) shape {
	node, _ := s.node.Get("/" + path)
	for range 8 { // a schema of ours refers once; one that refers to itself ends here
		reference, refers := node.Get("/$ref")
		if !refers {
			break
		}
		node, _ = s.root.Get(strings.TrimPrefix(reference.Content(), "#"))
	}
	return shape{s.root, node}
}

// kind is the kind of a simple value that fits; empty where none does.
func (s shape) kind() string {
	types, _ := s.node.Get("/type")
	candidates := []string{types.Content()}
	for _, one := range types.Items() {
		candidates = append(candidates, one.Content())
	}
	for _, candidate := range candidates {
		switch candidate {
		case "string", "boolean":
			return candidate
		case "number", "integer":
			return "number"
		}
	}
	return ""
}

func (s shape) text(name string) string {
	value, _ := s.node.Get("/" + name)
	return value.Content()
}

// allowed are the values that the schema lists.
func (s shape) allowed() []string {
	var values []string
	if only, ok := s.node.Get("/const"); ok {
		values = append(values, only.Content())
	}
	listed, _ := s.node.Get("/enum")
	for _, value := range listed.Items() {
		values = append(values, value.Content())
	}
	return values
}

func (s shape) requires(name string) bool {
	required, _ := s.node.Get("/required")
	return slices.ContainsFunc(required.Items(), func(v rawjson.Value) bool { return v.Content() == name })
}
