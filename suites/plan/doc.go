// Package plan reads khop.yaml, which says which providers to verify, where, and
// with what.
//
//	Template ──a person──▶ khop.yaml ──Read──▶ Plan ──▶ one `khop verify` a Run
//
// The file holds no secrets: they come from ${VARIABLE} references, or from the
// variables that khop reads anyway. Its paths are relative to the folder that it lies
// in. Every error names the file, the line and the column.
package plan
