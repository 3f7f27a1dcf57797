package export

import (
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// info is what a document says of itself.
func info(version string, providers []*mocks.Provider, reading string) rawjson.Value {
	return object(
		"title", "Webhooks of "+titles(providers),
		"version", version,
		"description", "Payloads, headers and answers as the providers' public documents have them, in khop's words. "+reading,
		"license", object("name", "Apache-2.0", "identifier", "Apache-2.0"),
	)
}

// titles names providers in a sentence: "Abaha, eSMS and Mobio".
func titles(providers []*mocks.Provider) string {
	var all []string
	for _, p := range providers {
		all = append(all, p.Title)
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// tag tells of a provider.
func tag(p *mocks.Provider) rawjson.Value {
	return object(
		"name", p.Name,
		"description", known[p.Name].about,
		"externalDocs", object("description", p.Title+"'s document", "url", known[p.Name].address),
	)
}

// descriptions are those of an event's shapes.
func descriptions(messages []message) string {
	var all []string
	for _, m := range messages {
		if !slices.Contains(all, m.schema.Description) {
			all = append(all, m.schema.Description)
		}
	}
	return strings.Join(all, "\n\n")
}

// jsonContent is a JSON body of any of some shapes, with all their samples.
func jsonContent(messages ...message) rawjson.Value {
	var choices []rawjson.Value
	var examples record
	for _, m := range messages {
		choices = append(choices, reference(componentSchemas+component(m.schema.ID)))
		for _, s := range m.samples {
			examples.add(s.name, object("summary", s.summary, "value", s.payload))
		}
	}
	schema := choices[0]
	if len(choices) > 1 {
		schema = object("anyOf", rawjson.List(choices...))
	}
	return object("application/json", object("schema", schema, "examples", examples.object()))
}

// queryParameters are the members of a payload that travels as a query string. What
// belongs to one sample has the same name in all of them.
func queryParameters(m message) []rawjson.Value {
	root := rawjson.MustParse(m.schema.Raw)
	required, _ := root.Get("/required")
	properties, _ := root.Get("/properties")
	var all []rawjson.Value
	for _, property := range properties.Members() {
		var examples record
		for _, s := range m.samples {
			if v, there := s.payload.Get("/" + property.Name); there {
				examples.add(s.name, object("summary", s.summary, "value", v))
			}
		}
		needed := slices.ContainsFunc(required.Items(), func(v rawjson.Value) bool { return v.Content() == property.Name })
		about, _ := property.Value.Get("/description")
		all = append(all, object(
			"name", property.Name, "in", "query", "required", unless(!needed, true), "description", about,
			"schema", within(m.schema, property.Value.Without("/description")),
			"examples", unless(len(examples) == 0, examples.object()),
		))
	}
	return all
}

// travelsAsQuery tells whether a provider's payload is a query string.
func travelsAsQuery(p *mocks.Provider, id string) bool {
	return p.Query || slices.ContainsFunc(known[p.Name].calls, func(c call) bool { return c.query == id })
}
