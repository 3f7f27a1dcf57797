package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// output holds the flags of what a run shows and writes, and where that goes.
type output struct {
	folder         string
	format         string
	har            string
	quiet, verbose bool

	out      io.Writer
	complain io.Writer
	language lang.Language
	console  *report.Console
	log      *exchangeLog // nil without --har
}

// formats are what a run can print.
var formats = []string{"text", "github", "markdown", "json"}

func (o *output) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.folder, "report", "", "write the reports ("+strings.Join(report.Files(), ", ")+") into this `folder`")
	cmd.Flags().StringVar(&o.format, "format", "text", "what is printed: text, github (text, and annotations for GitHub Actions), markdown or json")
	cmd.Flags().StringVar(&o.har, "har", "", "write every request and answer into this HAR `file`")
	cmd.Flags().BoolVarP(&o.quiet, "quiet", "q", false, "print the verdict alone")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "print every check")
	cmd.MarkFlagsMutuallyExclusive("quiet", "verbose")
}

// prepare proves that everything can be written before anything is sent, and makes
// the console.
func (o *output) prepare(cmd *cobra.Command) error {
	o.out, o.complain, o.language = listened(cmd.OutOrStdout()), cmd.ErrOrStderr(), language(cmd)
	if !slices.Contains(formats, o.format) {
		return fmt.Errorf("--format: no %q%s", o.format, mocks.Suggest(o.format, formats))
	}
	if o.folder != "" {
		if err := report.Folder(o.folder).Prepare(); err != nil {
			return fmt.Errorf("--report %s: %w", o.folder, err)
		}
	}
	if o.har != "" {
		log, err := newExchangeLog(o.har)
		if err != nil {
			return fmt.Errorf("--har: %w", err)
		}
		o.log = log
	}
	o.console = &report.Console{Out: o.out, Color: colored(cmd.OutOrStdout()), Detail: o.detail(), Language: o.language}
	if !o.talks() {
		o.console.Out = io.Discard
	}
	return nil
}

// talks tells whether the console is what is printed.
func (o *output) talks() bool { return o.format == "text" || o.format == "github" }

func (o *output) detail() report.Detail {
	switch {
	case o.quiet:
		return report.Quiet
	case o.verbose:
		return report.Verbose
	}
	return report.Normal
}

// record takes every exchange of a run; nil where nobody wants them.
func (o *output) record() func(report.Check) {
	if o.log == nil {
		return nil
	}
	return o.log.add
}

// write writes what a run found out to wherever it was asked for, and shows it then:
// who reads may stop at any time.
func (o *output) write(result *report.Report, show func(*report.Report)) error {
	err := o.log.finish()
	if o.folder != "" {
		err = errors.Join(err, report.Folder(o.folder).Write(result, o.language))
	}
	o.summarize(result)
	show(result)
	if err = errors.Join(err, o.print(result)); err != nil {
		return serious{err}
	}
	return nil
}

// print prints the run in the format that is wanted beside the console's text, or
// in its place.
func (o *output) print(result *report.Report) error {
	switch o.format {
	case "github":
		return report.WriteGitHub(o.out, result)
	case "markdown":
		return report.WriteMarkdown(o.out, result, o.language)
	case "json":
		return report.WriteJSON(o.out, result)
	}
	return nil
}

// summarize appends the run to the job's summary.
func (o *output) summarize(result *report.Report) {
	appendSummary(o.complain, func(w io.Writer) error { return report.WriteMarkdown(w, result, o.language) })
}

// appendSummary appends a run to the job's summary where GitHub Actions names a file
// for it. Nobody asked for that: where it fails, the verdict is the same.
func appendSummary(complain io.Writer, render func(io.Writer) error) {
	name := os.Getenv("GITHUB_STEP_SUMMARY")
	if name == "" {
		return
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		err = errors.Join(render(file), file.Close())
	}
	if err != nil {
		fmt.Fprintf(complain, "khop: the job has no summary of this run: appending to GITHUB_STEP_SUMMARY: %v\n", err)
	}
}

// close gives back what prepare took; a HAR that was not finished is taken away.
func (o *output) close() { o.log.abandon() }

// listened is a writer that somebody may stop to listen to, as head does: what nobody
// reads any more goes nowhere, and is no failure of the run.
func listened(out io.Writer) io.Writer {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // which would end khop before its reports are written
	return audience{out}
}

type audience struct{ io.Writer }

func (a audience) Write(text []byte) (int, error) {
	n, err := a.Writer.Write(text)
	if errors.Is(err, syscall.EPIPE) {
		return len(text), nil
	}
	return n, err
}
