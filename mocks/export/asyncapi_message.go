package export

import (
	"net/http"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// form is how a query string's parameters are written, for the messages that are one.
const form = "application/x-www-form-urlencoded"

// messages are the request in its shapes, then the answers.
func (c conversation) messages() record {
	var all record
	for _, m := range c.requests {
		all.add(component(m.schema.ID), c.request(m))
	}
	for _, m := range c.answer {
		all.add(c.name+".answer."+m.schema.Name, c.reply(payload(m)))
	}
	if c.answer == nil {
		all.add(c.name+".answer", c.reply(nil))
	}
	return all
}

// request is the message that asks.
func (c conversation) request(m message) rawjson.Value {
	contentType := "application/json"
	if c.query != "" {
		contentType = form
	}
	message := object(
		"name", m.schema.ID, "title", m.schema.Title, "summary", m.schema.Description,
		"contentType", contentType, "headers", c.headers(),
	)
	return rawjson.Record(append(message.Members(), payload(m)...)...)
}

// reply is the message that answers: a status, and a body where one is documented.
func (c conversation) reply(body record) rawjson.Value {
	message := object(
		"title", c.title+", answered", "summary", c.answered,
		"bindings", object("http", object("statusCode", http.StatusOK, "bindingVersion", httpBinding)),
	)
	return rawjson.Record(append(message.Members(), body...)...)
}

// headers is the schema of the headers that come with a request; nil where none is
// prescribed.
func (c conversation) headers() any {
	var names []string
	var properties record
	for _, h := range known[c.provider.Name].headers {
		names = append(names, h.name)
		properties.add(h.name, object("type", "string", "description", h.about, "pattern", h.pattern))
	}
	if names == nil {
		return nil
	}
	return object("type", "object", "required", names, "properties", properties.object())
}

// payload is what a message holds, with its samples.
func payload(m message) record {
	var examples []rawjson.Value
	for _, s := range m.samples {
		examples = append(examples, object("name", s.name, "summary", s.summary, "payload", s.payload))
	}
	return object(
		"payload", object("schemaFormat", draft07, "schema", reference(componentSchemas+component(m.schema.ID))),
		"examples", rawjson.List(examples...),
	).Members()
}
