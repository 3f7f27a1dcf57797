// Package plan reads khop.yaml, which says which providers to verify, where, and
// with what.
//
//	khop.yaml ──Read──▶ Plan ──Run.Arguments──▶ one `khop verify` a provider
//
// The file holds no secrets: they come from ${VARIABLE} references, or from the
// variables that khop reads anyway. Its paths are relative to the folder that it lies
// in. Every error names the file, the line and the column.
package plan
