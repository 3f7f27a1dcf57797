package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The README is there in two languages. What is typed and what is printed is the
// same in both, and each part of the one has its part in the other.
func TestTheReadmesSayTheSame(t *testing.T) {
	t.Parallel()
	english, vietnamese := readme(t, "README.md"), readme(t, "README.vi.md")
	for name, parts := range map[string]func(string) []string{
		"commands and output": codeLines,
		"levels of headings":  headingLevels,
		"rows of tables":      tableRows,
		"code in sentences":   codeSpans,
	} {
		want, got := parts(english), parts(vietnamese)
		if len(want) == 0 {
			t.Errorf("README.md has no %s: this test does not see it", name)
		}
		for _, line := range beyond(want, got) {
			t.Errorf("%s: README.vi.md lacks %q", name, line)
		}
		for _, line := range beyond(got, want) {
			t.Errorf("%s: only README.vi.md has %q", name, line)
		}
	}
	if !slices.Equal(codeLines(english), codeLines(vietnamese)) {
		t.Error("the commands stand in another order in README.vi.md")
	}
	if !slices.Equal(headingLevels(english), headingLevels(vietnamese)) {
		t.Error("the headings are nested in another way in README.vi.md")
	}
}

// The version of the pre-commit hook is the same wherever it is named, and the one that
// the sample of a run shows.
func TestOneVersionIsNamed(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?:rev: |khop )(v\d+\.\d+\.\d+)`)
	versions := map[string]bool{}
	for _, file := range []string{"README.md", "README.vi.md", ".pre-commit-hooks.yaml"} {
		found := named.FindAllStringSubmatch(readme(t, file), -1)
		if len(found) == 0 {
			t.Errorf("%s names none", file)
		}
		for _, one := range found {
			versions[one[1]] = true
		}
	}
	if len(versions) != 1 {
		t.Errorf("several versions: %v", versions)
	}
}

func readme(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// codeLines are the lines of commands and of what they print.
func codeLines(text string) []string { return linesOf(text, `(?m)^    .*$`) }

func headingLevels(text string) []string { return linesOf(text, `(?m)^#+ `) }

// tableRows are the shapes of the tables: what is language in them is left out.
func tableRows(text string) []string {
	rows := linesOf(text, `(?m)^\|.*$`)
	for i, row := range rows {
		rows[i] = strings.Repeat("|", strings.Count(row, "|"))
	}
	return rows
}

// codeSpans are the code words of the sentences, each once.
func codeSpans(text string) []string {
	prose := regexp.MustCompile(`(?m)^    .*$`).ReplaceAllString(text, "")
	spans := linesOf(prose, "`[^`]+`")
	for i, span := range spans {
		spans[i] = strings.Join(strings.Fields(span), " ") // one may go on in the next line
	}
	slices.Sort(spans)
	return slices.Compact(spans)
}

func linesOf(text, form string) []string { return regexp.MustCompile(form).FindAllString(text, -1) }

// beyond is what one list holds more often than another.
func beyond(list, other []string) []string {
	left := map[string]int{}
	for _, line := range other {
		left[line]++
	}
	var more []string
	for _, line := range list {
		if left[line]--; left[line] < 0 {
			more = append(more, line)
		}
	}
	return more
}
