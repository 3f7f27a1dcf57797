package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shown is what a person sees of a run.
func shown(r *report.Report, console report.Console) string {
	var out bytes.Buffer
	console.Out = &out
	console.Begin(r.Khop, "SuperAI", r.Target)
	for _, c := range r.Checks {
		console.Watch(c)
	}
	console.Finish(r)
	return out.String()
}

func TestConsole(t *testing.T) {
	details := map[string]report.Detail{"": report.Normal, ".quiet": report.Quiet, ".verbose": report.Verbose}
	for name, r := range endings {
		for suffix, detail := range details {
			t.Run(name+suffix, func(t *testing.T) {
				got := shown(r, report.Console{Detail: detail})
				if strings.ContainsAny(got, "\x1b\a\r") {
					t.Errorf("control characters reach the terminal: %q", got)
				}
				golden(t, name+suffix, got)
			})
		}
	}
}

func TestNoAnswerCommandsTheCISystem(t *testing.T) {
	for body, want := range map[string]string{
		"::add-mask::a\n  ::error::b": `\x3a:add-mask::a`,
		"##[group]c":                  `\x23#[group]c`,
	} {
		got := shown(of(check("rule", "payload", report.Fail, found("refused", "", ""), exchanged(text("{}"), text(body)))), report.Console{Detail: report.Normal})
		if !strings.Contains(got, want) {
			t.Errorf("%q is not written out:\n%s", body, got)
		}
		for line := range strings.Lines(got) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "::") || strings.HasPrefix(line, "##[") {
				t.Errorf("a command: %s", line)
			}
		}
	}
}

func TestConsoleColoursSayNothingOfTheirOwn(t *testing.T) {
	for name, r := range endings {
		plain := shown(r, report.Console{Detail: report.Verbose})
		coloured := shown(r, report.Console{Detail: report.Verbose, Color: true})
		if !strings.Contains(coloured, "\x1b[1;3") {
			t.Errorf("%s: no colour", name)
		}
		if got := withoutColours(coloured); got != plain {
			t.Errorf("%s: the colours are not all that differs:\n%s\n%s", name, got, plain)
		}
	}
}

func withoutColours(text string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "\x1b[")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		_, text, _ = strings.Cut(after, "m")
	}
}

// golden compares with testdata/<name>.golden, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./suites/report -update writes it anew):\n%s", file, got)
	}
}
