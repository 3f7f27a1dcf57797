// Package schemas says what a provider's payload may look like.
//
// Every documented payload has one JSON Schema (draft-07) in <provider>/<name>.json: what goes over the wire, the
// answers to it, and for a query string its parameters as a flat object of strings. A schema holds what the
// provider's document states and no more: a member is required only where the document says so, a value is
// narrowed only by a documented rule, and members that the document does not know are allowed, because providers
// add members.
//
// A document goes one way. One look over its bytes (Fits, package quick) tells of most that they fit, and then nothing
// more is done. Any other is decoded once with its numbers kept as text, looked through for numbers that no receiver
// could hold, judged by the compiled schema, and what the judge says is told again as Problems: one for each broken
// rule, with a JSON pointer, the rule's keyword, what was expected and what was found. Where a document may have
// several shapes, the problems are those of the shape that it comes closest to.
//
// The schemas of what khop itself writes stand apart, in report/: see Report and Burst.
package schemas
