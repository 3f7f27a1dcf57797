package load

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// row is a label, figures in columns, and perhaps a remark.
type row struct {
	name   string
	cells  []string
	remark string
}

// table writes rows whose columns are as wide as they need, or one below the other
// where there is no room.
func (t *text) table(rows []row) {
	widths := map[int]int{}
	for _, r := range rows {
		for i, cell := range r.cells {
			widths[i] = max(widths[i], 9, 2+utf8.RuneCountInString(cell))
		}
	}
	var lines []string
	for _, r := range rows {
		line := "  " + padded(r.name, -label)
		for i, cell := range r.cells {
			line += padded(cell, widths[i])
		}
		if r.remark != "" {
			line += "   " + r.remark
		}
		lines = append(lines, line)
	}
	if t.narrow && slices.ContainsFunc(lines, func(line string) bool { return utf8.RuneCountInString(line) > t.columns }) {
		lines = t.stacked(rows)
	}
	t.printf("%s\n", strings.Join(lines, "\n"))
}

// stacked are rows of which each is a few lines, every figure beside its name.
func (t *text) stacked(rows []row) []string {
	var lines []string
	for _, r := range rows[1:] {
		name := r.name
		if r.remark != "" {
			name += " (" + r.remark + ")"
		}
		var cells []string
		for i, cell := range r.cells {
			cells = append(cells, strings.ReplaceAll(rows[0].cells[i]+" "+cell, " ", blank))
		}
		lines = append(lines, indented(2, wrapped(name, t.columns-2))...)
		lines = append(lines, indented(4, wrapped(strings.Join(cells, ", "), t.columns-4))...)
	}
	return lines
}

// indented puts blanks before lines.
func indented(by int, lines []string) []string {
	for i := range lines {
		lines[i] = strings.Repeat(" ", by) + lines[i]
	}
	return lines
}

// padded fills a text up with blanks: on the left, or on the right where the width is
// below 0.
func padded(text string, to int) string {
	if to < 0 {
		return text + strings.Repeat(" ", max(0, -to-utf8.RuneCountInString(text)))
	}
	return strings.Repeat(" ", max(0, to-utf8.RuneCountInString(text))) + text
}

// wrapped breaks a text at blanks.
func wrapped(text string, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(strings.ReplaceAll(text, blank, "\x00")) {
		if line != "" && utf8.RuneCountInString(line+" "+word) > most {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += strings.ReplaceAll(word, "\x00", blank)
	}
	return append(lines, line)
}
