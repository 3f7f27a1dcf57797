// Package rawjson holds JSON as the text it is: members in their order, numbers
// as the digits that were written.
//
// A webhook signature covers bytes, not values. Decoding into maps and floats
// loses exactly what such a signature depends on, so khop reads a payload into a
// Value, changes members by path, and writes it back in a chosen Style: compact,
// pretty, or the way that Python, PHP or Go would re-serialise it.
//
//	bytes ──Parse──▶ Value ──With / Without──▶ Value ──Style.Encode──▶ bytes
//
// A Value is immutable: With and Without return a changed copy.
package rawjson
