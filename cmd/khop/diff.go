package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/report"
)

// difference holds the flags of khop diff.
type difference struct {
	format string
	strict bool
}

// diffFormats are how a comparison can be printed.
var diffFormats = []string{"text", "json", "markdown"}

func diffCommand() *cobra.Command {
	var d difference
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare two runs: what broke, what was fixed",
		Long: `Compare the reports of two runs against the same provider: OLD and NEW are each a
report.json, or a folder that holds one.

A check that was judged before and is not any more counts neither as fixed nor as
broken, and is listed apart, as is a known failure, which is tolerated. Where one of the
runs was a part of the checks, only what both ran is compared.

Exit codes: 0 nothing broke; 1 a MUST fails that did not fail before: it held, was
known, or was not run or judged (with --strict, or when the new run was strict, a
SHOULD as well); 2 usage, or files that are no reports to compare; 3 nothing broke as
far as can be seen, but the new run was not finished and says nothing.`,
		Example: `  khop diff main/report.json branch/report.json
  khop diff last-week/ today/ --strict
  khop diff old/ new/ --format markdown >> "$GITHUB_STEP_SUMMARY"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%s wants two reports, the old one and the new one, and was given %d", cmd.CommandPath(), len(args))
			}
			return d.run(cmd, args[0], args[1])
		},
	}
	cmd.Flags().StringVar(&d.format, "format", "text", "what is printed: "+strings.Join(diffFormats, ", "))
	cmd.Flags().BoolVar(&d.strict, "strict", false, "a SHOULD that broke counts as well")
	return cmd
}

// run compares and prints; its error is the exit code's reason.
func (d difference) run(cmd *cobra.Command, older, newer string) error {
	if !slices.Contains(diffFormats, d.format) {
		return fmt.Errorf("--format: no %q%s", d.format, mocks.Suggest(d.format, diffFormats))
	}
	before, err := readReport(older)
	if err != nil {
		return err
	}
	after, err := readReport(newer)
	if err != nil {
		return err
	}
	if err := report.Comparable(before, after); err != nil {
		return fmt.Errorf("%s and %s: %w", older, newer, err)
	}
	comparison := report.Compare(before, after, d.strict || after.Strict)
	if err := d.print(cmd, comparison); err != nil {
		return serious{err}
	}
	switch {
	case comparison.Worse:
		return verdict{exitFailed}
	case after.Verdict == report.Broken:
		return verdict{exitError}
	}
	return nil
}

func (d difference) print(cmd *cobra.Command, c *report.Comparison) error {
	out := cmd.OutOrStdout()
	switch d.format {
	case "json":
		return c.WriteJSON(out)
	case "markdown":
		return c.WriteMarkdown(out, language(cmd))
	}
	return c.WriteText(out, language(cmd), colored(out))
}

// readReport reads a report.json, or the one in a folder.
func readReport(path string) (*report.Report, error) {
	name := path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		name = filepath.Join(path, "report.json")
	}
	file, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && name != path:
		return nil, fmt.Errorf("the folder %s holds no report.json; `khop verify ... --report %s` writes one", path, path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no %s; give a report.json, or the folder that --report wrote", path)
	case err != nil:
		return nil, fmt.Errorf("opening the report: %w", err)
	}
	defer file.Close()
	r, err := report.Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}
