package render

import (
	"fmt"
	"strings"

	"github.com/khop-dev/khop/mocks/inspect"
)

// Words are what a report says to people around the problems, in their language: formats as package fmt has them. The
// problems themselves are English always, and so is what machines read.
type Words struct {
	// File to Unreadables count things, one and many.
	File, Files, Payload, Payloads, Broken, Brokens, Unreadable, Unreadables string
	// Valid, Invalid and Skipped count payloads.
	Valid, Invalid, Skipped string
	// Judged tells by which schema a payload was judged, and why.
	Judged string
}

// English are the words of those who ask for no others.
var English = Words{
	File: "%d file", Files: "%d files", Payload: "%d payload", Payloads: "%d payloads",
	Broken: "%d broken file", Brokens: "%d broken files",
	Unreadable: "%d file that cannot be read", Unreadables: "%d files that cannot be read",
	Valid: "%d valid", Invalid: "%d invalid", Skipped: "%d skipped (no provider's payload)",
	Judged: "judged as %s: %s",
}

// Summary is the sum of an inspection on one line.
func (w Words) Summary(s inspect.Summary) string {
	parts := []string{fmt.Sprintf(w.Valid, s.Valid), fmt.Sprintf(w.Invalid, s.Invalid)}
	if s.Skipped > 0 {
		parts = append(parts, fmt.Sprintf(w.Skipped, s.Skipped))
	}
	if s.Broken > 0 {
		parts = append(parts, counted(s.Broken, w.Broken, w.Brokens))
	}
	if s.Unreadable > 0 {
		parts = append(parts, counted(s.Unreadable, w.Unreadable, w.Unreadables))
	}
	return counted(s.Files, w.File, w.Files) + ", " + counted(s.Payloads(), w.Payload, w.Payloads) + ": " + strings.Join(parts, ", ")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf(one, n)
	}
	return fmt.Sprintf(many, n)
}
