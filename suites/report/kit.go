package report

import "io"

// What khop's other reports share with this one: the look of its page, and the ways in
// which text of any origin goes into a page, a summary and a file.

// Style is the page's style sheet. It has no address in it, and needs nothing else.
func Style() string { return pageStyle }

// PolicyHash is how a content security policy names an inline style or script.
func PolicyHash(text string) string { return hashOf(text) }

// Prose is text that shows as it is in GitHub's Markdown.
func Prose(text string) string { return prose(text) }

// Code is text on one line of GitHub's Markdown, as code; nothing for no text.
func Code(text string) string { return code(text) }

// Cell is text as code in a table of GitHub's Markdown.
func Cell(text string) string { return cell(text) }

// WriteFile puts a file into the folder, whole or not at all.
func (f Folder) WriteFile(name string, render func(io.Writer) error) error {
	return f.write(name, render)
}
