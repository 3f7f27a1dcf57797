package export_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/export"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

func matches(t testing.TB, pattern, text string) bool {
	t.Helper()
	return pattern != "" && regexp.MustCompile(pattern).MatchString(text)
}

func TestAnOpenAPIParserReadsEveryOperation(t *testing.T) {
	document := export.OpenAPI("1.2.3", providers(t))
	text, err := export.YAML(document)
	if err != nil {
		t.Fatal(err)
	}
	for format, written := range map[string][]byte{"JSON": rawjson.Pretty.Encode(document), "YAML": text} {
		read, err := libopenapi.NewDocument(written)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		model, err := read.BuildV3Model()
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if model.Model.Version != "3.1.0" || model.Model.Info.Version != "1.2.3" {
			t.Errorf("%s: OpenAPI %s, version %s", format, model.Model.Version, model.Model.Info.Version)
		}
		webhooks := map[string]int{}
		for name, item := range model.Model.Webhooks.FromOldest() {
			provider, _, _ := strings.Cut(name, ".")
			webhooks[provider]++
			for method, operation := range item.GetOperations().FromOldest() {
				if operation.Responses == nil || operation.Responses.Codes.Len() == 0 || operation.OperationId == "" {
					t.Errorf("%s: %s %s has no answers or no id", format, method, name)
				}
				if reads := operation.RequestBody != nil; reads != (method == "post") {
					t.Errorf("%s: %s %s and a body: %v", format, method, name, reads)
				}
			}
		}
		for provider, want := range map[string]int{"abaha": 3, "esms": 1, "mobio": 10 + 1 + 1, "superai": 2} {
			if webhooks[provider] != want {
				t.Errorf("%s: %d webhooks of %s, want %d", format, webhooks[provider], provider, want)
			}
		}
		for path, method := range map[string]string{accesstrade.PostbackPath: "post", accesstrade.ListingPath: "get", accesstrade.BulkUpdatePath: "post"} {
			item := model.Model.Paths.PathItems.GetOrZero(path)
			if item == nil || item.GetOperations().GetOrZero(method) == nil {
				t.Errorf("%s: no %s %s", format, method, path)
			}
		}
	}
}

func TestSignedWebhooksAskForTheSignature(t *testing.T) {
	document := plain(t, export.OpenAPI("1", providers(t))).(map[string]any)
	for name, item := range document["webhooks"].(map[string]any) {
		provider, _, _ := strings.Cut(name, ".")
		p, err := mocks.Lookup(provider)
		if err != nil {
			t.Fatal(err)
		}
		post, isPost := item.(map[string]any)["post"].(map[string]any)
		if p.Scheme == nil || !isPost {
			continue
		}
		want := "#/components/parameters/" + provider + "." + p.Scheme.Header
		if got := post["parameters"].([]any)[0].(map[string]any)["$ref"]; got != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
}

// compiler reads a document's schemas in a draft.
func compiler(t testing.TB, document rawjson.Value, draft *jsonschema.Draft) func(pointer string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(rawjson.Compact.Encode(document)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(draft)
	c.AssertFormat()
	if err := c.AddResource("khop:///document.json", doc); err != nil {
		t.Fatal(err)
	}
	return func(pointer string) *jsonschema.Schema {
		t.Helper()
		compiled, err := c.Compile("khop:///document.json" + pointer)
		if err != nil {
			t.Fatalf("%s: %v", pointer, err)
		}
		return compiled
	}
}

// holds compares a converted schema's judgements with khop's own.
func holds(t *testing.T, schema func(id string) *jsonschema.Schema, skip func(id string) bool) {
	t.Helper()
	judged := map[bool]int{}
	for _, j := range judgements(t) {
		if skip(j.schema) {
			continue
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(j.doc))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema(j.schema).Validate(doc); (err == nil) != j.fits {
			t.Errorf("%s, %s: fits is %v, want %v: %v", j.schema, j.name, err == nil, j.fits, err)
		}
		judged[j.fits]++
	}
	if judged[true] < 100 || judged[false] < 50 {
		t.Errorf("judged only %v", judged)
	}
}

func component(id string) string {
	return "#/components/schemas/" + strings.ReplaceAll(id, "/", ".")
}

func TestOpenAPIsSchemasJudgeAsKhopsOwn(t *testing.T) {
	schema := compiler(t, export.OpenAPI("1", providers(t)), jsonschema.Draft2020)
	holds(t, func(id string) *jsonschema.Schema { return schema(component(id)) }, isQuery)
}

func isQuery(id string) bool { return id == "esms/callback" || id == "accesstrade/listing-query" }

// TestEveryExampleOfOpenAPIFits finds every media type and every parameter with examples.
func TestEveryExampleOfOpenAPIFits(t *testing.T) {
	document := export.OpenAPI("1", providers(t))
	schema := compiler(t, document, jsonschema.Draft2020)
	shown := map[string]int{}
	each(plain(t, document), "", func(at string, object map[string]any) {
		examples, ok := object["examples"].(map[string]any)
		if _, described := object["schema"]; !ok || !described {
			return
		}
		judge := schema("#" + at + "/schema")
		for name := range examples {
			value, _ := document.Get(at + "/examples/" + name + "/value")
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(rawjson.Compact.Encode(value)))
			if err != nil {
				t.Fatal(err)
			}
			if err := judge.Validate(doc); err != nil {
				t.Errorf("%s, %s: %v", at, name, err)
			}
			shown[name]++
		}
	})
	for _, p := range providers(t) {
		for _, e := range fixtures.Documented(p.Name) {
			if shown[e.Name] == 0 {
				t.Errorf("the documented sample %s/%s is not shown", p.Name, e.Name)
			}
		}
	}
}

func TestEveryParameterOfAQueryIsOne(t *testing.T) {
	document := export.OpenAPI("1", providers(t))
	for id, pointer := range map[string]string{
		"esms/callback":             "/webhooks/esms.callback/get/parameters",
		"accesstrade/listing-query": "/paths/~1core~1transactions/get/parameters",
	} {
		s, err := schemas.Lookup(id)
		if err != nil {
			t.Fatal(err)
		}
		own := plain(t, rawjson.MustParse(s.Raw)).(map[string]any)
		parameters, _ := document.Get(pointer)
		got := plain(t, parameters).([]any)
		if len(got) != len(own["properties"].(map[string]any)) {
			t.Errorf("%s: %d parameters, %d properties", id, len(got), len(own["properties"].(map[string]any)))
		}
		for _, parameter := range got {
			p := parameter.(map[string]any)
			if needed := slices.Contains(own["required"].([]any), p["name"]); needed != (p["required"] == true) {
				t.Errorf("%s: %s is required: %v", id, p["name"], p["required"])
			}
		}
	}
}
