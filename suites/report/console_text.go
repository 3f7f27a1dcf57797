package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Visible writes out what would drive the terminal instead of being shown: what a
// target answers must not be able to colour, clear or retitle it.
func Visible(text string) string {
	var out strings.Builder
	for _, r := range text {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			out.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// VisibleLines is Visible for a text of several lines, which stay lines.
func VisibleLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Visible(line)
	}
	return strings.Join(lines, "\n")
}

// uncommanded writes out the beginning of what a CI system would take for a command
// to itself: "::stop-commands::" and "##[group]" on a line of their own.
func uncommanded(line string) string {
	for _, prefix := range []string{"::", "##["} {
		if rest, found := strings.CutPrefix(strings.TrimLeft(line, " "), prefix); found {
			return fmt.Sprintf(`\x%02x%s%s`, prefix[0], prefix[1:], rest)
		}
	}
	return line
}

func duration(ms float64) string {
	d := time.Duration(ms * float64(time.Millisecond))
	if d >= time.Second {
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Millisecond / 10).String()
}

func shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}

// wrap breaks text at blanks, and a word that is too long anywhere.
func wrap(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		line := []rune{}
		for _, word := range strings.Split(strings.ReplaceAll(paragraph, "\t", "  "), " ") {
			w := []rune(word)
			if len(line) > 0 && len(line)+1+len(w) > width {
				lines, line = append(lines, string(line)), nil
			}
			if len(line) > 0 {
				line = append(line, ' ')
			}
			for line = append(line, w...); len(line) > width; line = line[width:] {
				lines = append(lines, string(line[:width]))
			}
		}
		lines = append(lines, string(line))
	}
	return lines
}
