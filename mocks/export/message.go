package export

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// message is one payload with its documented samples.
type message struct {
	schema  *schemas.Schema
	samples []sample
}

// sample is a documented payload as its schema judges it.
type sample struct {
	name    string
	summary string // where it is documented, and how it was mended
	payload rawjson.Value
}

// event is one thing that a provider tells of, in all its documented shapes.
type event struct {
	name     string // "update_status"
	messages []message
}

// events are what a sender sends, in the order of its document; at the end the envelope
// in which several may come.
func events(p *mocks.Provider) []event {
	var all []event
	for _, example := range fixtures.Documented(p.Name) {
		if p.Sends != nil && !p.Sends(example.Event) {
			continue
		}
		i := slices.IndexFunc(all, func(e event) bool { return e.name == example.Event })
		if i < 0 {
			i = len(all)
			all = append(all, event{name: example.Event})
		}
		known := func(m message) bool { return m.schema.ID == example.Schema }
		if !slices.ContainsFunc(all[i].messages, known) {
			all[i].messages = append(all[i].messages, described(example.Schema))
		}
	}
	if envelope := known[p.Name].envelope; envelope != "" {
		all = append(all, event{name: lookup(envelope).Name, messages: []message{described(envelope)}})
	}
	return all
}

// described is a schema with its samples: the documented ones, or where the document
// shows none the schema's own examples.
func described(id string) message {
	m := message{schema: lookup(id)}
	for _, example := range fixtures.Documented(m.schema.Provider) {
		if example.Schema == id {
			m.samples = append(m.samples, documented(example))
		}
	}
	if m.samples != nil {
		return m
	}
	own, _ := rawjson.MustParse(m.schema.Raw).Get("/examples")
	for i, example := range own.Items() {
		m.samples = append(m.samples, sample{fmt.Sprintf("example-%d", i+1), "As the schema shows it", example})
	}
	return m
}

func documented(example fixtures.Example) sample {
	summary := example.Section
	if example.Note != "" {
		summary += ". " + example.Note
	}
	payload, err := rawjson.Parse(example.Payload)
	if err != nil { // a query string
		payload = parameters(string(example.Payload))
	}
	return sample{example.Name, summary, payload}
}

// parameters are those of a query string, decoded, in their order.
func parameters(query string) rawjson.Value {
	form := mocks.Provider{Query: true}
	var all record
	for _, m := range form.Parse([]byte(query)).Members() {
		text, err := url.QueryUnescape(m.Value.Content())
		if err != nil {
			panic(fmt.Sprintf("export: a documented query string that cannot be read: %v", err))
		}
		all.add(m.Name, rawjson.Text(text))
	}
	return all.object()
}

// answers are the shapes that a call's answer may have; the last one is a refusal's.
func (c call) answers() []message {
	all := []message{described(c.answer)}
	if c.refusal != "" {
		all = append(all, described(c.refusal))
	}
	return all
}

// names are the IDs of all schemas of some providers.
func names(providers ...*mocks.Provider) []string {
	var ids []string
	for _, p := range providers {
		for _, s := range schemas.All() {
			if s.Provider == p.Name {
				ids = append(ids, s.ID)
			}
		}
	}
	return ids
}
