package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// junit renders a report and reads it back.
func junit(t *testing.T, r *report.Report) xmlElement {
	t.Helper()
	var out bytes.Buffer
	if err := report.WriteJUnit(&out, r); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ") {
		t.Errorf("begins with %.60q", out.String())
	}
	var root xmlElement
	decoder := xml.NewDecoder(&out)
	if err := decoder.Decode(&root); err != nil {
		t.Fatalf("not well-formed: %v", err)
	}
	if token, err := decoder.Token(); err == nil && strings.TrimSpace(fmt.Sprintf("%s", token)) != "" {
		t.Errorf("more than one root: %v", token)
	}
	return root
}

func TestJUnitFitsTheSchemasThatAreEnforced(t *testing.T) {
	for name, r := range everything() {
		root := junit(t, r)
		if got := append(objections(root), disorder(root)...); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
		if len(root.all("testsuite")) > 0 && root.all("testsuite")[0].attribute("hostname") != "" {
			t.Errorf("%s: tells the name of this machine", name)
		}
	}
	for what, broken := range map[string]string{
		"properties in a test case": `<testsuites><testsuite name="a" tests="1" failures="0" errors="0"><testcase name="b"><properties/></testcase></testsuite></testsuites>`,
		"a suite that counts not":   `<testsuites><testsuite name="a"></testsuite></testsuites>`,
	} {
		var root xmlElement
		if err := xml.Unmarshal([]byte(broken), &root); err != nil || len(objections(root)) == 0 {
			t.Errorf("%s fits: %v", what, err)
		}
	}
}

func TestJUnitGolden(t *testing.T) {
	for _, name := range []string{"fail", "skip"} {
		golden(t, name+".junit", written(t, report.WriteJUnit, endings[name]))
	}
}

func TestJUnitDescribesEveryCheck(t *testing.T) {
	for name, r := range endings {
		properties := map[string]string{}
		root := junit(t, r)
		for _, p := range root.all("property") {
			properties[p.attribute("name")] = p.attribute("value")
		}
		for i, c := range r.Checks {
			if properties[c.ID+".level"] != c.Level || properties[c.ID+".source"] != c.Source {
				t.Errorf("%s: %s is described by %v", name, c.ID, properties)
			}
			if output := root.all("system-out")[i].Text; !strings.HasPrefix(output, "id: "+c.ID+"\n") || !strings.Contains(output, "source: "+c.Source) {
				t.Errorf("%s: %s: %q", name, c.ID, output)
			}
		}
	}
}

func TestJUnitOfAStrictRunFailsAWarning(t *testing.T) {
	failures := junit(t, strict()).all("failure")
	if len(failures) != 1 || failures[0].attribute("type") != "SHOULD" {
		t.Errorf("%v", failures)
	}
}

func TestJUnitTellsWhatBelongsToNoCheck(t *testing.T) {
	for name, want := range map[string]string{
		"stale":       "failure superai.run known-failures: superai.payload.extra-members passes: take it out (and 1 more)",
		"interrupted": "error superai.run superai.run: interrupted",
		"several":     "error esms.run esms.run: its run left no report",
	} {
		var got []string
		for _, c := range junit(t, everything()[name]).all("testcase") {
			for _, problem := range append(c.all("failure"), c.all("error")...) {
				if strings.HasSuffix(c.attribute("classname"), ".run") {
					got = append(got, fmt.Sprintf("%s %s %s: %s", problem.XMLName.Local, c.attribute("classname"), c.attribute("name"), problem.attribute("message")))
				}
			}
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, r := range map[string]*report.Report{"error": endings["error"], "pass": endings["pass"]} {
		if cases := junit(t, r).all("testcase"); len(cases) != len(r.Checks) {
			t.Errorf("%s: tells twice what a check tells", name)
		}
	}
}

func TestJUnitSaysWhyAFailureIsKnown(t *testing.T) {
	skipped := junit(t, endings["skip"]).all("skipped")
	if got := skipped[len(skipped)-1].attribute("message"); got != "known: the framework is replaced in March (until 2026-03-31)" {
		t.Errorf("%q", got)
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

// fullDisk is one that takes no more.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestRenderersReportAFullDisk(t *testing.T) {
	for name, render := range map[string]func(io.Writer, *report.Report) error{
		"junit": report.WriteJUnit, "json": report.WriteJSON, "sarif": report.WriteSARIF, "badge": report.WriteBadge, "github": report.WriteGitHub,
		"markdown": func(w io.Writer, r *report.Report) error { return report.WriteMarkdown(w, r, lang.English) },
		"diff": func(w io.Writer, r *report.Report) error {
			return report.Compare(r, r, true).WriteText(w, lang.English, false)
		},
		"diff.json": func(w io.Writer, r *report.Report) error { return report.Compare(r, r, true).WriteJSON(w) },
		"diff.md": func(w io.Writer, r *report.Report) error {
			return report.Compare(r, r, true).WriteMarkdown(w, lang.English)
		},
		"har": func(w io.Writer, r *report.Report) error {
			h := report.NewHAR(w, "1.2.3")
			return errors.Join(h.Add(r.Checks[1]), h.Close())
		},
	} {
		if err := render(fullDisk{}, endings["fail"]); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
