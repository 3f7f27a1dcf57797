package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/khop-dev/khop/mocks/inspect"
	"github.com/khop-dev/khop/schemas"
)

// Writer is a report that is finished with the sum of all.
type Writer interface {
	inspect.Report
	// Close ends the report; nothing is written after it.
	Close(inspect.Summary) error
}

// Options are what a report says of its making, and how it looks.
type Options struct {
	// Version is khop's own, for formats that name the tool.
	Version string
	// Color marks up text for a terminal.
	Color bool
	// Words are those of the text for people; nil: English.
	Words *Words
}

// formats are the writers by name.
var formats = map[string]func(io.Writer, Options) Writer{
	"text":   newText,
	"json":   newJSON,
	"github": newGitHub,
	"sarif":  newSARIF,
	"junit":  newJUnit,
}

// Formats are the names that New knows, the one for people first.
var Formats = []string{"text", "json", "github", "sarif", "junit"}

// New makes the writer of a format.
func New(format string, w io.Writer, o Options) (Writer, error) {
	if make := formats[format]; make != nil {
		return make(w, o), nil
	}
	hint := "the formats are " + strings.Join(Formats, ", ")
	if nearest, ok := schemas.Nearest(format, Formats); ok {
		hint = "did you mean " + nearest + "?"
	}
	return nil, fmt.Errorf("unknown format %q: %s", format, hint)
}

// Summary is the sum of an inspection on one line, in English.
func Summary(s inspect.Summary) string { return English.Summary(s) }

// message says a problem without its place: "/data_event/deal_id: required: expected string, found nothing".
func message(p inspect.Problem) string {
	rule := p.Rule
	if p.Pointer != "" {
		rule = oneLine(p.Pointer) + ": " + rule
	}
	return fmt.Sprintf("%s: expected %s, found %s", rule, oneLine(p.Expected), oneLine(p.Found))
}

// oneLine keeps names with line breaks or terminal codes in them from breaking a line.
func oneLine(text string) string {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return strconv.Quote(text)
	}
	return text
}

// schemaOf is the ID of the schema that judged a payload; empty if none did.
func schemaOf(f inspect.Finding) string {
	if f.Schema == nil {
		return ""
	}
	return f.Schema.ID
}
