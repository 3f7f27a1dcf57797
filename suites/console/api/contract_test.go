package api_test

import (
	"bytes"
	"fmt"
	"mime"
	"slices"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/pb33f/libopenapi"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/khop-dev/khop/suites/console/api"
)

// contract is the OpenAPI document, by which every answer of these tests is judged.
var contract = newAgreement()

// agreement judges answers, and remembers which kinds it has seen.
type agreement struct {
	document map[string]any
	compiler *jsonschema.Compiler
	mu       sync.Mutex
	seen     map[string]bool // "GET /api/v1/apps 200"
}

func newAgreement() *agreement {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(api.Document("1.2.3")))
	if err != nil {
		panic(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("khop:///openapi.json", parsed); err != nil {
		panic(err)
	}
	return &agreement{document: parsed.(map[string]any), compiler: compiler, seen: map[string]bool{}}
}

// judge says what is wrong with an answer, as the document has it.
func (a *agreement) judge(pattern string, heard said) error {
	method, path, found := strings.Cut(pattern, " ")
	if !found {
		return a.fits("#/components/responses/Refused", heard) // no route, and so no operation
	}
	operation := "#/paths/" + escape(path) + "/" + strings.ToLower(method)
	answers, _ := a.at(operation + "/responses").(map[string]any)
	for _, code := range []string{fmt.Sprint(heard.Code), fmt.Sprintf("%dXX", heard.Code/100)} {
		response, told := answers[code].(map[string]any)
		if !told {
			continue
		}
		a.note(pattern, code)
		if shared, refers := response["$ref"].(string); refers {
			return a.fits(shared, heard)
		}
		return a.fits(operation+"/responses/"+code, heard)
	}
	return fmt.Errorf("the document does not say that %s answers %d", pattern, heard.Code)
}

// fits judges an answer by a response of the document.
func (a *agreement) fits(pointer string, heard said) error {
	content, _ := a.at(pointer).(map[string]any)["content"].(map[string]any)
	if content == nil {
		if heard.Body != "" {
			return fmt.Errorf("%s has no content", pointer)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(heard.Header.Get("Content-Type"))
	if err != nil || content[kind] == nil {
		return fmt.Errorf("%s is not answered as %q", pointer, kind)
	}
	schema, err := a.compile(pointer + "/content/" + escape(kind) + "/schema")
	if err != nil || !strings.HasSuffix(kind, "json") {
		return err
	}
	body, err := jsonschema.UnmarshalJSON(strings.NewReader(heard.Body))
	if err != nil {
		return err
	}
	return schema.Validate(body)
}

func (a *agreement) compile(pointer string) (*jsonschema.Schema, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.compiler.Compile("khop:///openapi.json" + strings.NewReplacer("{", "%7B", "}", "%7D").Replace(pointer))
}

func (a *agreement) note(pattern, code string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen[pattern+" "+code] = true
}

// at is what stands at a pointer of the document; nil where nothing does.
func (a *agreement) at(pointer string) any {
	var here any = a.document
	for _, name := range strings.Split(strings.TrimPrefix(pointer, "#/"), "/") {
		object, _ := here.(map[string]any)
		here = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)]
	}
	return here
}

func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// described are the operations of the document, with what they say.
func (a *agreement) described() map[string]map[string]any {
	all := map[string]map[string]any{}
	for path, item := range a.document["paths"].(map[string]any) {
		for method, operation := range item.(map[string]any) {
			if method != "parameters" {
				all[strings.ToUpper(method)+" "+path] = operation.(map[string]any)
			}
		}
	}
	return all
}

func TestTheDocumentIsOpenAPI(t *testing.T) {
	document, err := libopenapi.NewDocument(api.Document("1.2.3"))
	if err != nil {
		t.Fatal(err)
	}
	model, err := document.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	if model.Model.Version != "3.1.0" || model.Model.Info.Version != "1.2.3" {
		t.Errorf("OpenAPI %s, version %s", model.Model.Version, model.Model.Info.Version)
	}
	ids := map[string]bool{}
	for path, item := range model.Model.Paths.PathItems.FromOldest() {
		for method, operation := range item.GetOperations().FromOldest() {
			if ids[operation.OperationId] || operation.OperationId == "" || operation.Summary == "" || len(operation.Tags) != 1 {
				t.Errorf("%s %s: the id %q is not its own, or the summary or the tag is missing", method, path, operation.OperationId)
			}
			ids[operation.OperationId] = true
		}
	}
}

func TestTheDocumentHasEveryRouteAndNoOther(t *testing.T) {
	described, routes := contract.described(), api.Routes()
	for _, pattern := range routes {
		if described[pattern] == nil {
			t.Errorf("the document lacks %s", pattern)
		}
	}
	for pattern := range described {
		if !slices.Contains(routes, pattern) {
			t.Errorf("there is no %s", pattern)
		}
	}
}

func TestTheDocumentHasEveryParameterAndNoOther(t *testing.T) {
	for pattern, want := range api.Parameters() {
		var got []string
		list, _ := contract.described()[pattern]["parameters"].([]any)
		for _, parameter := range list {
			if p := parameter.(map[string]any); p["in"] == "query" {
				got = append(got, p["name"].(string))
			}
		}
		slices.Sort(got)
		want = slices.Sorted(slices.Values(want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: the document has the parameters %v, the route takes %v", pattern, got, want)
		}
	}
}

func TestTheExamplesOfTheDocumentFit(t *testing.T) {
	shown := 0
	for pattern, operation := range contract.described() {
		method, path, _ := strings.Cut(pattern, " ")
		body, _ := operation["requestBody"].(map[string]any)
		content, _ := body["content"].(map[string]any)
		for kind, media := range content {
			example, there := media.(map[string]any)["example"]
			if !there {
				continue
			}
			shown++
			schema, err := contract.compile("#/paths/" + escape(path) + "/" + strings.ToLower(method) + "/requestBody/content/" + escape(kind) + "/schema")
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(example); err != nil {
				t.Errorf("%s: %v", pattern, err)
			}
		}
	}
	if shown < 4 {
		t.Errorf("%d examples: this test does not see them", shown)
	}
}

// What the document promises was answered, and judged, in these specs.
var _ = ReportAfterSuite("every answer that the document promises was heard", func(report Report) {
	if report.SuiteHasProgrammaticFocus || len(report.SuiteConfig.FocusStrings) > 0 || !report.SuiteSucceeded {
		return
	}
	for pattern, operation := range contract.described() {
		for code := range operation["responses"].(map[string]any) {
			Expect(contract.seen).To(HaveKey(pattern+" "+code), "no spec hears this")
		}
	}
})

var _ = Describe("the document", func() {
	It("is served as it is", func() {
		heard := play(GinkgoTB()).get("/openapi.json")
		Expect(heard.Code).To(Equal(200))
		Expect(heard.Body).To(MatchJSON(api.Document("1.2.3")))
	})
})
