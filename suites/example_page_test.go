package suites_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The code on the page for Go developers is code that runs: each piece stands in the
// file that the page names above it.
func TestThePageForGoIsTheExamples(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/go.md")
	if err != nil {
		t.Fatal(err)
	}
	var file, source string
	pieces := 0
	for _, part := range regexp.MustCompile("(?m)^From \\[(.+)\\]\\(\\.\\./(.+)\\):$|(?s:^```go\n(.*?)^```$)").FindAllStringSubmatch(string(page), -1) {
		if part[1] != "" {
			if file = part[1]; part[2] != file {
				t.Errorf("the page says %s and links to %s", file, part[2])
			}
			text, err := os.ReadFile(filepath.Join("..", file))
			if err != nil {
				t.Fatal(err)
			}
			source = unindented(string(text))
			continue
		}
		pieces++
		if file == "" || !strings.Contains(source, unindented(part[3])) {
			t.Errorf("this does not stand in %q:\n%s", file, part[3])
		}
	}
	if pieces < 7 {
		t.Errorf("%d pieces of code on the page: this test does not see them", pieces)
	}
}

// unindented is code without its indentation and its empty lines: what a page leaves
// out.
func unindented(code string) string {
	var lines []string
	for line := range strings.Lines(code) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return "\n" + strings.Join(lines, "\n") + "\n"
}
