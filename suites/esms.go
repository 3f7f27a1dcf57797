package suites

import (
	"bytes"
	"context"
	"net/url"
	"slices"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// esmsRules: everything is in a query string, all values are text, and each may be
// empty.
var esmsRules = []rule{
	callbacks("error-info", Must, esmsSamples+": error_info once as a JSON text, once encoded twice with a date behind it; the plain object is likely",
		"error_info is accepted in each of its encodings",
		"Three generations of the platform write this parameter in three ways. Parsing it strictly throws in production, for Zalo messages only.",
		"Split the query before anything is decoded; then decode until nothing changes, parse the first JSON value, keep what follows, and never fail on it.",
		func(p *Probe) []Delivery {
			const (
				inner      = `{"error":-114,"message":"User is inactive 100% / người dùng"}`
				signs      = `{"error":-114,"message":"Terms & conditions: 1 + 1 = 2; see #3"}`
				dated      = `{"data":{"message_id":"e1a60e88","user_id":"31215806834323092"},"error":0,"message":"Success"}____24/04/2024 16:58:01`
				signsDated = signs + "____24/04/2024 16:58:01"
			)
			quoted := func(text string) string { return url.QueryEscape(`"` + jsonEscaped(text) + `"`) }
			twice := func(text string) string { return url.QueryEscape(url.PathEscape(text)) }
			var all []Delivery
			for _, form := range []struct{ how, value string }{
				{"a JSON text that holds escaped JSON", quoted(inner)},
				{"JSON with a date behind it, encoded twice", twice(dated)},
				{"a JSON object", url.QueryEscape(inner)},
				{"a JSON text with &, +, = and #, encoded as they have to be", quoted(signs)},
				{"JSON with &, +, = and #, and a date behind it, encoded twice", twice(signsDated)},
				{"a JSON object with &, +, = and #, encoded as they have to be", url.QueryEscape(signs)},
			} {
				all = append(all, p.withParameter("error_info", form.value, "error_info holding "+form.how))
			}
			return all
		}),
	callbacks("empty-values", Must, esmsSamples+": RequestId, switchsmsid and partnerids are empty in some",
		"optional parameters may be empty",
		"An empty text is not absent, and is no number.",
		"Read an empty value as unknown.",
		func(p *Probe) []Delivery { return p.withParameters("", "RequestId", "switchsmsid", "partnerids") }),
	callbacks("empty-elsewhere", Should, esmsTable+": every parameter is a string, and nothing says which are never empty",
		"the other optional parameters may be empty too",
		"Sooner or later one is.",
		"Read an empty value as unknown.",
		func(p *Probe) []Delivery {
			return p.withParameters("", "telcoid", "phonenumber", "oaid", "tempid", "error_info")
		}),
	{
		Name: "empty-figures", Area: Payload,
		Title: "states, counts and the price get no 5xx when they are empty",
		Why:   "int(\"\") and Decimal(\"\") throw, and the report is lost with the request.",
		Fix:   "Read an empty value as unknown; insist on SMSID alone.",
		For:   demands{"esms": should(esmsTable + ": every parameter is a string, and nothing says which are never empty")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			figures := []string{"SendStatus", "SendSuccess", "SendFailed", "TotalReceiver", "TotalSent", "TotalPrice", "TypeId"}
			g.Expect(p.SendEach(ctx, p.withParameters("", figures...))).To(Each(BeSurvived()))
		},
	},
	callbacks("absent-optional", Must, esmsSamples+": each lacks some of the table's parameters",
		"parameters that some sample lacks may be absent",
		"An advertising message has neither number nor network; a receiver that insists loses its report.",
		"Insist on SMSID alone.",
		func(p *Probe) []Delivery {
			var all []Delivery
			for _, e := range p.Events() {
				for _, m := range e.Payload.Members() {
					if p.absentSomewhere(m.Name) {
						all = append(all, p.Carrying(p.Fresh(e).Without("/"+m.Name), "%s without %s", e, m.Name))
					}
				}
			}
			return all
		}),
	callbacks("large-ids", Must, esmsSamples+": a phonenumber of 15 digits, an oaid of 19",
		"ids beyond 32 and 53 bits are accepted",
		"An oaid of 19 digits overflows an int32 and loses digits in a double.",
		"Keep ids as text.",
		func(p *Probe) []Delivery {
			return append(p.withParameters("312158068343230", "phonenumber"), p.withParameters("4097311281936189049", "oaid")...)
		}),
	callbacks("send-status", Must, esmsTable+": SendStatus 1, 2, 4, 5, 7",
		"every documented SendStatus is accepted",
		"A message is reported more than once on its way; a receiver that knows the last state only fails on the others.",
		"Handle all five, and treat 5 as finished: what was delivered is in SendSuccess.",
		func(p *Probe) []Delivery {
			var all []Delivery
			for _, status := range []string{"1", "2", "4", "5", "7"} {
				all = append(all, p.withParameter("SendStatus", status, "SendStatus "+status))
			}
			return all
		}),
	callbacks("decimal-price", Must, esmsSamples+": TotalPrice=696987.0000",
		"TotalPrice is accepted with its decimals",
		"The price comes with four decimals; an integer parser throws.",
		"Read it as a decimal number.",
		func(p *Probe) []Delivery {
			var all []Delivery
			for _, price := range []string{"0.0000", "470.0000", "696987.5000", "12345678.2500"} {
				all = append(all, p.withParameter("TotalPrice", price, "TotalPrice "+price))
			}
			return all
		}),
	callbacks("parameter-order", Should, "RFC 3986, 3.4: a query has no order of its own; "+esmsSamples+" order theirs differently",
		"parameters are accepted in any order",
		"Reading parameters by their position breaks with the next new one.",
		"Read parameters by name.",
		func(p *Probe) []Delivery {
			var all []Delivery
			for _, e := range p.Events() {
				all = append(all, p.Carrying(p.Fresh(e).Reversed(), "%s with its parameters in reverse order", e))
			}
			return all
		}),
	{
		Name: "raw-braces", Area: Payload,
		Title: "the documented callback with literal braces in its query is accepted as it is written",
		Why:   "One sample has { and } unescaped. Tomcat and others refuse such a request before any code of yours runs.",
		Fix:   "Let the server take them (Tomcat: relaxedQueryChars), in case the platform really sends them so.",
		For:   demands{"esms": should(esmsSamples + "; " + "RFC 3986 has no place for braces in a query, so that the platform may well escape them")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var all []Delivery
			for _, e := range p.Events() {
				if wire := p.Provider.Write(p.Fresh(e), p.baseline.style); bytes.ContainsRune(wire, '{') {
					all = append(all, p.Signed(wire, "%s with literal braces", e))
				}
			}
			if len(all) == 0 {
				p.Skip("the target does not take this callback in any writing, which another check reports")
			}
			g.Expect(p.SendEach(ctx, all)).To(Each(BeAccepted()))
		},
	},
	{
		Name: "unknown-type", Area: Payload,
		Title: "a TypeId that no table names gets no 5xx",
		Why:   "26 and 27 are in samples and in no table: new kinds of message come without notice.",
		Fix:   "Give the switch on TypeId a default branch.",
		For:   demands{"esms": must(esmsSamples + ": TypeId 26 and 27, which the table lacks")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var all []Delivery
			for _, id := range []string{"3", "28", "99", "1000"} {
				all = append(all, p.withParameter("TypeId", id, "TypeId "+id))
			}
			g.Expect(p.SendEach(ctx, all)).To(Each(BeSurvived()))
		},
	},
}

// callbacks is a rule about callbacks that have to be accepted.
func callbacks(name string, level Level, source, title, why, fix string, deliveries func(*Probe) []Delivery) rule {
	return rule{
		Name: name, Area: Payload, Title: title, Why: why, Fix: fix,
		For: demands{"esms": {level, source}},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			all := deliveries(p)
			if len(all) == 0 {
				p.Skip("the target takes none of the callbacks that have these parameters")
			}
			g.Expect(p.SendEach(ctx, all)).To(Each(BeAccepted()))
		},
	}
}

