package report_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// steps say for each way from one result to another where a comparison puts it; a
// strict one after the bar, where that is elsewhere. What stands in capitals makes the
// new run worse.
var steps = map[report.Status]string{
	//                 pass     fail        warn              known  skip        not-observable error
	report.Pass:          "holding  BROKEN      warning|BROKEN      known  unjudged unjudged unjudged",
	report.Fail:          "fixed    still       changed             known  unjudged unjudged unjudged",
	report.Warn:          "fixed    RAISED|changed still            known  unjudged unjudged unjudged",
	report.Known:         "fixed    UNTOLERATED warning|UNTOLERATED known  unjudged unjudged unjudged",
	report.Skip:          "judged   UNCOVERED   warning|UNCOVERED   known  never    never    never",
	report.NotObservable: "judged   UNCOVERED   warning|UNCOVERED   known  never    never    never",
	report.Error:         "judged   UNCOVERED   warning|UNCOVERED   known  never    never    never",
	"":                   "new      NEW_FAILING warning|NEW_FAILING new    new      new      new",
}

func TestCompareSortsEveryStep(t *testing.T) {
	columns := []report.Status{report.Pass, report.Fail, report.Warn, report.Known, report.Skip, report.NotObservable, report.Error}
	if len(columns) != len(report.Statuses) || len(steps) != len(columns)+1 {
		t.Fatal("there are results that this test does not know")
	}
	for was, row := range steps {
		for i, cell := range strings.Fields(row) {
			loose, strict, other := strings.Cut(cell, "|")
			if !other {
				strict = loose
			}
			for isStrict, want := range map[bool]string{false: loose, true: strict} {
				sorted(t, was, columns[i], isStrict, want)
			}
		}
	}
	for _, was := range report.Statuses {
		sorted(t, was, "", false, "gone")
		sorted(t, was, "", true, "gone")
	}
}

// sorted holds when a comparison of one check says the same in its lists, in what it
// came to, in its text and in its Markdown.
func sorted(t *testing.T, was, is report.Status, strict bool, want string) {
	t.Helper()
	run := func(s report.Status) *report.Report {
		if s == "" {
			return of()
		}
		if s == report.Pass {
			return of(check("a", "payload", s))
		}
		return of(check("a", "payload", s, found("it did", "", "")))
	}
	name := fmt.Sprintf("%q → %q, strict %t", was, is, strict)
	c := report.Compare(run(was), run(is), strict)
	list := strings.Replace(strings.ToLower(want), "still", "still_failing", 1)
	text := compared(t, c, lang.English, false)
	var md bytes.Buffer
	if err := c.WriteMarkdown(&md, lang.English); err != nil {
		t.Fatal(err)
	}
	switch want {
	case "holding":
		if c.Holding != 1 || len(lists(c)) != 0 || !strings.Contains(text, " 1 holding in both\n") {
			t.Errorf("%s: %v\n%s", name, lists(c), text)
		}
		return
	case "never":
		if c.NeverJudged != 1 || len(lists(c)) != 0 || !strings.Contains(text, " 1 judged in neither, 0 holding in both\n") {
			t.Errorf("%s: %v\n%s", name, lists(c), text)
		}
		return
	}
	if got := lists(c); !reflect.DeepEqual(got, map[string][]string{list: {"superai.payload.a"}}) {
		t.Errorf("%s: %v, want %s", name, got, list)
	}
	worse := want == strings.ToUpper(want)
	if c.Worse != worse || strings.Contains(text, "\nWORSE  ") != worse || strings.Contains(md.String(), "khop WORSE  ") != worse {
		t.Errorf("%s: worse %t, want %t:\n%s%s", name, c.Worse, worse, text, md.String())
	}
	// One heading with one check, and one number in the line that sums up.
	line := text[strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n")+1:]
	if strings.Count(text, " (1)\n") != 1 || strings.Count(md.String(), "### ") != 1 || strings.Count(line, ": 1 ") != 1 || strings.Count(line, ", ") != 1 {
		t.Errorf("%s: the counts do not fit:\n%s%s", name, text, md.String())
	}
	if unknown := is == report.Error && !worse; strings.Contains(text, "\nUNKNOWN  ") != unknown {
		t.Errorf("%s: unknown, want %t:\n%s", name, unknown, text)
	}
	_, listed, _ := strings.Cut(text, " (1)\n")
	if strings.Count(listed, "it did") > 1 {
		t.Errorf("%s: says the same twice:\n%s", name, text)
	}
	if is == report.Pass && strings.Contains(listed, "it did") != strings.Contains(listed, "before: it did") {
		t.Errorf("%s: says of a check that holds what was wrong before:\n%s", name, text)
	}
}
