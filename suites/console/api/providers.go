package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/suites/console/wire"
)

func (a *api) listProviders(w http.ResponseWriter, r *http.Request, _ query) error {
	return answer(w, http.StatusOK, catalogue())
}

// catalogue is all that a form has to know; it never changes.
var catalogue = sync.OnceValue(func() wire.Providers {
	all := wire.Providers{Providers: []wire.Provider{}, Schemas: map[string]json.RawMessage{}}
	for _, name := range mocks.Names() {
		p, err := mocks.Lookup(name)
		if err != nil {
			panic(err) // the registry lists it
		}
		described := describe(p)
		all.Providers = append(all.Providers, described)
		for _, kind := range described.Events {
			for _, sample := range kind.Samples {
				all.Schemas[sample.Schema] = schemaOf(sample.Schema).Raw
			}
		}
	}
	return all
})

func describe(p *mocks.Provider) wire.Provider {
	described := wire.Provider{
		Name: p.Name, Title: p.Title, Document: p.Document, Query: p.Query,
		Secrets: []wire.Secret{}, Settings: []wire.Setting{}, Events: kindsOf(p),
	}
	for _, s := range p.Secrets {
		described.Secrets = append(described.Secrets, wire.Secret{Name: s.Name, Help: s.Help})
	}
	for _, s := range p.Settings {
		described.Settings = append(described.Settings, wire.Setting{
			Name: s.Name, Default: s.Default, Values: s.Values, Help: s.Help, Dialect: s.Dialect,
		})
	}
	return described
}

// kindsOf are the events that a provider sends, in the order of its document.
func kindsOf(p *mocks.Provider) []wire.Kind {
	kinds := []wire.Kind{}
	for _, example := range sent(p) {
		at := slices.IndexFunc(kinds, func(k wire.Kind) bool { return k.Type == example.Event })
		if at < 0 {
			at = len(kinds)
			kinds = append(kinds, wire.Kind{Type: example.Event, Generated: isGenerated(p, example.Event)})
		}
		kinds[at].Samples = append(kinds[at].Samples, documented(example))
	}
	return kinds
}

// sent are the documented samples of what a provider sends, answers to it left out.
func sent(p *mocks.Provider) []fixtures.Example {
	return slices.DeleteFunc(fixtures.Documented(p.Name), func(e fixtures.Example) bool {
		return p.Sends != nil && !p.Sends(e.Event)
	})
}

func isGenerated(p *mocks.Provider, event string) bool {
	return slices.Contains(generate.Events(p.Name), event)
}

func documented(e fixtures.Example) wire.Sample {
	return wire.Sample{
		Event: e.Event, Name: e.Name, Title: schemaOf(e.Schema).Title, Schema: e.Schema,
		Section: e.Section, Note: e.Note, Body: string(e.Payload),
	}
}

// schemaOf is the schema of a documented sample; the tests of the fixtures hold that it
// is there.
func schemaOf(id string) *schemas.Schema {
	schema, err := schemas.Lookup(id)
	if err != nil {
		panic(err)
	}
	return schema
}
