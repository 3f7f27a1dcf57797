package schemas_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// styles are the ways in which senders write JSON.
var styles = []rawjson.Style{
	rawjson.Compact, rawjson.Python, rawjson.PHP, rawjson.GoMap, rawjson.Pretty, rawjson.Spaced, rawjson.EscapedUpper,
}

func compact(t testing.TB, doc []byte) []byte {
	t.Helper()
	var small bytes.Buffer
	if err := json.Compact(&small, doc); err != nil {
		t.Fatal(err)
	}
	return small.Bytes()
}

// failer is what stops a test, a fuzz target or a property.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// judged asks gojsonschema whether a document fits; the shortcut must not say yes to a no.
func judged(t failer, s *schemas.Schema, doc []byte) bool {
	t.Helper()
	problems, err := s.Judge(doc)
	if err == nil && len(problems) == 0 {
		return true
	}
	if s.Fits(doc) {
		t.Fatalf("%s: said to fit: %v %v\n%s", s.ID, err, problems, doc)
	}
	return false
}

// fitsOrNot wants the same answer of both: the shortcut knows a document of ordinary writing that fits.
func fitsOrNot(t failer, s *schemas.Schema, doc []byte) {
	t.Helper()
	if judged(t, s, doc) && !s.Fits(doc) {
		t.Fatalf("%s: not known to fit\n%s", s.ID, doc)
	}
}

// document is what a schema judges: a body as it is, a query string by its parameters.
func document(t failer, payload []byte) []byte {
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

// documents are all examples of the schemas, documented samples and near-misses.
func documents(t failer) [][]byte {
	var docs [][]byte
	for _, s := range schemas.All() {
		var doc struct{ Examples []json.RawMessage }
		if err := json.Unmarshal(s.Raw, &doc); err != nil {
			t.Fatal(err)
		}
		for _, example := range doc.Examples {
			docs = append(docs, example)
		}
	}
	for _, provider := range fixtures.Providers() {
		for _, e := range fixtures.Documented(provider) {
			docs = append(docs, document(t, e.Payload))
		}
		for _, miss := range fixtures.Invalid(provider) {
			docs = append(docs, document(t, miss.Payload))
		}
	}
	return docs
}

func TestEverySchemaHasAShortcut(t *testing.T) {
	for _, s := range append(schemas.All(), schemas.Report()) {
		if err := s.CompileQuick(); err != nil {
			t.Errorf("%s: %v", s.ID, err)
		}
	}
}

// TestTheShortcutAgreesWithTheJudge holds every document against every schema, in every writing.
func TestTheShortcutAgreesWithTheJudge(t *testing.T) {
	for _, doc := range documents(t) {
		value := rawjson.MustParse(doc)
		for _, s := range schemas.All() {
			if judged(t, s, doc) {
				for _, style := range styles {
					fitsOrNot(t, s, style.Encode(value))
				}
			}
		}
	}
}

func TestTheShortcutAgreesWithTheJudgeOnMutations(t *testing.T) {
	for _, s := range schemas.All() {
		for _, m := range mutationsOf(t, s).made {
			doc, err := json.Marshal(m.doc)
			if err != nil {
				t.Fatal(err)
			}
			fitsOrNot(t, s, doc)
		}
	}
}

func TestTheShortcutKnowsGeneratedPayloads(t *testing.T) {
	for _, provider := range generate.Providers() {
		g, err := generate.For(provider)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			p := g(t)
			fitsOrNot(t, mustLookup(t, p.Schema), document(t, p.Body))
		})
	}
}

// TestTheShortcutKnowsAnEnvelopeOfEvents has every event shape in one document: the one anyOf that there is.
func TestTheShortcutKnowsAnEnvelopeOfEvents(t *testing.T) {
	g, err := generate.For("mobio")
	if err != nil {
		t.Fatal(err)
	}
	envelope := mustLookup(t, "mobio/block_event")
	rapid.Check(t, func(t *rapid.T) {
		var events []string
		for range rapid.IntRange(0, 12).Draw(t, "count") {
			if p := g(t); p.Schema != envelope.ID {
				events = append(events, string(p.Body))
			}
		}
		doc := `{"merchant_id":"1","timestamp":1.5,"block_event":[` + strings.Join(events, ",") + `]}`
		fitsOrNot(t, envelope, []byte(doc))
	})
}

