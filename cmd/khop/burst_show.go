package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/load"
	"github.com/khop-dev/khop/suites/report"
)

// showing holds the flags of how a burst's result is shown and where it is written.
type showing struct {
	folder string
	format string
	quiet  bool

	out      io.Writer
	complain io.Writer
	screen   load.Screen
	language lang.Language
}

// burstFormats are how a result can be printed.
var burstFormats = []string{"text", "json", "markdown"}

func (s *showing) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.folder, "report", "", "write the reports ("+strings.Join(load.Files(), ", ")+") into this `folder`")
	cmd.Flags().StringVar(&s.format, "format", "text", "what is printed: "+strings.Join(burstFormats, ", "))
	cmd.Flags().BoolVarP(&s.quiet, "quiet", "q", false, "print the outcome alone, and nothing before it is there")
}

// prepare proves that everything can be written before anything is sent.
func (s *showing) prepare(cmd *cobra.Command) error {
	s.out, s.complain = listened(cmd.OutOrStdout()), cmd.ErrOrStderr()
	s.screen, s.language = screenOf(cmd.OutOrStdout()), language(cmd)
	if !slices.Contains(burstFormats, s.format) {
		return fmt.Errorf("--format: no %q%s", s.format, mocks.Suggest(s.format, burstFormats))
	}
	if s.folder != "" {
		if err := report.Folder(s.folder).Prepare(); err != nil {
			return fmt.Errorf("--report %s: %w", s.folder, err)
		}
	}
	return nil
}

// screenOf is what a text is written for: a terminal of some width, or a file.
func screenOf(out io.Writer) load.Screen {
	screen := load.Screen{Color: colored(out)}
	if file, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			screen.Columns = width
		}
	}
	return screen
}

// show writes the reports that were asked for, and prints the result.
func (s *showing) show(result burst.Result) error {
	if s.folder != "" {
		if err := load.Write(report.Folder(s.folder), result, s.language); err != nil {
			return serious{err}
		}
	}
	appendSummary(s.complain, func(w io.Writer) error { return load.WriteMarkdown(w, result, s.language) })
	if err := s.print(result); err != nil {
		return serious{err}
	}
	return nil
}

func (s *showing) print(result burst.Result) error {
	switch {
	case s.format == "json":
		return load.WriteJSON(s.out, result)
	case s.format == "markdown":
		return load.WriteMarkdown(s.out, result, s.language)
	case s.quiet:
		return load.WriteOutcome(s.out, result, s.language, s.screen)
	}
	return load.WriteText(s.out, result, s.language, s.screen)
}
