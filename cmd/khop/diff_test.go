package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/suites/report"
)

// reported writes a report of the given statuses into a folder of its own.
func reported(t *testing.T, change func(*report.Report), statuses map[string]report.Status) string {
	t.Helper()
	r := &report.Report{Schema: report.Version, Khop: "1.2.3", Provider: "superai", Seed: 42, Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Checks: []report.Check{}}
	for id, status := range statuses {
		level := "MUST"
		if status == report.Warn {
			level = "SHOULD"
		}
		r.Checks = append(r.Checks, report.Check{
			ID: "superai.payload." + id, Area: "payload", Level: level, Status: status, Title: "a demand", Source: "a document",
			Message: "what was found", Exchanges: []report.Exchange{},
		})
	}
	if change != nil {
		change(r)
	}
	r.Conclude()
	folder := t.TempDir()
	file, err := os.Create(filepath.Join(folder, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := report.WriteJSON(file, r); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestDiffEndsAsItFinds(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	type statuses = map[string]report.Status
	old := reported(t, nil, statuses{"a": report.Pass, "b": report.Fail, "c": report.Pass})
	for name, one := range map[string]struct {
		change   func(*report.Report)
		statuses statuses
		flags    []string
		code     int
		want     string
	}{
		"the same":            {nil, statuses{"a": report.Pass, "b": report.Fail, "c": report.Pass}, nil, exitConforms, "NOT WORSE  superai: 1 still failing, 2 holding in both"},
		"fixed":               {nil, statuses{"a": report.Pass, "b": report.Pass, "c": report.Pass}, nil, exitConforms, "fixed (1)"},
		"broken":              {nil, statuses{"a": report.Fail, "b": report.Fail, "c": report.Pass}, nil, exitFailed, "broken: held before, and fails now (1)"},
		"a new MUST fails":    {nil, statuses{"a": report.Pass, "b": report.Fail, "c": report.Pass, "d": report.Fail}, nil, exitFailed, "new and failing: the old run does not have them (1)"},
		"a SHOULD broke":      {nil, statuses{"a": report.Warn, "b": report.Fail, "c": report.Pass}, nil, exitConforms, "NOT WORSE  superai: 1 warning now, 1 still failing, 1 holding in both"},
		"strictly":            {nil, statuses{"a": report.Warn, "b": report.Fail, "c": report.Pass}, []string{"--strict"}, exitFailed, "1 broken"},
		"the run was strict":  {func(r *report.Report) { r.Strict = true }, statuses{"a": report.Warn, "b": report.Fail, "c": report.Pass}, nil, exitFailed, "1 broken"},
		"tolerated now":       {nil, statuses{"a": report.Known, "b": report.Known, "c": report.Pass}, nil, exitConforms, "NOT WORSE  superai: 2 known, 1 holding in both"},
		"no longer judged":    {nil, statuses{"a": report.Pass, "b": report.Skip, "c": report.Pass}, nil, exitConforms, "NOT WORSE  superai: 1 no longer judged, 2 holding in both"},
		"the target was gone": {nil, statuses{"a": report.Error, "b": report.Skip, "c": report.Skip}, nil, exitError, "UNKNOWN  superai"},
		"in Vietnamese":       {nil, statuses{"a": report.Fail, "b": report.Fail, "c": report.Pass}, []string{"--lang", "vi"}, exitFailed, "TỆ HƠN  superai"},
		"as Markdown":         {nil, statuses{"a": report.Fail, "b": report.Fail, "c": report.Pass}, []string{"--format", "markdown"}, exitFailed, "- `superai.payload.a` MUST, pass → fail"},
	} {
		t.Run(name, func(t *testing.T) {
			newer := reported(t, one.change, one.statuses)
			code, out, complaint := khop(t, append([]string{"diff", old, filepath.Join(newer, "report.json")}, one.flags...)...)
			if code != one.code || !strings.Contains(out, one.want) || complaint != "" {
				t.Errorf("exit code %d, said %q:\n%s", code, complaint, out)
			}
		})
	}
}

func TestDiffEndsAsEveryStepWants(t *testing.T) {
	folders := map[report.Status]string{}
	for _, status := range report.Statuses {
		folders[status] = reported(t, nil, map[string]report.Status{"a": status})
	}
	for was, before := range folders {
		for is, after := range folders {
			for _, flags := range [][]string{nil, {"--strict"}} {
				fails := func(s report.Status) bool { return s == report.Fail || s == report.Warn && flags != nil }
				want, word := exitConforms, "NOT WORSE"
				if fails(is) && !fails(was) {
					want, word = exitFailed, "WORSE"
				} else if is == report.Error {
					want, word = exitError, "UNKNOWN"
				}
				code, out, _ := khop(t, append([]string{"diff", before, after, "--lang", "en"}, flags...)...)
				if code != want || !strings.Contains(out, "\n"+word+"  superai: ") {
					t.Errorf("%s → %s %v: exit code %d, want %d and %s:\n%s", was, is, flags, code, want, word, out)
				}
			}
		}
	}
}

func TestDiffForMachines(t *testing.T) {
	folder := reported(t, nil, map[string]report.Status{"a": report.Fail})
	code, out, _ := khop(t, "diff", folder, folder, "--format", "json")
	var c report.Comparison
	if err := json.Unmarshal([]byte(out), &c); err != nil || code != exitConforms || len(c.StillFailing) != 1 {
		t.Errorf("exit code %d, %v: %s", code, err, out)
	}
}

func TestDiffRefusesWhatItCannotCompare(t *testing.T) {
	good := reported(t, nil, map[string]report.Status{"a": report.Pass})
	mobio := reported(t, func(r *report.Report) { r.Provider = "mobio" }, nil)
	later := reported(t, func(r *report.Report) { r.Schema, r.Khop = 2, "9.0.0" }, nil)
	empty := t.TempDir()
	page := filepath.Join(empty, "report.html")
	if err := os.WriteFile(page, []byte("<html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		args []string
		want []string
	}{
		"nothing":             {nil, []string{"khop diff wants two reports", "given 0"}},
		"one report":          {[]string{good}, []string{"wants two reports", "given 1"}},
		"no such file":        {[]string{good, page + ".json"}, []string{"there is no " + page + ".json", "--report"}},
		"a folder without":    {[]string{empty, good}, []string{"the folder " + empty + " holds no report.json", "--report " + empty}},
		"a page":              {[]string{good, page}, []string{page, "this is no report of khop", "line 1, column 1"}},
		"a later edition":     {[]string{good, later}, []string{"edition 2, written by khop 9.0.0", "reads edition 1"}},
		"different providers": {[]string{good, mobio}, []string{"the old report is of superai, the new one of mobio"}},
		"an unknown format":   {[]string{good, good, "--format", "markdwn"}, []string{`--format: no "markdwn"`, `did you mean "markdown"?`}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, complaint := khop(t, append([]string{"diff"}, one.args...)...)
			if code != exitUsage || out != "" || !strings.HasPrefix(complaint, "khop: ") {
				t.Errorf("exit code %d, output %q, said %q", code, out, complaint)
			}
			for _, want := range one.want {
				if !strings.Contains(complaint, want) {
					t.Errorf("%q does not say %q", complaint, want)
				}
			}
		})
	}
}
