package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

// A reader such as head that goes away takes neither the reports nor the verdict along.
func TestReportsAreWrittenWhenNobodyReads(t *testing.T) {
	t.Parallel()
	for format, address := range map[string]string{"text": receiver(t, "missing-header-passes"), "json": receiver(t, "missing-header-passes"), "github": receiver(t)} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			folder, har := t.TempDir(), filepath.Join(t.TempDir(), "run.har")
			child := process(t.Context(), nil, "verify", "superai", "-t", address, "--secret", "partner_code="+secret,
				"--report", folder, "--har", har, "--format", format, "-v")
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			_ = reader.Close()
			var complaint strings.Builder
			child.Stdout, child.Stderr = writer, &complaint
			failure := child.Run()
			_ = writer.Close()
			want := exitFailed
			if format == "github" {
				want = exitConforms
			}
			var exit *exec.ExitError
			if failure != nil && !errors.As(failure, &exit) || child.ProcessState.ExitCode() != want || complaint.Len() > 0 {
				t.Errorf("%v: exit code %d, want %d: %s", failure, child.ProcessState.ExitCode(), want, complaint.String())
			}
			if r := read(t, folder); r.Verdict == "" {
				t.Error("no verdict")
			}
			if info, err := os.Stat(har); err != nil || info.Size() == 0 {
				t.Errorf("the HAR: %v", err)
			}
		})
	}
}

// mute fails every write with one error.
type mute struct{ err error }

func (m mute) Write([]byte) (int, error) { return 0, m.err }

func TestAnAudienceMayGoAndADiskMayNot(t *testing.T) {
	if _, err := io.WriteString(audience{mute{&os.PathError{Op: "write", Err: syscall.EPIPE}}}, "text"); err != nil {
		t.Errorf("nobody reads: %v", err)
	}
	if _, err := io.WriteString(audience{mute{syscall.ENOSPC}}, "text"); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("the disk is full: %v", err)
	}
}

func TestASummaryThatCannotBeWrittenChangesNoVerdict(t *testing.T) {
	t.Parallel()
	nowhere := filepath.Join(t.TempDir(), "no", "such", "folder")
	for want, address := range map[int]string{exitConforms: receiver(t), exitFailed: receiver(t, "missing-header-passes")} {
		folder := t.TempDir()
		code, out, complaint := start(t, []string{"GITHUB_STEP_SUMMARY=" + nowhere}, "verify", "superai", "-t", address, "--secret", "partner_code="+secret, "--report", folder, "-q")
		if code != want || !strings.Contains(complaint, "GITHUB_STEP_SUMMARY") || strings.Count(complaint, "\n") != 1 || !strings.Contains(out, "superai: ") {
			t.Errorf("exit code %d, want %d: %s%s", code, want, out, complaint)
		}
		read(t, folder)
	}
}

// With --update-known, what is printed of each run is what holds after the update.
func TestVerifyAllUpdatesEachRun(t *testing.T) {
	t.Parallel()
	folder, config := t.TempDir(), filepath.Join(t.TempDir(), "khop.yaml")
	text := "providers:\n  superai:\n    target: " + receiver(t, "missing-header-passes") + "\n    secrets:\n      partner_code: ${KHOP_SUPERAI_PARTNER_CODE}\n"
	environment := []string{"KHOP_SUPERAI_PARTNER_CODE=" + secret}
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "known.yaml")
	code, out, complaint := start(t, environment, "verify", "all", "--config", config, "--known", list, "--update-known", "--reason", "legacy", "--report", folder, "-q")
	if code != exitConforms || strings.Contains(out, "FAIL") || strings.Contains(out, "failed") || strings.HasPrefix(out, "\n") || !strings.Contains(out, " added, ") {
		t.Errorf("exit code %d:\n%s%s", code, out, complaint)
	}
	r := read(t, folder)
	if len(r.Runs) != 1 || r.Runs[0].Verdict != report.Passed || r.Runs[0].Counts[report.Known] == 0 || r.Runs[0].Counts[report.Fail] != 0 {
		t.Errorf("%+v", r.Runs)
	}
	text = "- check: superai.signature.missing-header\n  message: \"something else\"\n  reason: legacy\n"
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ = start(t, environment, "verify", "superai", "--config", config, "--known", list, "-q")
	if code != exitFailed || strings.Count(out, "STALE  ") != 1 || !strings.Contains(out, "The list of known failures does not hold.") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}
