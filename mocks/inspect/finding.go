package inspect

import (
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

// Rules that a text may break before a schema has anything to say, beside the keywords of JSON Schema.
const (
	// Syntax: it is not JSON, or not a query string.
	Syntax = "syntax"
	// Encoding: it is not UTF-8, or begins with a byte order mark.
	Encoding = "encoding"
	// Duplicate: an object has a member twice, and readers differ in which one they take.
	Duplicate = "duplicate"
	// Depth: it is nested deeper than common readers go.
	Depth = "depth"
	// Size: it is larger than any payload.
	Size = "size"
	// Gzip: the compressed stream is damaged.
	Gzip = "gzip"
	// Empty: there is nothing in it.
	Empty = "empty"
	// Binary: it is no text.
	Binary = "binary"
	// Unknown: no provider's payload looks like it.
	Unknown = "unknown"
	// Undocumented: a member that the provider's document does not name; reported only on demand.
	Undocumented = "undocumented"
)

// Rules are all rules that a Problem can have, with what each demands.
var Rules = []struct{ Name, Demand string }{
	{"required", "A member that the document requires is there."},
	{"type", "A value has the documented JSON type."},
	{"enum", "A value is one of the documented ones."},
	{"const", "A value is the documented one."},
	{"pattern", "A text has the documented form."},
	{"format", "A text has the documented format."},
	{"minimum", "A number is not below the documented bound."},
	{"maximum", "A number is not above the documented bound."},
	{"number", "A number can be held in double precision."},
	{Syntax, "A payload is JSON or a query string."},
	{Encoding, "A text is UTF-8 without a byte order mark."},
	{Duplicate, "An object has each member once."},
	{Depth, "A payload is not nested deeper than common readers go."},
	{Size, "A payload has a size that can be a payload's."},
	{Gzip, "A compressed file is whole."},
	{Empty, "A file has a payload in it."},
	{Binary, "A file is text."},
	{Unknown, "A payload is one that a provider documents."},
	{Undocumented, "A payload has only members that the document names (strict)."},
}

// Problem is one rule that a payload or a file breaks, and where.
type Problem struct {
	scan.Place
	// Pointer is the RFC 6901 pointer of the value within its payload; empty for the payload as a whole.
	Pointer string
	// Rule is one of Rules.
	Rule string
	// Expected and Found tell both sides in a few words.
	Expected, Found string
}

// Finding is a payload, or a file, that has problems.
type Finding struct {
	// File is the name of the source.
	File string
	// Place is where the payload begins.
	scan.Place
	// Schema judged the payload; nil when it was not even read, or not recognised.
	Schema *schemas.Schema
	// Reason says why the payload was taken for what Schema describes.
	Reason   string
	Problems []Problem
}

// Tally counts the payloads of one schema.
type Tally struct {
	Schema *schemas.Schema
	// Reason says why the first of them was taken for such a payload.
	Reason         string
	Valid, Invalid int
}

// Count is what there was in a file, or in all of them.
type Count struct {
	// Valid and Invalid are payloads; those that could not be read or recognised are invalid. Skipped are those that
	// are no provider's payload and were passed over.
	Valid, Invalid, Skipped int
	// Broken is 1 for a file that could not be read to its end, or holds nothing.
	Broken int
	// By are the recognised payloads by schema, sorted by the schema's ID.
	By []Tally
}

// Payloads is how many were judged.
func (c Count) Payloads() int { return c.Valid + c.Invalid }

// Good tells whether nothing is wrong.
func (c Count) Good() bool { return c.Invalid == 0 && c.Broken == 0 }

// FileCount is what there was in one file.
type FileCount struct {
	File string
	Count
	// Unreadable says why the file could not be opened or read; nothing is known of what it holds.
	Unreadable error
}

// Summary is what there was in all files.
type Summary struct {
	Count
	// Files were opened, Unreadable could not be read.
	Files, Unreadable int
}

// Report takes what is found, in the order of the sources and of their text. An error stops the inspection.
type Report interface {
	// Found takes a payload or a file with problems.
	Found(Finding) error
	// Finished comes after the last finding of a file.
	Finished(FileCount) error
}
