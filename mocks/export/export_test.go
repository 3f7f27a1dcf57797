package export_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/export"
	_ "github.com/khop-dev/khop/mocks/platforms" // all providers
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// kinds are the documents that there are.
var kinds = map[string]func(string, []*mocks.Provider) rawjson.Value{
	"openapi": export.OpenAPI, "asyncapi": export.AsyncAPI, "jsonschema": export.JSONSchema,
}

// providers are those of some names, or all of them.
func providers(t testing.TB, names ...string) []*mocks.Provider {
	t.Helper()
	if names == nil {
		names = mocks.Names()
	}
	var all []*mocks.Provider
	for _, name := range names {
		p, err := mocks.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// plain is a document as encoding/json reads it.
func plain(t testing.TB, document rawjson.Value) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(rawjson.Compact.Encode(document), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// each visits every object of a document with its place.
func each(v any, at string, visit func(at string, object map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(at, v)
		for name, member := range v {
			each(member, at+"/"+rawjson.Escape(name), visit)
		}
	case []any:
		for i, item := range v {
			each(item, fmt.Sprint(at, "/", i), visit)
		}
	}
}

func TestTheSameProvidersGiveTheSameBytes(t *testing.T) {
	for name, kind := range kinds {
		a, b := kind("1", providers(t)), kind("1", providers(t))
		if a.String() != b.String() {
			t.Errorf("%s differs from itself", name)
		}
	}
}

// TestEveryReferenceOfEveryChoiceOfProvidersResolves holds for a document of any
// provider alone as for that of all.
func TestEveryReferenceOfEveryChoiceOfProvidersResolves(t *testing.T) {
	choices := [][]string{nil}
	for _, name := range mocks.Names() {
		choices = append(choices, []string{name})
	}
	for name, kind := range kinds {
		for _, choice := range choices {
			document := kind("1", providers(t, choice...))
			ids := map[string]bool{}
			each(plain(t, document), "", func(_ string, object map[string]any) {
				if id, ok := object["$id"].(string); ok {
					ids[id] = true
				}
			})
			references := 0
			each(plain(t, document), "", func(at string, object map[string]any) {
				to, ok := object["$ref"].(string)
				if !ok {
					return
				}
				references++
				if name == "jsonschema" && !ids[to] && !strings.HasPrefix(to, "#/definitions/") {
					t.Errorf("%s %v%s: nothing is at %s", name, choice, at, to)
				}
				if _, there := document.Get(strings.TrimPrefix(to, "#")); !there && name != "jsonschema" {
					t.Errorf("%s %v%s: nothing is at %s", name, choice, at, to)
				}
			})
			if references == 0 && (name != "openapi" || fmt.Sprint(choice) != "[esms]") {
				t.Errorf("%s %v has no reference: this test sees nothing", name, choice)
			}
		}
	}
}

func TestEveryProvidersFactsAreTold(t *testing.T) {
	for _, p := range providers(t) {
		document := export.OpenAPI("1", providers(t, p.Name))
		for _, pointer := range []string{"/tags/0/description", "/tags/0/externalDocs/url"} {
			if v, _ := document.Get(pointer); v.Content() == "" {
				t.Errorf("%s has no %s", p.Name, pointer)
			}
		}
		each(plain(t, document), "", func(at string, object map[string]any) {
			if text, there := object["description"].(string); there && strings.TrimSpace(text) == "" {
				t.Errorf("%s%s: an empty description", p.Name, at)
			}
		})
		if p.Scheme == nil {
			continue
		}
		account := mocks.Account{Secrets: map[string]string{}, Settings: map[string]string{}}
		header, _ := document.Get("/components/parameters/" + p.Name + "." + p.Scheme.Header)
		pattern, _ := header.Get("/schema/pattern")
		value := p.Scheme.Value(account, p.Scheme.Digest(account.Secrets, []byte("{}")))
		if !matches(t, pattern.Content(), value) {
			t.Errorf("%s: %q does not fit %q", p.Name, value, pattern.Content())
		}
	}
}

func TestYAMLSaysTheSameAsJSON(t *testing.T) {
	for name, kind := range kinds {
		document := kind("1.0", providers(t))
		text, err := export.YAML(document)
		if err != nil {
			t.Fatal(err)
		}
		var read any
		if err := yaml.Unmarshal(text, &read); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := json.Marshal(read)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(again, &got); err != nil {
			t.Fatal(err)
		}
		if want := plain(t, document); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the YAML is another document", name)
		}
		for line := range strings.Lines(string(text)) {
			_, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if strings.Count(value, ":") == 2 && strings.HasPrefix(value, "20") {
				t.Errorf("%s: some readers take this for a time: %s", name, line)
			}
		}
	}
}

// judgement is a document that a schema has to judge as khop's own does.
type judgement struct {
	schema string // its ID
	name   string
	doc    []byte
	fits   bool
}

// judgements are all that is documented, all near-misses, and some generated payloads.
func judgements(t testing.TB) []judgement {
	t.Helper()
	var all []judgement
	for _, p := range providers(t) {
		for _, e := range fixtures.Documented(p.Name) {
			all = append(all, judgement{e.Schema, e.Name, readable(t, e.Payload), true})
		}
		for _, miss := range fixtures.Invalid(p.Name) {
			if miss.Rule != "number" { // khop's own rule, no keyword
				all = append(all, judgement{miss.Schema, miss.Name, readable(t, miss.Payload), false})
			}
		}
		generator, err := generate.For(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		examples := rapid.Custom(generator)
		for seed := range 40 {
			drawn := examples.Example(seed)
			all = append(all, judgement{drawn.Schema, fmt.Sprintf("generated %d", seed), readable(t, drawn.Body), true})
		}
	}
	for _, s := range schemas.All() { // the envelope and the acknowledgement have no fixture
		var own struct{ Examples []json.RawMessage }
		if err := json.Unmarshal(s.Raw, &own); err != nil {
			t.Fatal(err)
		}
		for i, example := range own.Examples {
			all = append(all, judgement{s.ID, fmt.Sprintf("example %d", i), example, true})
		}
	}
	all = append(
		all,
		judgement{"mobio/block_event", "an event of no shape", []byte(`{"merchant_id":"m","timestamp":1,"block_event":[{"event_type":"sale_create_deal"}]}`), false},
		judgement{"abaha/acknowledgement", "a status in quotes", []byte(`{"status":"200","message":"OK"}`), false},
	)
	return all
}

// readable is a payload as schemas judge it: a query string by its parameters.
func readable(t testing.TB, payload []byte) []byte {
	t.Helper()
	if json.Valid(payload) {
		return payload
	}
	doc, err := schemas.FromQuery(string(payload))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
