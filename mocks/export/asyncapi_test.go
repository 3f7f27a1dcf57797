package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xeipuuv/gojsonschema"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/export"
	"github.com/khop-dev/khop/schemas/rawjson"
)

const parserFolder = "testdata/asyncapi"

func TestAsyncAPIFitsThePublishedSchema(t *testing.T) {
	published, err := os.ReadFile(filepath.Join(parserFolder, "asyncapi-3.0.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(published))
	if err != nil {
		t.Fatal(err)
	}
	complaints := func(document rawjson.Value) []gojsonschema.ResultError {
		result, err := schema.Validate(gojsonschema.NewBytesLoader(rawjson.Compact.Encode(document)))
		if err != nil {
			t.Fatal(err)
		}
		return result.Errors()
	}
	for _, choice := range append([][]string{nil}, []string{"superai"}, []string{"esms"}, []string{"accesstrade"}) {
		if all := complaints(export.AsyncAPI("1", providers(t, choice...))); len(all) > 0 {
			t.Errorf("%v: %v", choice, all)
		}
	}
	broken := export.AsyncAPI("1", providers(t)).With("/operations/receive.superai.update_status/action", rawjson.Text("hear"))
	if len(complaints(broken)) == 0 {
		t.Error("the published schema let an unknown action pass")
	}
}

func TestAsyncAPIsSchemasJudgeAsKhopsOwn(t *testing.T) {
	schema := compiler(t, export.AsyncAPI("1", providers(t)), jsonschema.Draft7)
	holds(t, func(id string) *jsonschema.Schema { return schema(component(id)) }, func(string) bool { return false })
}

// understood is what check.mjs prints.
type understood struct {
	Complaints []string
	Operations []struct {
		ID, Action, Method string
		Messages           []struct {
			ID, Format       string
			Members, Headers []string
			Examples         int
		}
	}
}

// parse gives documents to the official parser.
func parse(t *testing.T, written ...[]byte) []understood {
	t.Helper()
	arguments := []string{filepath.Join(parserFolder, "check.mjs")}
	for i, document := range written {
		file := filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := os.WriteFile(file, document, 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, file)
	}
	child := exec.CommandContext(t.Context(), "node", arguments...)
	var complaint bytes.Buffer
	child.Stderr = &complaint
	out, err := child.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &complaint)
	}
	var read []understood
	if err := json.Unmarshal(out, &read); err != nil || len(read) != len(written) {
		t.Fatalf("%d documents of %d: %v\n%s", len(read), len(written), err, out)
	}
	return read
}

func TestTheOfficialParserReadsTheAsyncAPIDocument(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not there: the official AsyncAPI parser was not asked")
	}
	if _, err := os.Stat(filepath.Join(parserFolder, "node_modules", "@asyncapi", "parser")); err != nil {
		t.Skipf("@asyncapi/parser is not there (npm ci --ignore-scripts --prefix mocks/export/%s): it was not asked", parserFolder)
	}
	document := export.AsyncAPI("1", providers(t))
	asYAML, err := export.YAML(document)
	if err != nil {
		t.Fatal(err)
	}
	unknown := document.With("/operations/receive.superai.update_status/channel/$ref", rawjson.Text("#/channels/none"))
	all := parse(t, rawjson.Pretty.Encode(document), asYAML, rawjson.Compact.Encode(unknown))
	if len(all[2].Complaints) == 0 {
		t.Error("the parser let a channel out of nowhere pass")
	}
	for i, format := range []string{"JSON", "YAML"} {
		read := all[i]
		if len(read.Complaints) > 0 {
			t.Errorf("%s: %s", format, strings.Join(read.Complaints, "\n"))
		}
		examples := map[string]int{}
		for _, o := range read.Operations {
			provider, _, _ := strings.Cut(strings.SplitN(o.ID, ".", 2)[1], ".")
			p, err := mocks.Lookup(provider)
			if err != nil {
				t.Fatal(err)
			}
			if sends := provider == "accesstrade"; (o.Action == "send") != sends || (o.Action == "receive") == sends {
				t.Errorf("%s: %s is the partner's to %s", format, o.ID, o.Action)
			}
			if get := p.Query || strings.HasSuffix(o.ID, ".listing"); get != (o.Method == "GET") {
				t.Errorf("%s: %s by %s", format, o.ID, o.Method)
			}
			for _, m := range o.Messages {
				examples[provider] += m.Examples
				if len(m.Members) == 0 || !strings.Contains(m.Format, "draft-07") {
					t.Errorf("%s: %s has members %v in %s", format, m.ID, m.Members, m.Format)
				}
				if p.Scheme != nil && (len(m.Headers) != 1 || m.Headers[0] != p.Scheme.Header) {
					t.Errorf("%s: %s has headers %v", format, m.ID, m.Headers)
				}
			}
		}
		for _, p := range providers(t) {
			if sent := len(sentSamples(p)); examples[p.Name] < sent {
				t.Errorf("%s: %d examples of %s, %d are documented", format, examples[p.Name], p.Name, sent)
			}
		}
	}
}

// sentSamples are the documented samples of what goes to or from a partner, answers not
// counted.
func sentSamples(p *mocks.Provider) []fixtures.Example {
	var all []fixtures.Example
	for _, e := range fixtures.Documented(p.Name) {
		if e.Schema != "accesstrade/answer" && e.Schema != "accesstrade/listing" {
			all = append(all, e)
		}
	}
	return all
}
