package mocks

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// Provider is one platform that sends webhooks, as its document describes it.
type Provider struct {
	Name     string // the word on khop's command line: "superai"
	Title    string // the name that people know: "SuperAI"
	Document string // public address of the document that this follows

	Secrets  []Secret
	Settings []Setting

	// Query says that events travel as the query string of a GET, not as the JSON
	// body of a POST.
	Query bool

	// Sends tells which of the documented events are sent, where some are answers;
	// nil: all of them.
	Sends func(eventType string) bool

	// Dress makes the whole request of an event's wire form; nil: as Request says.
	Dress func(Account, []byte) Request

	// Credentials are the members of a payload that Dress puts in: by them the partner is
	// known and the payload is signed.
	Credentials []string

	// Scheme is how requests are signed; nil when the provider does not sign them by a
	// header.
	Scheme *Scheme

	// Seal is how payloads are signed that carry their own signature; nil when they
	// carry none. Request puts it in.
	Seal *Seal

	// Fresh gives a documented payload a new identity and the current time, so
	// that it reads like an event that happened just now. Nothing else changes.
	Fresh func(payload rawjson.Value, birth Birth) rawjson.Value

	// Sequel makes a payload another event of the same thing (deal, parcel), which
	// happened at the birth's time.
	Sequel func(payload rawjson.Value, birth Birth) rawjson.Value

	// Nudge moves the payload's creation time by the smallest step: the same event
	// to every eye, and another digest. It leaves alone what is not a time as the
	// provider writes it, and may return the payload unchanged.
	Nudge func(payload rawjson.Value) rawjson.Value

	// Envelop wraps a payload the way the account's dialect sends it; nil when
	// payloads always go out as they are.
	Envelop func(Account, rawjson.Value) rawjson.Value

	// Identity is the member by which a receiver knows an event again, or the thing
	// that it is about. Key says for people which one it is: "message_id".
	Identity func(payload rawjson.Value) string
	Key      string

	// Policy says when the provider sends an event again after a failure; nil: it sends
	// none, but takes the calls of others.
	Policy func(Account) delivery.Policy

	// Took tells whether an answer acknowledges the delivery at all, be it in a
	// way that the provider objects to; nil: any 2xx does.
	Took func(status int, body []byte) bool

	// Forbids says why the provider would not send to a target; nil where it always
	// would.
	Forbids func(Account, *url.URL) error

	// Objection reads an answer as the provider does: empty when it takes the
	// delivery for done, else what it would complain about.
	Objection func(status int, body []byte) string
}

// Secret is a credential that provider and partner share.
type Secret struct {
	Name string // the key in --secret key=value
	Help string
}

// Setting is a choice that the document leaves open, or a figure that it states
// and that a partner may have agreed otherwise.
type Setting struct {
	Name    string
	Default string
	Values  []string // the words allowed; nil for free values, which Valid judges
	Valid   func(string) error
	Help    string
	// Dialect says that the choice changes what goes out, so that a target which
	// refuses the default may still be right: the preflight then tries the others.
	Dialect bool
}

// Event is one documented payload of a provider.
type Event struct {
	Type    string // the word the provider uses: "sale_create_deal"
	Schema  string // id of its schema: "mobio/sale_create_deal"
	Section string // where it is documented
	Sample  string // the sample's own name: "zalo"
	Kind    string // which of several samples of the type; empty where there is one
	Payload rawjson.Value
}

// String names the event, and its shape or kind where one type has several.
func (e Event) String() string {
	if e.Kind != "" {
		return e.Type + " (" + e.Kind + ")"
	}
	if _, shape, ok := strings.Cut(e.Schema, e.Type+"."); ok {
		return e.Type + " (" + shape + ")"
	}
	return e.Type
}

// Events are the provider's documented payloads, each shape once, in the order of
// the document.
func (p *Provider) Events() []Event {
	var events []Event
	for _, example := range p.sent() {
		if !p.Query && slices.ContainsFunc(events, func(e Event) bool { return e.Schema == example.Schema }) {
			continue
		}
		events = append(events, p.event(example))
	}
	return events
}

func (p *Provider) event(example fixtures.Example) Event {
	event := Event{
		Type: example.Event, Sample: example.Name, Schema: example.Schema, Section: example.Section, Payload: p.Parse(example.Payload),
	}
	if p.Query {
		event.Kind = example.Name
	}
	return event
}

