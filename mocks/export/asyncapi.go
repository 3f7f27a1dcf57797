package export

import (
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// The versions that an AsyncAPI document names.
const (
	draft07     = "application/schema+json;version=draft-07"
	httpBinding = "0.3.0"
)

// AsyncAPI describes providers as AsyncAPI 3.0, from the partner's side: an operation
// receives each event that a sender sends, or sends each call that AccessTrade takes, and
// replies as documented. Payloads keep to JSON Schema draft-07.
func AsyncAPI(version string, providers []*mocks.Provider) rawjson.Value {
	var tags []rawjson.Value
	var servers, channels, operations, messages record
	for _, p := range providers {
		tags = append(tags, tag(p))
		if known[p.Name].calls == nil && len(servers) == 0 {
			servers.add("partner", partner())
		}
		for _, c := range conversations(p) {
			channels.add(c.name, c.channel())
			operations.add(c.action+"."+c.name, c.operation())
			messages = append(messages, c.messages()...)
		}
		if known[p.Name].calls != nil {
			servers.add(p.Name, object("host", accessTradeServer, "protocol", "http", "description", p.Title+"'s endpoint"))
		}
	}
	return object(
		"asyncapi", "3.0.0",
		"info", info(version, providers, "As AsyncAPI describes it: what a partner's application receives and sends.").
			Without("/license/identifier").With("/tags", rawjson.List(tags...)),
		"defaultContentType", "application/json",
		"servers", servers.object(),
		"channels", channels.object(),
		"operations", operations.object(),
		"components", object("schemas", parts(names(providers...)), "messages", messages.object()),
	)
}

// partner is the server that receives webhooks.
func partner() rawjson.Value {
	return object(
		"host", "{host}", "protocol", "https", "description", "The partner's own receiver",
		"variables", object("host", object("description", "Where the partner's receiver is", "default", "shop.example.vn")),
	)
}

// conversation is one request with its answer, whoever sends it.
type conversation struct {
	provider        *mocks.Provider
	name            string // "superai.update_status"
	title, about    string
	action          string // receive or send, as the partner does
	server, address string // an empty address is the partner's to choose
	method          string
	query           string // ID of the schema of the query string; empty where there is none
	requests        []message
	answer          []message // what the documented answer may hold
	answered        string    // what the answer means
}

// conversations are those of a provider, in the order of its document.
func conversations(p *mocks.Provider) []conversation {
	f := known[p.Name]
	var all []conversation
	for _, c := range f.calls {
		request := described(c.body + c.query)
		all = append(all, conversation{
			provider: p, name: component(p.Name + "/" + c.name), title: request.schema.Title,
			about: request.schema.Description + " " + c.signed, action: "send", server: p.Name, address: c.path,
			method: c.method, query: c.query, requests: []message{request}, answer: c.answers(), answered: f.taken,
		})
	}
	if f.calls != nil {
		return all
	}
	for _, e := range events(p) {
		c := conversation{
			provider: p, name: component(p.Name + "/" + e.name), title: e.messages[0].schema.Title,
			about: descriptions(e.messages), action: "receive", server: "partner",
			method: "POST", requests: e.messages, answered: f.taken,
		}
		if p.Query {
			c.method, c.query = "GET", e.messages[0].schema.ID
		}
		if f.answer != "" {
			c.answer = []message{described(f.answer)}
		}
		all = append(all, c)
	}
	return all
}

// channel is where the conversation takes place.
func (c conversation) channel() rawjson.Value {
	var messages record
	for _, m := range c.messages() {
		messages.add(m.Name, reference("#/components/messages/"+m.Name))
	}
	address := null
	if c.address != "" {
		address = rawjson.Text(c.address)
	}
	return object(
		"address", address, "title", c.title,
		"servers", rawjson.List(reference("#/servers/"+c.server)),
		"messages", messages.object(),
	)
}

func (c conversation) operation() rawjson.Value {
	channel := "#/channels/" + c.name
	var requests, answers []rawjson.Value
	for i, m := range c.messages() {
		at := reference(channel + "/messages/" + m.Name)
		if i < len(c.requests) {
			requests = append(requests, at)
		} else {
			answers = append(answers, at)
		}
	}
	var query any
	if c.query != "" {
		query = reference(componentSchemas + component(c.query))
	}
	return object(
		"action", c.action, "channel", reference(channel), "title", c.title, "description", c.about,
		"tags", rawjson.List(object("name", c.provider.Name)),
		"bindings", object("http", object("method", c.method, "query", query, "bindingVersion", httpBinding)),
		"messages", rawjson.List(requests...),
		"reply", object("channel", reference(channel), "messages", rawjson.List(answers...)),
	)
}
