package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

// verified runs the built khop over a SuperAI receiver and returns its exit code, what
// it printed, and its report.
func verified(t *testing.T, address string, args ...string) (int, string, report.Report) {
	t.Helper()
	folder := t.TempDir()
	args = append([]string{"verify", "superai", "-t", address, "--report", folder}, args...)
	child := process(t.Context(), []string{"KHOP_SUPERAI_PARTNER_CODE=" + secret}, args...)
	said, _ := child.CombinedOutput()
	var r report.Report
	if text, err := os.ReadFile(filepath.Join(folder, "report.json")); err == nil {
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
	}
	return child.ProcessState.ExitCode(), string(said), r
}

func TestVerifyRunsWhatIsSelected(t *testing.T) {
	address, all := receiver(t, "created-201"), len(targetChecks("superai"))
	for name, one := range map[string]struct {
		args []string
		code int
		says string
		ran  int // checks in the report, the preflight among them
	}{
		"an area":          {[]string{"--area", "response"}, exitFailed, "this was a part of the checks: --area response", 5},
		"all but":          {[]string{"--area", "response", "--skip", "*.success-status"}, exitConforms, "PASS", 4},
		"a level":          {[]string{"--focus", "response.*", "--level", "must"}, exitFailed, "FAIL", 0},
		"an edition":       {[]string{"--pin", "1", "--focus", "response.refus*"}, exitConforms, "PASS", 0},
		"nothing":          {[]string{"--focus", "superai.retrry.*"}, exitUsage, fmt.Sprintf("nothing to run: --focus superai.retrry.* fits none of the %d checks", all), 0},
		"no such area":     {[]string{"--area", "signatures"}, exitUsage, `--area: no area "signatures"; did you mean "signature"?`, 0},
		"no such level":    {[]string{"--level", "may"}, exitUsage, `--level: no level "may"`, 0},
		"no such edition":  {[]string{"--pin", "7"}, exitUsage, "--pin 7: there is no such edition", 0},
		"stopped early":    {[]string{"--fail-fast"}, exitFailed, "the run stopped at superai.response.success-status", all},
		"another language": {[]string{"--area", "response", "--lang", "vi"}, exitFailed, "không đạt", 5},
	} {
		t.Run(name, func(t *testing.T) {
			code, said, r := verified(t, address, one.args...)
			if code != one.code || !strings.Contains(said, one.says) {
				t.Errorf("exit %d, want %d with %q:\n%s", code, one.code, one.says, said)
			}
			if one.ran > 0 && len(r.Checks) != one.ran {
				t.Errorf("%d checks, want %d", len(r.Checks), one.ran)
			}
		})
	}
}

func TestKnownFailuresFromFirstRunToLast(t *testing.T) {
	address := receiver(t, "created-201")
	file := filepath.Join(t.TempDir(), "known.yaml")
	step := func(what string, wantCode int, wantText string, args ...string) {
		t.Helper()
		code, said, _ := verified(t, address, append([]string{"--known", file}, args...)...)
		if code != wantCode || !strings.Contains(said, wantText) {
			t.Fatalf("%s: exit %d, want %d with %q:\n%s", what, code, wantCode, wantText, said)
		}
	}
	step("without the file", exitUsage, "--update-known writes it")
	for _, unwritable := range []string{filepath.Join(t.TempDir(), "nope", "known.yaml"), t.TempDir()} {
		code, said, _ := verified(t, address, "--known", unwritable, "--update-known")
		if code != exitUsage || !strings.Contains(said, "--known: ") {
			t.Errorf("%s: exit %d: %s", unwritable, code, said)
		}
	}
	step("of a part", exitUsage, "--update-known needs the whole run", "--update-known", "--area", "retry")
	step("written without a reason", exitFailed, "has no reason: write one there, or run again with --update-known --reason", "--update-known")
	step("without a reason", exitUsage, "the reason is empty")
	step("repaired", exitConforms, "0 added, 0 changed, 0 taken out, 1 given the reason", "--update-known", "--reason", "framework")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	step("written with a reason", exitConforms, "1 added, 0 changed, 0 taken out", "--update-known", "--reason", "the framework is replaced in March")
	step("known", exitConforms, "KNOWN  superai.response.success-status: the framework is replaced in March")
	address = receiver(t)
	step("mended", exitFailed, "passes now: take the entry out")
	step("taken out", exitConforms, "0 added, 0 changed, 1 taken out", "--update-known")
	step("nothing known", exitConforms, "PASS")
}

func TestStepSummaryAndHAR(t *testing.T) {
	folder := t.TempDir()
	summary, har := filepath.Join(folder, "summary.md"), filepath.Join(folder, "all.har")
	child := process(t.Context(), []string{"KHOP_SUPERAI_PARTNER_CODE=" + secret, "GITHUB_STEP_SUMMARY=" + summary},
		"verify", "superai", "-t", receiver(t, "created-201"), "--area", "response", "--har", har, "--format", "github")
	said, _ := child.CombinedOutput()
	if code := child.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(string(said), "::error ") {
		t.Errorf("exit %d:\n%s", code, said)
	}
	if text, err := os.ReadFile(summary); err != nil || !strings.Contains(string(text), "superai.response.success-status") {
		t.Errorf("%v: %s", err, text)
	}
	text, err := os.ReadFile(har)
	var archive struct {
		Log struct{ Entries []json.RawMessage }
	}
	if err != nil || json.Unmarshal(text, &archive) != nil || len(archive.Log.Entries) < 10 || strings.Contains(string(text), secret) {
		t.Errorf("%v: %d exchanges, or a secret among them", err, len(archive.Log.Entries))
	}
}
