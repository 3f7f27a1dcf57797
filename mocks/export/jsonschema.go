package export

import (
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// JSONSchema bundles the schemas of some providers, draft-07, each under its ID and with
// its own $id, so that it can be referred to by either: #/definitions/superai~1update_status
// or https://khop.dev/schemas/superai/update_status.json. The bundle itself takes what any
// of them takes: a root that took everything would let a payload pass that nobody judged.
func JSONSchema(version string, providers []*mocks.Provider) rawjson.Value {
	var definitions record
	var choices []rawjson.Value
	for _, id := range names(providers...) {
		s := lookup(id)
		definitions.add(id, rawjson.MustParse(s.Raw))
		choices = append(choices, reference(member(s, "/$id")))
	}
	return object(
		"$schema", "http://json-schema.org/draft-07/schema#",
		"title", "Payloads of "+titles(providers),
		"description", "Any of the payloads, answers and query strings that khop "+version+" knows. A query string is "+
			"an object of its decoded parameters. To judge by a single one, refer to it by its $id.",
		"anyOf", rawjson.List(choices...),
		"definitions", definitions.object(),
	)
}
