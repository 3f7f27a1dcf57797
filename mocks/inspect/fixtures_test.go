package inspect_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks/inspect"
)

func TestEveryDocumentedPayloadIsRecognisedAndValid(t *testing.T) {
	for _, provider := range fixtures.Providers() {
		for _, e := range fixtures.Documented(provider) {
			f, s := examine(t, source(e.Name, string(e.Payload)), inspect.Options{Strict: true})
			if s.Valid != 1 || !s.Good() || s.By[0].Schema.ID != e.Schema {
				t.Errorf("%s/%s: %q %+v, want %s", provider, e.Name, f.lines(), s.By, e.Schema)
			}
		}
	}
}

func TestEveryGeneratedPayloadIsRecognisedAndValid(t *testing.T) {
	for _, provider := range generate.Providers() {
		for _, event := range generate.Events(provider) {
			t.Run(provider+"/"+event, func(t *testing.T) {
				g, err := generate.ForEvent(provider, event)
				if err != nil {
					t.Fatal(err)
				}
				rapid.Check(t, func(t *rapid.T) {
					payload := g(t)
					f := &findings{}
					s, err := inspect.Inspect(t.Context(), []inspect.Source{source("p", string(payload.Body))}, inspect.Options{Workers: 1}, f)
					if err != nil || s.Valid != 1 || s.By[0].Schema.ID != payload.Schema && !ambiguous(payload) {
						t.Fatalf("%q %+v %v, want %s", f.lines(), s.By, err, payload.Schema)
					}
				})
			})
		}
	}
}

// ambiguous tells that a payload has nothing in it that would tell it from the other documented shape of its event.
func ambiguous(p generate.Payload) bool { return p.Schema == "mobio/sale_update_products_bank.types" }

// unsaid are the near-misses that lack what would tell whose they are; only --schema does.
var unsaid = []string{"answer-required-message", "listing-required-data"}

func TestEveryNearMissIsInvalidByItsRule(t *testing.T) {
	for _, provider := range fixtures.Providers() {
		for _, miss := range fixtures.Invalid(provider) {
			text := source(miss.Name, string(miss.Payload))
			f, _ := examine(t, text, inspect.Options{Schema: lookup(t, miss.Schema)})
			if strings.HasSuffix(miss.Name, "-twice") {
				miss.Rule = inspect.Duplicate // of a parameter, which its schema takes for an array
			}
			if !breaks(f, miss) {
				t.Errorf("%s/%s: told its schema: %q", provider, miss.Name, f.lines())
			}
			f, _ = examine(t, text, inspect.Options{})
			if slices.Contains(unsaid, miss.Name) {
				if f.found[0].Problems[0].Rule != inspect.Unknown {
					t.Errorf("%s/%s: %q", provider, miss.Name, f.lines())
				}
				continue
			}
			if !breaks(f, miss) {
				t.Errorf("%s/%s: by itself: %q", provider, miss.Name, f.lines())
			}
		}
	}
}

func breaks(f *findings, miss fixtures.NearMiss) bool {
	return len(f.found) == 1 && slices.ContainsFunc(f.found[0].Problems, func(p inspect.Problem) bool {
		return p.Rule == miss.Rule && p.Pointer == miss.Pointer && p.Line == 1
	})
}
