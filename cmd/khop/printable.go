package main

import (
	"strings"

	"github.com/khop-dev/khop/suites/report"
)

// printable is a text of somebody else's on one line: what a terminal would obey is
// written out, as on the pages.
func printable(text string) string { return report.Visible(strings.ToValidUTF8(text, "\uFFFD")) }

// printableLines is the same of a text of several lines, without an end of line after the
// last.
func printableLines(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	for i, line := range lines {
		lines[i] = printable(strings.TrimSuffix(line, "\r"))
	}
	return strings.Join(lines, "\n")
}

// column is a printable text that fits into a column of so many letters.
func column(text string, width int) string {
	letters := []rune(printable(text))
	if len(letters) <= width {
		return string(letters)
	}
	return string(letters[:width-1]) + "…"
}
