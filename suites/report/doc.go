// Package report is what a run found out, and the ways to show it.
//
// A Report is one plain value, filled by suites and rendered here: report.json
// (versioned, its own schema lies in schemas/report), JUnit XML for CI systems,
// and the console. Renderers read the Report and nothing else; secrets have been
// masked before it reaches them.
package report
