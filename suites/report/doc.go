// Package report is what a run found out, and the ways to show it.
//
// A Report is one plain value, filled by suites and rendered here: for people as
// text on the console, one HTML page and Markdown; for machines as report.json
// (versioned, its own schema lies in schemas/report), JUnit, SARIF, GitHub
// annotations and a badge. Renderers read the Report and nothing else; secrets have
// been masked before it reaches them. A HAR takes the exchanges while a run goes on.
//
//	suites ──▶ Report ──▶ Folder, Console, Write...
//	report.json ──Read──▶ Report, Report ──Compare──▶ Comparison
package report
