package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := rootCommand().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "khop-bench: "+err.Error())
		os.Exit(1)
	}
}

func rootCommand() *cobra.Command {
	var only, document string
	var quick bool
	cmd := &cobra.Command{
		Use:   "khop-bench",
		Short: "Measure khop against floors, and print one table",
		Long: `Measure khop against programs that do less, in turns on this machine, and print one
table. Run it where nothing else runs: a busy machine is told in the table.

It ends with 1 when a measurement failed, not when an aim was missed or a program that
it needs (wrk, PostgreSQL) is not there: the table says so.`,
		Example: `  go run ./cmd/khop-bench
  go run ./cmd/khop-bench --write docs/benchmarks.md
  go run ./cmd/khop-bench --only 'burst|endpoint'
  go run ./cmd/khop-bench --quick`,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wanted, err := regexp.Compile(only)
			switch {
			case err != nil:
				return fmt.Errorf("--only %s: not a regular expression: %w", only, err)
			case document != "" && quick:
				return errors.New("--write and --quick do not go together: --quick is no measurement")
			case document != "" && only != "":
				return errors.New("--write and --only do not go together: the document holds every figure")
			}
			chosen := selected(measurements, wanted)
			if len(chosen) == 0 {
				return fmt.Errorf("--only %s matches none of: %s", only, names(measurements))
			}
			return bench(cmd, chosen, quick, document)
		},
	}
	cmd.Flags().StringVar(&only, "only", "", "take only the measurements whose name matches this `regexp`")
	cmd.Flags().StringVar(&document, "write", "", "write the table into this `file` as well, between its markers")
	cmd.Flags().BoolVar(&quick, "quick", false, "take everything once and tiny, to see that it runs; no measurement")
	cmd.AddCommand(
		endpointCommand(),
		hiddenCommand("bare", "Serve a bare handler", bareCommand),
		hiddenCommand("decode", "Decode the lines of a file", decodeCommand),
	)
	return cmd
}

// endpointCommand is the one measurement that people look at while they work on it.
func endpointCommand() *cobra.Command {
	var quick bool
	cmd := &cobra.Command{
		Use:     "endpoint",
		Short:   "Measure AccessTrade's endpoint alone",
		Long:    "Measure AccessTrade's endpoint against a bare handler, both driven by the same wrk command in turns.",
		Example: "  go run ./cmd/khop-bench endpoint",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return bench(cmd, selected(measurements, regexp.MustCompile("^endpoint$")), quick, "")
		},
	}
	cmd.Flags().BoolVar(&quick, "quick", false, "once and tiny, to see that it runs; no measurement")
	return cmd
}

// bench takes the measurements, prints the table, and writes it where a document is
// named.
func bench(cmd *cobra.Command, wanted []measurement, quick bool, document string) error {
	machine := lookAtMachine()
	l, err := openLab(cmd.Context(), quick)
	if err != nil {
		return err
	}
	defer l.close()
	outcomes := takeAll(cmd.Context(), l, wanted, cmd.ErrOrStderr())
	if cmd.Context().Err() != nil {
		return errors.New("interrupted")
	}
	machine.Khop = l.version
	text := page(machine, outcomes, quick)
	fmt.Fprint(cmd.OutOrStdout(), text)
	if document != "" {
		if err := writeInto(document, text); err != nil {
			return err
		}
	}
	return failures(outcomes)
}
