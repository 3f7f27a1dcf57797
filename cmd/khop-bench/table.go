package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// page is all that a run says, as Markdown that reads as well on a terminal: what it was
// taken on, the table, and what has to be known to read it.
func page(machine machine, outcomes []outcome, quick bool) string {
	var text strings.Builder
	if quick {
		text.WriteString("Once and tiny, to see that everything runs: these are no measurements.\n\n")
	}
	text.WriteString(machine.String() + "\n\n" + table(outcomes))
	if notes := notes(outcomes); notes != "" {
		text.WriteString("\n" + notes)
	}
	return text.String()
}

// table has a line for each figure, and one for each measurement that gave none.
func table(outcomes []outcome) string {
	rows := [][]string{{"what", "khop", "against", "its value", "ratio", "aim", "met"}}
	for _, o := range outcomes {
		if o.err != nil {
			rows = append(rows, []string{o.name, "not measured", "", "", "", "", ""})
		}
		for _, f := range o.figures {
			rows = append(rows, f.row())
		}
	}
	return aligned(rows)
}

func (f Figure) row() []string {
	row := []string{f.What, quantity(f.Value, f.Unit), f.Against, "", "", f.Aim, ""}
	if f.Base != 0 {
		row[3], row[4] = quantity(f.Base, f.Unit), fmt.Sprintf("%.2f", f.Ratio())
	}
	switch {
	case f.Aim == "":
	case f.Met:
		row[6] = "yes"
	default:
		row[6] = "NO"
	}
	return row
}

// notes are what is to be known about figures, each said once, and why there are none.
func notes(outcomes []outcome) string {
	var text strings.Builder
	said := map[string]bool{}
	for _, o := range outcomes {
		if o.err != nil {
			fmt.Fprintf(&text, "- *%s* was not measured: %s\n", o.name, shortened(o.err.Error()))
		}
		for _, f := range o.figures {
			if f.Note != "" && !said[f.Note] {
				said[f.Note] = true
				fmt.Fprintf(&text, "- *%s*: %s.\n", f.What, f.Note)
			}
		}
	}
	return text.String()
}

// aligned writes a Markdown table; the first row is its head.
func aligned(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			row[i] = strings.ReplaceAll(cell, "|", `\|`)
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	var text strings.Builder
	write := func(row []string, pad string) {
		for i, cell := range row {
			text.WriteString("| " + cell + strings.Repeat(pad, widths[i]-utf8.RuneCountInString(cell)) + " ")
		}
		text.WriteString("|\n")
	}
	write(rows[0], " ")
	write(make([]string, len(rows[0])), "-")
	for _, row := range rows[1:] {
		write(row, " ")
	}
	return text.String()
}

// inEnglish writes thousands with a comma.
var inEnglish = message.NewPrinter(language.English)

// quantity is a value as people read it, with about three digits and its unit.
func quantity(value float64, unit string) string {
	digits := 2
	switch {
	case value >= 100 || value == float64(int64(value)):
		digits = 0
	case value >= 10:
		digits = 1
	}
	return strings.TrimSpace(inEnglish.Sprintf("%.*f %s", digits, value, unit))
}

// shortened is a long text's beginning, in one line.
func shortened(text string) string {
	const most = 300
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > most {
		return string(line[:most]) + " ..."
	}
	return string(line)
}
