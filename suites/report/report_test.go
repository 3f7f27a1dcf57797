package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

func TestVerdict(t *testing.T) {
	statuses := func(all ...report.Status) *report.Report {
		var checks []report.Check
		for _, s := range all {
			checks = append(checks, check("rule", "payload", s))
		}
		return of(checks...)
	}
	for _, one := range []struct {
		report *report.Report
		want   report.Verdict
	}{
		{statuses(report.Pass), report.Passed},
		{statuses(report.Pass, report.Warn, report.Skip, report.NotObservable, report.Known), report.Passed},
		{statuses(report.Pass, report.Fail), report.Failed},
		{statuses(report.Fail, report.Error), report.Failed},
		{statuses(report.Skip, report.Error), report.Broken},
	} {
		if one.report.Verdict != one.want {
			t.Errorf("%v: %s, want %s", one.report.Counts, one.report.Verdict, one.want)
		}
		if len(one.report.Counts) != len(report.Statuses) {
			t.Errorf("a status is not counted: %v", one.report.Counts)
		}
		if (one.report.Reason != "") != (one.want == report.Broken && one.report.With(report.Error)[0].Message != "") {
			t.Errorf("%s: reason %q", one.want, one.report.Reason)
		}
	}
}

func TestAReasonGivenBeforeMakesTheRunBroken(t *testing.T) {
	r := of(check("rule", "payload", report.Pass))
	r.Reason = "interrupted"
	if r.Conclude(); r.Verdict != report.Broken || r.Reason != "interrupted" {
		t.Errorf("%s, %s", r.Verdict, r.Reason)
	}
}

func TestEveryEndingFitsTheSchema(t *testing.T) {
	for name, r := range endings {
		var out bytes.Buffer
		if err := report.WriteJSON(&out, r); err != nil {
			t.Fatal(err)
		}
		fits(t, name, out.Bytes())
	}
}

// fits holds report.json against its schema, unknown members included.
func fits(t *testing.T, name string, doc []byte) {
	t.Helper()
	problems, err := schemas.Report().Validate(doc)
	if err != nil || len(problems) > 0 {
		t.Errorf("%s: %v %v", name, problems, err)
	}
	unnamed, err := schemas.Report().Undocumented(doc)
	if err != nil || len(unnamed) > 0 {
		t.Errorf("%s: the schema does not name %v %v", name, unnamed, err)
	}
}

func TestMergedReportsAreAReport(t *testing.T) {
	lost := &report.Report{Provider: "mobio", Target: "http://127.0.0.1:9/", Seed: 42, Verdict: report.Broken, Reason: "its run left no report"}
	for _, one := range []struct {
		reports []*report.Report
		want    report.Verdict
		reason  string
	}{
		{[]*report.Report{endings["pass"], endings["warn"]}, report.Passed, ""},
		{[]*report.Report{endings["pass"], endings["fail"]}, report.Failed, ""},
		{[]*report.Report{endings["fail"], lost}, report.Broken, "mobio: its run left no report"},
	} {
		all := report.Merge("1.2.3", endings["pass"].Started, one.reports)
		if all.Verdict != one.want || all.Reason != one.reason || len(all.Runs) != len(one.reports) {
			t.Errorf("%s, %q, %d runs, want %s, %q", all.Verdict, all.Reason, len(all.Runs), one.want, one.reason)
		}
		checks := 0
		for _, r := range one.reports {
			checks += len(r.Checks)
		}
		if len(all.Checks) != checks {
			t.Errorf("%d checks of %d", len(all.Checks), checks)
		}
		var doc bytes.Buffer
		if err := report.WriteJSON(&doc, all); err != nil {
			t.Fatal(err)
		}
		fits(t, "merged", doc.Bytes())
		if got := objections(junit(t, all)); len(got) > 0 {
			t.Errorf("merged: %v", got)
		}
	}
}