// Event finds a documented payload by its type, or by the name of its sample.
func (p *Provider) Event(word string) (Event, error) {
	sent := p.sent()
	at := slices.IndexFunc(sent, func(e fixtures.Example) bool { return e.Event == word })
	if at < 0 {
		at = slices.IndexFunc(sent, func(e fixtures.Example) bool { return e.Name == word })
	}
	if at >= 0 {
		return p.event(sent[at]), nil
	}
	return Event{}, fmt.Errorf("%s has no event or sample %q%s", p.Title, word, Suggest(word, p.EventWords()))
}

// EventWords are all that Event takes: the types, and then the names of the samples.
func (p *Provider) EventWords() []string {
	var words []string
	add := func(word string) {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	sent := p.sent()
	for _, example := range sent {
		add(example.Event)
	}
	for _, example := range sent {
		add(example.Name)
	}
	return words
}

// sent are the documented samples of what the provider sends.
func (p *Provider) sent() []fixtures.Example {
	return slices.DeleteFunc(fixtures.Documented(p.Name), func(e fixtures.Example) bool { return p.Sends != nil && !p.Sends(e.Event) })
}

// Request is what goes over the wire for one attempt, apart from the target's
// address: path and query of the target stay as they are.
type Request struct {
	Method string
	Path   string // added to the target's path
	Query  string // added to the target's query, exactly as written here
	Header http.Header
	Body   []byte
}

// To is where the request goes: the target's address, with the path and the query that
// the request adds to it.
func (r Request) To(target *url.URL) *url.URL {
	to := *target
	if to.Path == "" && (r.Path != "" || r.Query != "") {
		to.Path = "/" // a joined path would be a relative one
	}
	if r.Path != "" {
		to = *to.JoinPath(r.Path)
	}
	if r.Query != "" && to.RawQuery != "" {
		to.RawQuery += "&"
	}
	to.RawQuery += r.Query
	return &to
}

// Parse reads an event's wire form. A query string becomes an object of its
// parameters, their values percent-encoded as they came.
func (p *Provider) Parse(wire []byte) rawjson.Value {
	if !p.Query {
		return rawjson.MustParse(wire)
	}
	payload := rawjson.Record()
	for parameter := range strings.SplitSeq(string(wire), "&") {
		name, value, _ := strings.Cut(parameter, "=")
		payload = payload.With("/"+name, rawjson.Text(value))
	}
	return payload
}

// Write is the wire form of a payload: JSON in the given style, or a query string.
func (p *Provider) Write(payload rawjson.Value, style rawjson.Style) []byte {
	if !p.Query {
		return style.Encode(payload)
	}
	var parameters []string
	for _, m := range payload.Members() {
		parameters = append(parameters, m.Name+"="+m.Value.Content())
	}
	return []byte(strings.Join(parameters, "&"))
}

// SendsEvents tells whether the provider sends events to its partners. AccessTrade does
// not: it takes its merchants' calls.
func (p *Provider) SendsEvents() bool { return p.Policy != nil }

// Acknowledges tells whether an answer takes the delivery.
func (p *Provider) Acknowledges(status int, body []byte) bool {
	if p.Took != nil {
		return p.Took(status, body)
	}
	return status/100 == 2
}

// Request signs an event's wire form, byte for byte as given, and dresses it as the
// provider does.
func (p *Provider) Request(account Account, body []byte) Request {
	if p.Dress != nil {
		return p.Dress(account, body)
	}
	header := http.Header{"User-Agent": {"khop"}}
	if p.Query {
		return Request{Method: http.MethodGet, Header: header, Query: string(body)}
	}
	header.Set("Content-Type", "application/json")
	if p.Scheme != nil {
		header[p.Scheme.Header] = []string{p.Scheme.Value(account, p.Scheme.Digest(account.Secrets, body))}
	}
	return Request{Method: http.MethodPost, Header: header, Body: body}
}

// Suggest says what may be meant instead of an unknown word, for the end of an
// error message: the nearest of the known ones, else all of them.
func Suggest(word string, known []string) string {
	if near, ok := schemas.Nearest(word, known); ok && alike(word, near) {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	if len(known) == 0 {
		return "; it has none"
	}
	return "; there are: " + strings.Join(known, ", ")
}

// alike tells whether two words that are near each other look alike, too: in a short one
// two letters are most of it, so that it has to begin the same.
func alike(word, near string) bool {
	const short = 4
	return len(word) > short || word != "" && strings.EqualFold(word[:1], near[:1])
}
