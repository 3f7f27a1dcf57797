package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

// element is any XML element.
type element struct {
	XMLName    xml.Name
	Attributes []xml.Attr `xml:",any,attr"`
	Children   []element  `xml:",any"`
	Text       string     `xml:",chardata"`
}

func (e element) attribute(name string) string {
	for _, a := range e.Attributes {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all lists the elements of one name at any depth.
func (e element) all(name string) []element {
	var found []element
	if e.XMLName.Local == name {
		found = append(found, e)
	}
	for _, child := range e.Children {
		found = append(found, child.all(name)...)
	}
	return found
}

// jenkins are the rules by which Jenkins' xUnit plugin validates JUnit files: what an
// element may hold, which attributes it must and may have.
// https://github.com/jenkinsci/xunit-plugin, junit-10.xsd
var jenkins = map[string]struct{ children, required, allowed []string }{
	"testsuites": {[]string{"testsuite"}, nil, []string{"name", "time", "tests", "failures", "errors"}},
	"testsuite": {
		[]string{"testsuite", "properties", "testcase", "system-out", "system-err"},
		[]string{"name", "tests", "failures", "errors"},
		[]string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
	},
	"testcase": {
		[]string{"skipped", "error", "failure", "system-out", "system-err"},
		[]string{"name"},
		[]string{"time", "classname", "group"},
	},
	"failure":    {nil, nil, []string{"type", "message"}},
	"error":      {nil, nil, []string{"type", "message"}},
	"skipped":    {nil, nil, []string{"type", "message"}},
	"properties": {[]string{"property"}, nil, nil},
	"property":   {nil, []string{"name", "value"}, nil},
	"system-out": {},
	"system-err": {},
}

var surefireTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)

// objections lists how an element breaks the rules.
func objections(e element) []string {
	name := e.XMLName.Local
	rule, known := jenkins[name]
	if !known {
		return []string{"unknown element " + name}
	}
	var found []string
	for _, required := range rule.required {
		if e.attribute(required) == "" {
			found = append(found, name+" lacks "+required)
		}
	}
	for _, a := range e.Attributes {
		if !slices.Contains(append(rule.required, rule.allowed...), a.Name.Local) {
			found = append(found, name+" may not have "+a.Name.Local)
		}
		if a.Name.Local == "time" && !surefireTime.MatchString(a.Value) {
			found = append(found, name+" takes no time such as "+a.Value)
		}
	}
	for _, child := range e.Children {
		if !slices.Contains(rule.children, child.XMLName.Local) {
			found = append(found, name+" may not hold "+child.XMLName.Local)
		}
		found = append(found, objections(child)...)
	}
	return found
}

// junit renders a report and reads it back.
func junit(t *testing.T, r *report.Report) element {
	t.Helper()
	var out bytes.Buffer
	if err := report.WriteJUnit(&out, r); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ") {
		t.Errorf("begins with %.60q", out.String())
	}
	var root element
	decoder := xml.NewDecoder(&out)
	if err := decoder.Decode(&root); err != nil {
		t.Fatalf("not well-formed: %v", err)
	}
	if token, err := decoder.Token(); err == nil && strings.TrimSpace(fmt.Sprintf("%s", token)) != "" {
		t.Errorf("more than one root: %v", token)
	}
	return root
}

func TestJUnitIsWhatJenkinsTakes(t *testing.T) {
	for name, r := range endings {
		if got := objections(junit(t, r)); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	for name, r := range endings {
		root := junit(t, r)
		if got := len(root.all("testcase")); got != len(r.Checks) {
			t.Errorf("%s: %d test cases for %d checks", name, got, len(r.Checks))
		}
		for _, e := range append(root.all("testsuite"), root) {
			for attribute, child := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
				if e.XMLName.Local == "testsuites" && attribute == "skipped" {
					continue // there is no such attribute
				}
				if want := fmt.Sprint(len(e.all(child))); e.attribute(attribute) != want {
					t.Errorf("%s: %s %s says %s=%s and holds %s", name, e.XMLName.Local, e.attribute("name"), attribute, e.attribute(attribute), want)
				}
			}
		}
	}
}

func TestJUnitTellsEveryStatusApart(t *testing.T) {
	message := func(c *report.Check) { c.Message = "what was found" }
	for status, want := range map[report.Status]struct{ element, message string }{
		report.Pass:          {},
		report.Warn:          {},
		report.Fail:          {"failure", "what was found"},
		report.Error:         {"error", "what was found"},
		report.Skip:          {"skipped", "skip: what was found"},
		report.NotObservable: {"skipped", "not-observable: what was found"},
		report.Known:         {"skipped", "known: what was found"},
	} {
		root := junit(t, of(check("rule", "payload", status, message)))
		var got []string
		for _, name := range []string{"failure", "error", "skipped"} {
			for _, e := range root.all(name) {
				got = append(got, name+"|"+e.attribute("message"))
				if name != "skipped" && !strings.Contains(e.Text, "fix: Answer 200.") {
					t.Errorf("%s: the story lacks the fix: %s", status, e.Text)
				}
			}
		}
		var expected []string
		if want.element != "" {
			expected = []string{want.element + "|" + want.message}
		}
		if !slices.Equal(got, expected) {
			t.Errorf("%s: %q, want %q", status, got, expected)
		}
		output := root.all("system-out")
		if status == report.Warn && (len(output) != 1 || !strings.Contains(output[0].Text, "what was found")) {
			t.Errorf("a warning is not told: %v", output)
		}
	}
}

func TestJUnitSurvivesWhatXMLCannotHold(t *testing.T) {
	nasty := "\x00\x01\x08\x0b\x1f\uFFFE\uFFFF\xff\xfe ]]> <b> & \" ' \x7f\u0085 Đặng 😀"
	root := junit(t, of(
		check("a", "payload", report.Fail, found(nasty, nasty, nasty)),
		check("b", "payload", report.Error, found(nasty, "", "")),
		check("c", "payload", report.Skip, found(nasty, "", "")),
		check("d", "payload", report.Warn, found(nasty, "", "")),
	))
	for _, name := range []string{"failure", "error", "skipped"} {
		for _, e := range root.all(name) {
			if got := e.attribute("message"); !strings.HasSuffix(got, "]]> <b> & \" ' \x7f\u0085 Đặng 😀") || strings.ContainsAny(got, "\x00\x01\x08\x0b\x1f\uFFFE\uFFFF") {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
}

var errFull = errors.New("no space left")

// full is a disk that takes no more.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestRenderersReportAFullDisk(t *testing.T) {
	for name, render := range map[string]func(io.Writer, *report.Report) error{"junit": report.WriteJUnit, "json": report.WriteJSON} {
		if err := render(full{}, endings["fail"]); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