func TestTheSchemaRefusesWhatIsNoReport(t *testing.T) {
	var good bytes.Buffer
	if err := report.WriteJSON(&good, endings["fail"]); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(map[string]any){
		"another edition":     func(r map[string]any) { r["schema"] = 2 },
		"no verdict":          func(r map[string]any) { delete(r, "verdict") },
		"an unknown verdict":  func(r map[string]any) { r["verdict"] = "maybe" },
		"an uncounted status": func(r map[string]any) { delete(r["counts"].(map[string]any), "known") },
		"checks that are null": func(r map[string]any) {
			r["checks"] = nil
		},
		"an unknown status": func(r map[string]any) { r["checks"].([]any)[0].(map[string]any)["status"] = "passed" },
		"an id without area": func(r map[string]any) {
			r["checks"].([]any)[0].(map[string]any)["id"] = "superai.missing-header"
		},
		"exchanges that are null": func(r map[string]any) { r["checks"].([]any)[0].(map[string]any)["exchanges"] = nil },
	} {
		var doc map[string]any
		if err := json.Unmarshal(good.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		change(doc)
		raw, _ := json.Marshal(doc)
		if problems, err := schemas.Report().Validate(raw); err != nil || len(problems) == 0 {
			t.Errorf("%s fits: %v", what, err)
		}
	}
}

func TestTheSchemaIsNoProvidersPayload(t *testing.T) {
	s := schemas.Report()
	if s.ID != "report/report" || !strings.Contains(string(s.Raw), `"$id": "https://khop.dev/schemas/report/report.json"`) {
		t.Errorf("%s: the $id is another", s.ID)
	}
	if slices.ContainsFunc(schemas.All(), func(other *schemas.Schema) bool { return other.ID == s.ID }) {
		t.Error("All lists the report's schema")
	}
}

func TestFolderWrites(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	for range 2 { // the second time over the first
		if err := report.Folder(folder).Prepare(); err != nil {
			t.Fatal(err)
		}
		if err := report.Folder(folder).Write(endings["fail"], lang.English); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range report.Files() {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.Size() == 0 || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	noTemporaries(t, folder)
}

func TestFolderThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	inTheWay := filepath.Join(dir, "file")
	if err := os.WriteFile(inTheWay, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{inTheWay, filepath.Join(inTheWay, "below"), filepath.Join(dir, strings.Repeat("x", 300))} {
		if err := report.Folder(folder).Prepare(); err == nil || !strings.Contains(err.Error(), "report folder") {
			t.Errorf("Prepare(%s): %v", folder, err)
		}
	}
}

func TestFolderWriteThatFailsLeavesNothingHalf(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"report.json", "junit.xml"} { // folders in the way of both files
		if err := os.MkdirAll(filepath.Join(dir, name, "x"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := report.Folder(dir).Write(endings["pass"], lang.English); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("Write: %v", err)
	}
	noTemporaries(t, dir)
}

func noTemporaries(t *testing.T, folder string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(folder, ".khop-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestWordsAgreeWithTheirNumbers(t *testing.T) {
	one := of(check("a", "payload", report.Error, found("khop failed", "", "")))
	two := of(check("a", "payload", report.Error, found("khop failed", "", "")), check("b", "payload", report.Error, found("khop failed", "", "")))
	_, page := rendered(t, two, lang.English)
	for where, text := range map[string]string{
		"1 error  (1 delivery in":    shown(one, report.Console{}),
		"2 errors  (2 deliveries in": shown(two, report.Console{}),
		"**1 error** (1 delivery in": markdown(t, one, lang.English),
		"2 errors":                   page.text(),
	} {
		if !strings.Contains(text, where) {
			t.Errorf("no %q in:\n%s", where, text)
		}
	}
}

func TestSpreadGivesEachRunItsResults(t *testing.T) {
	one, other := of(check("a", "payload", report.Pass), check("b", "payload", report.Fail)), of(check("c", "payload", report.Fail))
	other.Provider = "mobio"
	runs := []*report.Report{one, other}
	all := report.Merge("1.2.3", one.Started, runs)
	all.Checks[1].Status, all.Checks[1].Known = report.Known, &report.Excuse{Reason: "legacy"}
	all.Spread(runs)
	if one.Verdict != report.Passed || one.Checks[1].Known == nil || other.Verdict != report.Failed {
		t.Errorf("%+v\n%+v", one, other)
	}
	if all.Runs[0].Verdict != report.Passed || all.Runs[0].Counts[report.Known] != 1 || all.Runs[1].Counts[report.Fail] != 1 {
		t.Errorf("%+v", all.Runs)
	}
}
