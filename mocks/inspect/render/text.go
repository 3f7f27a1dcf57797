package render

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/inspect"
)

// text is for people: a line a problem, as editors and grep know it, and a table of what was there.
type text struct {
	io.Writer
	words                 Words
	bold, red, dim, plain string
}

func newText(w io.Writer, o Options) Writer {
	words := English
	if o.Words != nil {
		words = *o.Words
	}
	if !o.Color {
		return &text{Writer: w, words: words}
	}
	return &text{w, words, "\x1b[1m", "\x1b[31m", "\x1b[2m", "\x1b[0m"}
}

func (t *text) Found(f inspect.Finding) error {
	var b strings.Builder
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "%s%s:%d:%d%s %s\n", t.bold, oneLine(f.File), p.Line, p.Column, t.plain, message(p))
	}
	if f.Schema != nil {
		fmt.Fprintf(&b, "%s    %s%s\n", t.dim, fmt.Sprintf(t.words.Judged, f.Schema.ID, f.Reason), t.plain)
	}
	_, err := io.WriteString(t, b.String())
	return err
}

func (t *text) Finished(f inspect.FileCount) error {
	if f.Unreadable == nil {
		return nil
	}
	_, err := fmt.Fprintf(t, "%s%s%s: %v\n", t.bold, oneLine(f.File), t.plain, f.Unreadable)
	return err
}

func (t *text) Close(s inspect.Summary) error {
	var b strings.Builder
	color := ""
	if s.Invalid+s.Broken+s.Unreadable > 0 {
		color = t.red
	}
	fmt.Fprintf(&b, "%s%s%s\n", color, t.words.Summary(s), t.plain)
	widest, invalid := 0, 0
	for _, tally := range s.By {
		widest = max(widest, len(tally.Schema.ID))
		invalid += tally.Invalid
	}
	for _, tally := range s.By {
		fmt.Fprintf(&b, "  %7d  %-*s  ", tally.Valid+tally.Invalid, widest, tally.Schema.ID)
		if invalid > 0 {
			fmt.Fprintf(&b, "%*s  ", utf8.RuneCountInString(t.words.Invalid)+5, fmt.Sprintf(t.words.Invalid, tally.Invalid))
		}
		fmt.Fprintf(&b, "%s%s%s\n", t.dim, tally.Reason, t.plain)
	}
	_, err := io.WriteString(t, b.String())
	return err
}
