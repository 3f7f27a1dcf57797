package render_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/khop-dev/khop/mocks/inspect"
	"github.com/khop-dev/khop/mocks/inspect/render"
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

var update = flag.Bool("update", false, "write the golden files anew")

// story is an inspection with one of everything, names that need escaping among them.
func story(t testing.TB) (found []inspect.Finding, files []inspect.FileCount, sum inspect.Summary) {
	t.Helper()
	deal, err := schemas.Lookup("mobio/sale_create_deal")
	if err != nil {
		t.Fatal(err)
	}
	found = []inspect.Finding{
		{
			File: "đơn hàng/a,b:50%.json", Place: scan.Place{Line: 12, Column: 3}, Schema: deal, Reason: "event_type is sale_create_deal",
			Problems: []inspect.Problem{
				{Place: scan.Place{Line: 14, Column: 23}, Pointer: "/data_event/fields/0/field_key", Rule: "required", Expected: "string", Found: "nothing"},
				{Place: scan.Place{Line: 15, Column: 1}, Pointer: "/data_event/\n", Rule: "duplicate", Expected: "one member of this name", Found: "another one"},
			},
		},
		{File: "/tmp/broken.json", Place: scan.Start, Problems: []inspect.Problem{
			{Place: scan.Place{Line: 3, Column: 9}, Rule: "syntax", Expected: "JSON", Found: "invalid <&> \u0001"},
		}},
	}
	by := []inspect.Tally{{Schema: deal, Reason: "event_type is sale_create_deal", Valid: 7, Invalid: 1}}
	files = []inspect.FileCount{
		{File: found[0].File, Count: inspect.Count{Valid: 7, Invalid: 1, Skipped: 2, By: by}},
		{File: found[1].File, Count: inspect.Count{Invalid: 1}},
		{File: "gone.json", Unreadable: errors.New("there is no such file")},
	}
	return found, files, inspect.Summary{Files: 3, Unreadable: 1, Count: inspect.Count{Valid: 7, Invalid: 2, Skipped: 2, By: by}}
}

