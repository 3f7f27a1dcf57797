package report

import (
	"html"
	"net/url"
	"regexp"
	"strings"
)

// How text of any origin goes into Markdown. What a target says goes into code alone,
// where GitHub reads no markup, mentions nobody and links nothing; khop's own sentences
// are prose whose markup is written out.

// prose is text that shows as it is.
func prose(text string) string {
	return signs.ReplaceAllString(unlinked(Visible(text)), `\$0`)
}

// signs are what GitHub's Markdown reads as markup.
var signs = regexp.MustCompile("[\\\\`*_\\[\\]<>|~&$#]|^[-+=]")

// unlinked parts what GitHub would make a mention, or a reference to an issue, with
// a space that nobody sees.
func unlinked(text string) string {
	return reference.ReplaceAllString(text, "$1\u200b$2")
}

var reference = regexp.MustCompile(`(?i)(@|\bGH-|#)(\w)`)

// code is text on one line, as code; nothing for no text.
func code(text string) string {
	text = Visible(text)
	if text == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.Trim(text, " ") != text {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// cell is text as code in a table, where a pipe would end the cell.
func cell(text string) string { return strings.ReplaceAll(code(text), "|", `\|`) }

// fenced is a block of lines, as code.
func fenced(kind string, lines []string) string {
	body := strings.Join(lines, "\n")
	ticks := strings.Repeat("`", max(3, longestRun(body)+1))
	return ticks + kind + "\n" + body + "\n" + ticks + "\n"
}

// longestRun is how many backticks stand in a row at most.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// markedUp is text within an HTML element on one line.
func markedUp(text string) string { return html.EscapeString(unlinked(Visible(text))) }

// citation is a source with its address as a link.
func citation(source string) string {
	address := addressOf(source)
	if address == "" {
		return prose(source)
	}
	return "<" + address + ">" + prose(strings.TrimPrefix(source, address))
}

// addressOf is the web address that a source begins with, or "".
func addressOf(source string) string {
	address := webAddress.FindString(source)
	if parsed, err := url.Parse(address); err != nil || parsed.Host == "" {
		return ""
	}
	return address
}

// webAddress stops before what ends an address in a sentence.
var webAddress = regexp.MustCompile(`^https?://[\w.~:/?#@!$&()*+;=%-]*[\w/]`)