// withParameter is a callback with one parameter's value as given, percent-encoded
// already: of the first sample that has the parameter, else of the usual one.
func (p *Probe) withParameter(name, value, note string) Delivery {
	e := p.Usual()
	if i := slices.IndexFunc(p.Events(), func(e mocks.Event) bool { _, there := e.Payload.Get("/" + name); return there }); i >= 0 {
		e = p.Events()[i]
	}
	return p.Carrying(p.Fresh(e).With("/"+name, rawjson.Text(value)), "%s, %s", e, note)
}

// withParameters is a callback for each parameter and each sample that has it, with
// the given value in it.
func (p *Probe) withParameters(value string, names ...string) []Delivery {
	var all []Delivery
	for _, e := range p.Events() {
		for _, name := range names {
			if _, there := e.Payload.Get("/" + name); there {
				all = append(all, p.Carrying(p.Fresh(e).With("/"+name, rawjson.Text(value)), "%s with %s=%s", e, name, value))
			}
		}
	}
	return all
}

// absentSomewhere tells whether some sample lacks the parameter.
func (p *Probe) absentSomewhere(name string) bool {
	return slices.ContainsFunc(p.Documented(), func(e mocks.Event) bool { _, there := e.Payload.Get("/" + name); return !there })
}

// jsonEscaped is text as it stands between the quotes of a JSON string.
func jsonEscaped(text string) string {
	quoted := rawjson.Text(text).String()
	return quoted[1 : len(quoted)-1]
}
