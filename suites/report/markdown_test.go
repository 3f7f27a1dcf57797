package report_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

func markdown(t *testing.T, r *report.Report, language lang.Language) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.WriteMarkdown(&out, r, language); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestMarkdownGolden(t *testing.T) {
	for name, r := range everything() {
		if name != "poisoned" {
			golden(t, name+".markdown", markdown(t, r, lang.English))
		}
	}
	golden(t, "fail.vi.markdown", markdown(t, endings["fail"], lang.Vietnamese))
	golden(t, "skip.vi.markdown", markdown(t, endings["skip"], lang.Vietnamese))
}

var (
	folded    = regexp.MustCompile(`(?m)^<details><summary><code>[^<>]*</code> [^<>]*</summary>$`)
	ownTag    = regexp.MustCompile(`(?m)^</details>$|<https?://[^<>\s]+>`)
	escaped   = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")
	mention   = regexp.MustCompile(`(?i)@\w|#\d|\bgh-\d`)
	fenceLine = regexp.MustCompile("^(`{3,})[a-z]*$")
)

// outside is what is left of Markdown for a renderer to interpret: without fenced
// blocks, code spans and characters that are escaped.
func outside(text string) string {
	var kept []string
	fence := ""
	for _, line := range strings.Split(text, "\n") {
		if opened := fenceLine.FindStringSubmatch(line); fence == "" && opened != nil {
			fence = opened[1]
		} else if fence == "" {
			kept = append(kept, line)
		} else if strings.HasPrefix(line, fence) && strings.Trim(line, "`") == "" {
			fence = ""
		}
	}
	text = escaped.ReplaceAllString(strings.Join(kept, "\n"), "")
	var out strings.Builder
	for {
		begin := strings.Index(text, "`")
		if begin < 0 {
			return out.String() + text
		}
		ticks := len(text[begin:]) - len(strings.TrimLeft(text[begin:], "`"))
		end := closing(text[begin+ticks:], ticks)
		if end < 0 {
			return out.String() + text
		}
		out.WriteString(text[:begin])
		text = text[begin+ticks+end+ticks:]
	}
}

// closing is where a run of exactly so many backticks begins, or -1.
func closing(text string, ticks int) int {
	for i := 0; i < len(text); {
		run := len(text[i:]) - len(strings.TrimLeft(text[i:], "`"))
		if run == ticks {
			return i
		}
		i += max(run, 1)
	}
	return -1
}

func TestMarkdownInterpretsNothingOfOthers(t *testing.T) {
	for name, r := range everything() {
		for _, language := range lang.Languages {
			text := markdown(t, r, language)
			if mentions := mention.FindAllString(strings.Join(folded.FindAllString(text, -1), "\n"), -1); len(mentions) > 0 && !strings.HasPrefix(mentions[0], "#3") {
				t.Errorf("%s: a summary mentions %q", name, mentions)
			}
			opened, closed := len(folded.FindAllString(text, -1)), strings.Count(text, "\n</details>\n")
			if opened != closed || opened != len(r.With(report.Error))+len(r.With(report.Fail))+len(r.With(report.Warn)) {
				t.Errorf("%s: %d opened, %d closed", name, opened, closed)
			}
			rest := ownTag.ReplaceAllString(outside(folded.ReplaceAllString(text, "")), "")
			if strings.ContainsAny(rest, "<>`[") {
				t.Errorf("%s: markup of others: %q", name, rest)
			}
			if got := mention.FindAllString(rest, -1); len(got) > 0 {
				t.Errorf("%s: mentions %q", name, got)
			}
			if strings.ContainsAny(text, "\r\x1b\x00\a\u202e") || strings.Contains(rest, "\n# ") || strings.Contains(rest, "**bold**") {
				t.Errorf("%s: %q", name, rest)
			}
		}
	}
}

func TestMarkdownTablesHoldTogether(t *testing.T) {
	for name, r := range everything() {
		columns := 0
		for _, line := range strings.Split(markdown(t, r, lang.English), "\n") {
			if !strings.HasPrefix(line, "|") {
				columns = 0
				continue
			}
			pipes := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			if columns > 0 && pipes != columns {
				t.Errorf("%s: a row of %d in a table of %d: %s", name, pipes, columns, line)
			}
			columns = pipes
		}
	}
}

func TestMarkdownFencesAreLongerThanWhatTheyHold(t *testing.T) {
	text := markdown(t, of(check("a", "payload", report.Fail, found("```\n````\n</details>\nend", "``", ""))), lang.English)
	if !strings.Contains(text, "\n`````text\nexpected: ``\nfound: ```\n  ````\n  </details>\n  end\n`````\n") {
		t.Errorf("%s", text)
	}
}

func TestMarkdownStaysBelowWhatGitHubTakes(t *testing.T) {
	var checks []report.Check
	for i := range 1000 {
		long := strings.Repeat("đ", 5000)
		checks = append(checks, check(fmt.Sprint("c", i), "payload", report.Fail, found(long, long, long)))
	}
	text := markdown(t, of(append(checks, check("z", "payload", report.Skip, found("the reason", "", "")))...), lang.English)
	if len(text) > 1<<20 || len(text) < 900_000 {
		t.Errorf("%d bytes", len(text))
	}
	kept := strings.Count(text, "<details>")
	if want := fmt.Sprintf("This summary is cut off: %d more would not fit", 1000-kept); !strings.Contains(text, want) {
		t.Errorf("it keeps %d and does not say %q: ...%s", kept, want, text[len(text)-200:])
	}
	if !strings.Contains(text, "1 not judged: `the reason`") || !strings.Contains(text, "### Failures: 1000\n") {
		t.Error("what is short is cut off with the rest")
	}
	if strings.Count(text, "\n```")%2 != 0 || kept != strings.Count(text, "</details>") {
		t.Error("a check is cut in the middle")
	}
}

func TestMarkdownSpeaksVietnamese(t *testing.T) {
	for name, r := range everything() {
		if name == "poisoned" {
			continue
		}
		text := markdown(t, r, lang.Vietnamese)
		for _, english := range []string{"| Area |", "Failures:", "Warnings:", "Errors:", "Not judged:", "Known failures", "Provider |", "it is strict"} {
			if strings.Contains(text, english) {
				t.Errorf("%s: says %q", name, english)
			}
		}
	}
}