func rendered(t testing.TB, format string) string {
	t.Helper()
	var out bytes.Buffer
	w, err := render.New(format, &out, render.Options{Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	found, files, sum := story(t)
	for i, file := range files {
		if i < len(found) {
			err = errors.Join(err, w.Found(found[i]))
		}
		err = errors.Join(err, w.Finished(file))
	}
	if err = errors.Join(err, w.Close(sum)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// empty is the report of an inspection that found nothing wrong.
func empty(t testing.TB, format string) string {
	t.Helper()
	var out bytes.Buffer
	w, err := render.New(format, &out, render.Options{Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	file := inspect.FileCount{File: "p.json", Count: inspect.Count{Valid: 1}}
	if err := errors.Join(w.Finished(file), w.Close(inspect.Summary{Files: 1, Count: file.Count})); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestEveryFormatIsAsItWas(t *testing.T) {
	for _, format := range render.Formats {
		golden := filepath.Join("testdata", format+".golden")
		got := rendered(t, format)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", format, got, want)
		}
	}
}

func TestSARIFFitsThePublishedSchema(t *testing.T) {
	text, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	published, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sarif.json", published); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range []string{rendered(t, "sarif"), empty(t, "sarif")} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(log))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Error(err)
		}
	}
	if err := schema.Validate(map[string]any{"version": "2.1.0"}); err == nil {
		t.Error("the published schema lets a log without runs pass")
	}
}

func TestSARIFRulesAreThoseThatAreReferredTo(t *testing.T) {
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
			}
		}
	}
	if err := json.Unmarshal([]byte(rendered(t, "sarif")), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != 3 {
		t.Fatalf("%d results", len(run.Results))
	}
	for _, result := range run.Results {
		if run.Tool.Driver.Rules[result.RuleIndex].ID != result.RuleID {
			t.Errorf("rule %d is not %s", result.RuleIndex, result.RuleID)
		}
	}
}

// junit is what CI systems read of JUnit XML.
type junit struct {
	Suites []struct {
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Cases    []struct {
			Name    string    `xml:"name,attr"`
			Class   string    `xml:"classname,attr"`
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	var doc junit
	if err := xml.Unmarshal([]byte(rendered(t, "junit")), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Suites) != 3 {
		t.Fatalf("%d suites", len(doc.Suites))
	}
	for _, suite := range doc.Suites {
		failures, errs, skipped := 0, 0, 0
		names := map[string]bool{}
		for _, c := range suite.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errs++
			}
			if c.Skipped != nil {
				skipped++
			}
			if names[c.Name] || c.Name == "" || c.Class != suite.Name {
				t.Errorf("%s: case %q of %q", suite.Name, c.Name, c.Class)
			}
			names[c.Name] = true
		}
		if suite.Tests != len(suite.Cases) || suite.Failures != failures || suite.Errors != errs || suite.Skipped != skipped {
			t.Errorf("%+v", suite)
		}
	}
}

func TestJUnitKeepsABoundedNumberOfFailures(t *testing.T) {
	var out bytes.Buffer
	w, err := render.New("junit", &out, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for line := range 5000 {
		p := inspect.Problem{Place: scan.Place{Line: line, Column: 1}, Rule: "unknown"}
		if err := w.Found(inspect.Finding{File: "p.ndjson", Place: p.Place, Problems: []inspect.Problem{p}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Finished(inspect.FileCount{File: "p.ndjson"}), w.Close(inspect.Summary{})); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `tests="1001" failures="1001"`) || !strings.Contains(out.String(), "4000 further payloads are invalid") {
		t.Errorf("got %.300s", out.String())
	}
}

func TestJSONTellsEverything(t *testing.T) {
	for _, text := range []string{rendered(t, "json"), empty(t, "json")} {
		var report struct {
			Schema   int
			Khop     string
			Problems []struct{ File, Pointer, Rule, Message, Schema, Reason string }
			Summary  struct{ Files, Payloads, Valid, Invalid, Unreadable int }
		}
		if err := json.Unmarshal([]byte(text), &report); err != nil {
			t.Fatal(err)
		}
		if report.Schema != 1 || report.Khop != "1.2.3" || report.Problems == nil {
			t.Errorf("%+v", report)
		}
		if s := report.Summary; s.Payloads != s.Valid+s.Invalid || (s.Invalid > 0) != (len(report.Problems) > 0) {
			t.Errorf("%+v", s)
		}
	}
}

// command is a workflow command as GitHub's runner takes it apart.
var command = regexp.MustCompile(`^::error ([^:]*)::(.*)$`)

func TestGitHubsRunnerReadsWhatWasMeant(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(rendered(t, "github")), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines", len(lines))
	}
	parts := command.FindStringSubmatch(lines[0])
	if parts == nil {
		t.Fatalf("no command: %s", lines[0])
	}
	properties := map[string]string{}
	for _, property := range strings.Split(parts[1], ",") {
		name, value, _ := strings.Cut(property, "=")
		for written, meant := range map[string]string{"%3A": ":", "%2C": ","} {
			value = strings.ReplaceAll(value, written, meant)
		}
		properties[name] = strings.ReplaceAll(value, "%25", "%")
	}
	want := map[string]string{"file": "đơn hàng/a,b:50%.json", "line": "14", "col": "23", "title": "mobio/sale_create_deal"}
	if fmt.Sprint(properties) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", properties, want)
	}
}

func TestTextIsALineAProblem(t *testing.T) {
	line := regexp.MustCompile(`^[^:]+.*:(\d+):(\d+) .+: expected .+, found .+$`)
	found, _, _ := story(t)
	for i, text := range strings.Split(rendered(t, "text"), "\n")[:2] {
		parts := line.FindStringSubmatch(text)
		if parts == nil || parts[1] != strconv.Itoa(found[0].Problems[i].Line) {
			t.Errorf("%q", text)
		}
	}
}

func TestAnUnknownFormatIsNamed(t *testing.T) {
	for word, want := range map[string]string{
		"jnuit": `unknown format "jnuit": did you mean junit?`,
		"pdf":   `unknown format "pdf": the formats are text, json, github, sarif, junit`,
	} {
		if _, err := render.New(word, &bytes.Buffer{}, render.Options{}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