// TestTheShortcutIsNotMisled changes documents that fit in a few bytes, most of which mean something in JSON.
func TestTheShortcutIsNotMisled(t *testing.T) {
	docs := documents(t)
	pieces := rapid.OneOf(
		rapid.SampledFrom([]string{
			`"`, `\`, `{`, `}`, `[`, `]`, `,`, `:`, `0`, `-0`, `.0`, `1e400`, `1e2`, `null`, `true`, `""`, `\u0061`, `\ud800`,
			` `, "\n", "\x00", "\xff", `"a":1,`, `"type":1,`, `"event_type":"sale_create_deal",`, `99999999999.1`, `\u0000`,
		}),
		rapid.Map(rapid.Byte(), func(b byte) string { return string([]byte{b}) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		doc := slices.Clone(rapid.SampledFrom(docs).Draw(t, "document"))
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			from := rapid.IntRange(0, len(doc)).Draw(t, "from")
			to := rapid.IntRange(from, min(len(doc), from+4)).Draw(t, "to")
			doc = slices.Concat(doc[:from], []byte(pieces.Draw(t, "piece")), doc[to:])
		}
		for _, s := range schemas.All() {
			if s.Fits(doc) {
				judged(t, s, doc)
			}
		}
	})
}

// TestWhatIsLeftToTheJudge are documents that fit and that the shortcut does not take upon itself.
func TestWhatIsLeftToTheJudge(t *testing.T) {
	s := mustLookup(t, "superai/update_weight")
	good := string(compact(t, exampleOf(t, s)))
	if !s.Fits([]byte(good)) {
		t.Fatal("the example is not known to fit")
	}
	for what, member := range map[string]string{
		"a member twice":              `"code":"x",`,
		"a member twice, escaped":     `"\u0063ode":"x",`,
		"nested very deep":            `"more":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `,`,
		"a long number":               `"more":1` + strings.Repeat("0", 301) + `,`,
		"a wide exponent":             `"more":1e300,`,
		"half a surrogate in a name":  `"\ud800":1,`,
		"a very long name in escapes": `"` + strings.Repeat(`\u0061`, 100) + `":1,`,
	} {
		doc := []byte("{" + member + good[1:])
		if !judged(t, s, doc) {
			t.Errorf("%s: the judge refuses it", what)
		}
		if s.Fits(doc) {
			t.Errorf("%s: the shortcut takes it", what)
		}
		if problems, err := s.Validate(doc); err != nil || len(problems) > 0 {
			t.Errorf("%s: %v %v", what, problems, err)
		}
	}
}

func TestFitsAllocatesNothing(t *testing.T) {
	for _, provider := range fixtures.Providers() {
		for _, e := range fixtures.Documented(provider) {
			s, doc := mustLookup(t, e.Schema), document(t, e.Payload)
			if allocations := testing.AllocsPerRun(100, func() { s.Fits(doc) }); allocations != 0 {
				t.Errorf("%s/%s: %v allocations", provider, e.Name, allocations)
			}
		}
	}
}

func mustLookup(t failer, id string) *schemas.Schema {
	t.Helper()
	s, err := schemas.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// FuzzFits holds the shortcut to its promise for any input: what it accepts, the judge accepts.
func FuzzFits(f *testing.F) {
	for _, doc := range documents(f) {
		f.Add(doc)
		f.Add(compact(f, doc))
	}
	for _, doc := range []string{"", "{}", "[]", `{"status":200}`, `{"a":-0}`, `{"a":1e-400}`, `{"":"\ud83d\ude00"}`, "{}{}", `{"a":1,"a":2}`} {
		f.Add([]byte(doc))
	}
	all := schemas.All()
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, s := range all {
			if s.Fits(doc) {
				judged(t, s, doc)
			}
		}
	})
}
