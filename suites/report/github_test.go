package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

// workflowCommand is a line as GitHub's runner reads it.
var workflowCommand = regexp.MustCompile(`^::(error|warning|notice) title=([^:,\r\n]+)::(.+)$`)

// annotations reads what WriteGitHub wrote: kind, title and text of each.
func annotations(t *testing.T, r *report.Report) [][3]string {
	t.Helper()
	unescape := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	var all [][3]string
	for _, line := range strings.Split(strings.TrimSuffix(written(t, report.WriteGitHub, r), "\n"), "\n") {
		parts := workflowCommand.FindStringSubmatch(line)
		if parts == nil {
			t.Fatalf("no workflow command: %q", line)
		}
		all = append(all, [3]string{parts[1], unescape.Replace(parts[2]), unescape.Replace(parts[3])})
	}
	return all
}

func TestGitHubGolden(t *testing.T) {
	for name, r := range endings {
		golden(t, name+".github", written(t, report.WriteGitHub, r))
	}
}

func TestGitHubAnnotatesByWhatFailsTheRun(t *testing.T) {
	for name, want := range map[string]string{
		"pass": "notice", "fail": "error error notice", "warn": "warning notice", "error": "error notice", "skip": "notice",
		"strict": "error notice", "stale": "error error notice", "interrupted": "error notice", "several": "error error error notice",
	} {
		var got []string
		for _, a := range annotations(t, everything()[name]) {
			got = append(got, a[0])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
}

// GitHub reads a command at the beginning of any line of a log, and drops the eleventh
// annotation of a kind without a word.
func TestGitHubCommandsCannotBeInjected(t *testing.T) {
	for _, a := range annotations(t, poisoned()) {
		if strings.ContainsAny(a[1]+a[2], "\r\x1b\x00\a") {
			t.Errorf("control characters in %q", a)
		}
	}
	text := written(t, report.WriteGitHub, of(check("a", "payload", report.Fail, found("100% a: b, c\r\n::error::x", "", ""))))
	if !strings.Contains(text, `found: 100%25 a: b, c\r%0A::error::x%0A`) {
		t.Errorf("%s", text)
	}
}

func TestGitHubShowsTheMostImportant(t *testing.T) {
	var checks []report.Check
	for i := range 15 {
		checks = append(checks, check(fmt.Sprintf("w%d", i), "payload", report.Warn, should), check(fmt.Sprintf("f%d", i), "payload", report.Fail))
	}
	r := of(checks...)
	r.Stale = []string{"an entry"}
	kinds := map[string][]string{}
	for _, a := range annotations(t, r) {
		kinds[a[0]] = append(kinds[a[0]], a[1]+" "+a[2])
	}
	for kind, last := range map[string]string{"error": "khop 7 more", "warning": "khop 6 more"} {
		if len(kinds[kind]) != 10 || !strings.HasPrefix(kinds[kind][9], last) {
			t.Errorf("%d of %s: %q", len(kinds[kind]), kind, kinds[kind])
		}
	}
	if !strings.HasPrefix(kinds["error"][0], "khop: known failures") || !strings.HasPrefix(kinds["error"][1], "superai.payload.f0") {
		t.Errorf("%q", kinds["error"])
	}
	r.Checks, r.Stale = r.Checks[:20], nil // ten of each are not one too many
	for _, a := range annotations(t, r) {
		if strings.Contains(a[2], "more are not shown") {
			t.Errorf("%q", a)
		}
	}
}

func TestGitHubNoticeSaysThatARunWasNarrowed(t *testing.T) {
	r := of(endings["pass"].Checks...)
	r.Selection = []string{"--area payload", "--focus x"}
	all := annotations(t, r)
	if got := all[len(all)-1]; got[1] != "khop superai" || got[2] != "PASS: 3 passed\nthis was a part of the checks: --area payload --focus x" {
		t.Errorf("%q", got)
	}
}
