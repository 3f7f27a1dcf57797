package export

import (
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// OpenAPI describes providers as OpenAPI 3.1: a webhook for each event that a sender
// sends, a path for each call that AccessTrade takes. The schemas are in the dialect of
// OpenAPI 3.1, which is that of JSON Schema 2020-12.
func OpenAPI(version string, providers []*mocks.Provider) rawjson.Value {
	var tags []rawjson.Value
	var paths, webhooks, components record
	var bodies []string // IDs of what travels as a body
	for _, p := range providers {
		tags = append(tags, tag(p))
		for _, c := range known[p.Name].calls {
			paths.add(c.path, object("servers", rawjson.List(endpoint), strings.ToLower(c.method), called(p, c)))
		}
		if known[p.Name].calls == nil {
			webhooks = append(webhooks, webhooksOf(p)...)
		}
		for _, id := range names(p) {
			if !travelsAsQuery(p, id) {
				bodies = append(bodies, id)
			}
		}
	}
	server := endpoint
	if len(webhooks) > 0 {
		server = receiver
	}
	components.add("schemas", parts(bodies))
	components = append(components, shared(providers)...)
	return object(
		"openapi", "3.1.0",
		"info", info(version, providers, "As OpenAPI describes it: webhooks are what a partner receives, paths what a partner sends."),
		"servers", rawjson.List(server),
		"tags", rawjson.List(tags...),
		"paths", unless(len(paths) == 0, paths.object()),
		"webhooks", unless(len(webhooks) == 0, webhooks.object()),
		"components", components.object(),
	)
}

// The two servers: the partner's, where webhooks arrive, and AccessTrade's.
var (
	receiver = object(
		"url", "https://{host}", "description", "The partner's own receiver",
		"variables", object("host", object("default", "shop.example.vn", "description", "Where it is")),
	)
	endpoint = object(
		"url", "http://"+accessTradeServer,
		"description", "AccessTrade's endpoint; khop mock accesstrade plays it on your own machine",
	)
)

// webhooksOf are a sender's events, and the probe of its URL where it makes one.
func webhooksOf(p *mocks.Provider) record {
	var all record
	for _, e := range events(p) {
		all.add(component(p.Name+"/"+e.name), webhook(p, e))
	}
	if probe := known[p.Name].probe; probe != "" {
		all.add(component(p.Name+"/liveness"), object("get", object(
			"operationId", operation(p.Name, "liveness"),
			"tags", []string{p.Name},
			"summary", p.Title+": is the webhook online?",
			"description", probe,
			"security", rawjson.List(),
			"responses", object("2XX", object("description", "It is.")),
		)))
	}
	return all
}

func webhook(p *mocks.Provider, e event) rawjson.Value {
	first := e.messages[0].schema
	var parameters []rawjson.Value
	var security []rawjson.Value
	for _, h := range known[p.Name].headers {
		parameters = append(parameters, reference("#/components/parameters/"+component(p.Name+"/"+h.name)))
		security = append(security, object(component(p.Name+"/"+h.name), rawjson.List()))
	}
	var body any
	method := "post"
	if p.Query {
		method, parameters = "get", append(parameters, queryParameters(e.messages[0])...)
	} else {
		body = object("required", true, "content", jsonContent(e.messages...))
	}
	return object(method, object(
		"operationId", operation(p.Name, e.name),
		"tags", []string{p.Name},
		"summary", first.Title,
		"description", descriptions(e.messages),
		"parameters", unless(parameters == nil, rawjson.List(parameters...)),
		"requestBody", body,
		"security", rawjson.List(security...),
		"responses", answers(p),
	))
}

// answers are the two that a partner's receiver gives.
func answers(p *mocks.Provider) rawjson.Value {
	return object(
		"200", reference("#/components/responses/"+component(p.Name+"/taken")),
		"4XX", reference("#/components/responses/"+component(p.Name+"/refused")),
	)
}

// called is one of the calls that a partner makes.
func called(p *mocks.Provider, c call) rawjson.Value {
	request := described(c.body + c.query)
	answers := c.answers()
	var parameters, body any
	security := rawjson.List()
	if c.query != "" {
		parameters = rawjson.List(queryParameters(request)...)
		security = rawjson.List(object("accesstrade.access_key", rawjson.List(), "accesstrade.signature", rawjson.List()))
	} else {
		body = object("required", true, "content", jsonContent(request))
	}
	return object(
		"operationId", operation(p.Name, c.name),
		"tags", []string{p.Name},
		"summary", request.schema.Title,
		"description", request.schema.Description+" "+c.signed,
		"parameters", parameters,
		"requestBody", body,
		"security", security,
		"responses", object(
			"200", object("description", known[p.Name].taken, "content", jsonContent(answers...)),
			"4XX", object("description", known[p.Name].refused, "content", jsonContent(answers[len(answers)-1])),
		),
	)
}

// shared is what several operations refer to: headers, answers, and what authenticates.
func shared(providers []*mocks.Provider) record {
	var responses, parameters, schemes record
	for _, p := range providers {
		f := known[p.Name]
		if f.calls != nil {
			schemes = append(schemes, queryCredentials()...)
			continue
		}
		var content any
		if f.answer != "" {
			content = jsonContent(described(f.answer))
		}
		responses.add(component(p.Name+"/taken"), object("description", f.taken, "content", content))
		responses.add(component(p.Name+"/refused"), object("description", f.refused))
		for _, h := range f.headers {
			parameters.add(component(p.Name+"/"+h.name), object(
				"name", h.name, "in", "header", "required", true, "description", h.about,
				"schema", object("type", "string", "pattern", h.pattern),
			))
			schemes.add(component(p.Name+"/"+h.name), object("type", "apiKey", "in", "header", "name", h.name, "description", h.about))
		}
	}
	var all record
	for _, kind := range []struct {
		name string
		of   record
	}{{"responses", responses}, {"parameters", parameters}, {"securitySchemes", schemes}} {
		if len(kind.of) > 0 {
			all.add(kind.name, kind.of.object())
		}
	}
	return all
}

// queryCredentials are what authenticates a call by its query string. Those of a body are
// members of it, which OpenAPI has no scheme for.
func queryCredentials() record {
	var schemes record
	for _, name := range []string{"access_key", "signature"} {
		schemes.add("accesstrade."+name, object(
			"type", "apiKey", "in", "query", "name", name,
			"description", member(lookup("accesstrade/listing-query"), "/properties/"+name+"/description"),
		))
	}
	return schemes
}

// operation is an operation's id, as a generator of code can use it.
func operation(provider, name string) string {
	return strings.NewReplacer("-", "_", ".", "_").Replace(provider + "_" + name)
}
