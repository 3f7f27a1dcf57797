package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks/inspect"
	"github.com/khop-dev/khop/mocks/inspect/render"
	"github.com/khop-dev/khop/suites/lang"
)

// validation is one call of `khop validate`.
type validation struct {
	schema, format, unknown string
	strict                  bool
	spoken                  lang.Language
}

func validateCommand() *cobra.Command {
	var v validation
	cmd := &cobra.Command{
		Use:   "validate [FILES|DIRS|URL|-]",
		Short: "Judge payloads wherever they are written down, with line and column",
		Long: `Judge payloads by the schemas of the five providers, without a server.

What a payload is, it says by itself: SuperAI's by type, Mobio's by event_type or
its envelope, the others by their members. --schema names it instead.

A callback's URL or query string, or an object, may be given itself, in quotes.
Each of these may be gzipped, and - is standard input:
  JSON            a payload, several one after the other, or an array of them
  NDJSON          a payload a line; a file of any size
  query string    an eSMS callback, or its whole URL, one a line
  HAR             what a browser or proxy recorded: each request's body or query
  access log      nginx or Apache, common or combined: each request's query

Of a folder, *.json, *.ndjson, *.jsonl, *.har and their *.gz are read; names that
begin with a dot, node_modules and symbolic links are passed over. Logs are read
when they are named.

JSON that is no provider's payload is a problem in a file that is named, and on
standard input; in a folder, a HAR file and a log it is skipped and counted, as are
settings with comments in them. What is no JSON at all, though named so, is a problem
in a folder, too. --unknown skip skips both everywhere, as the pre-commit hook does,
but for a merge conflict and for what can still be made out to be a provider's
payload; --unknown fail makes every unknown payload a problem.

A problem reads FILE:LINE:COLUMN POINTER: RULE: expected ..., found ...; the place
is that of the value, for a missing member that of the object which lacks it.
Beside the rules of JSON Schema there are syntax, encoding (not UTF-8, or a byte
order mark before a payload), duplicate (a member twice), depth (beyond 512 levels), size (a payload
beyond 16 MiB, a HAR file beyond 64 MiB), gzip, empty, binary, unknown, and with
--strict undocumented.

Exit codes: 0 all valid; 1 something is invalid; 2 usage: nothing to validate, an
unknown schema, or a file that cannot be read, with all others judged; 130
interrupted.`,
		Example: `  khop validate payload.json
  khop validate exports/ captured.har --strict
  khop validate 'https://shop.example.vn/callback?SMSID=f1&SendStatus=5'
  zcat events.ndjson.gz | khop validate --schema mobio/sale_create_deal -
  khop validate --format github fixtures/`,
		RunE: func(cmd *cobra.Command, args []string) error {
			v.spoken = language(cmd)
			return v.run(cmd.Context(), args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&v.schema, "schema", "", "judge everything by the schema of this `ID`, as superai/update_status")
	flags.StringVar(&v.format, "format", "text", strings.Join(render.Formats, ", "))
	flags.StringVar(&v.unknown, "unknown", "", "what to do with JSON that is no provider's payload: skip or fail")
	flags.BoolVar(&v.strict, "strict", false, "report members, too, that no document names")
	return cmd
}

// run judges what is named and writes the report.
func (v *validation) run(ctx context.Context, names []string, in io.Reader, out, progress io.Writer) error {
	options, err := v.options()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return errors.New("nothing to validate: name files or folders, or - for standard input")
	}
	sources := inspect.Gather(names, in, inspect.Manner(v.unknown))
	bar := newProgress(progress)
	defer bar.end()
	words := wordsOf(v.spoken)
	report, err := render.New(v.format, bar.behind(out), render.Options{Version: version, Color: colored(out), Words: words})
	if err != nil {
		return err
	}
	summary, err := inspect.Inspect(ctx, bar.follow(sources), options, report)
	bar.end()
	if ctx.Err() != nil {
		fmt.Fprintln(progress, "khop: "+v.spoken.Textf("interrupted; until then: %s", words.Summary(summary)))
		return verdict{exitInterrupted}
	}
	if err == nil {
		err = report.Close(summary)
	}
	if err != nil {
		return serious{fmt.Errorf("writing the report: %w", err)}
	}
	if v.format != "text" {
		fmt.Fprintln(progress, "khop: "+words.Summary(summary))
	}
	return v.outcome(summary)
}

// options turns the flags into what the inspection understands.
func (v *validation) options() (inspect.Options, error) {
	o := inspect.Options{Strict: v.strict}
	switch inspect.Manner(v.unknown) {
	case inspect.Natural, inspect.Skip, inspect.Fail:
	default:
		return o, fmt.Errorf("--unknown is skip or fail, not %q", v.unknown)
	}
	if v.schema == "" {
		return o, nil
	}
	var err error
	if o.Schema, err = findSchema(v.schema); err != nil {
		return o, fmt.Errorf("--schema: %w", err)
	}
	return o, nil
}

// outcome is the exit code of what was found.
func (v *validation) outcome(s inspect.Summary) error {
	switch {
	case s.Unreadable > 0:
		return verdict{exitUsage} // the report names the files
	case !s.Good():
		return verdict{exitFailed}
	case s.Payloads() == 0 && v.unknown != string(inspect.Skip):
		return fmt.Errorf("nothing to validate: no provider's payload is in what was named (%s)", render.Summary(s))
	}
	return nil
}
