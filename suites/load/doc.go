// Package load shows what a burst found out.
//
// A burst.Result is one plain value; everything here reads it and nothing else. For
// people it becomes text on the terminal, one HTML page with the distribution of the
// answer times, and Markdown; for machines report.json (described by
// schemas/report/burst.json) and JUnit. What the figures mean is said once, in
// findings, and shown by all of them.
//
//	burst.Progress ──▶ Live ──▶ the lines on a terminal while it runs
//	burst.Result ──▶ findings, chart ──▶ Folder, WriteText, WriteHTML, WriteMarkdown
//
// What a target said, and what a file of another machine says, is shown and never
// interpreted.
package load
