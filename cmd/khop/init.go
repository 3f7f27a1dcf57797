package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/suites/plan"
)

// planFile is where khop looks for its configuration.
const planFile = "khop.yaml"

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a commented " + planFile,
		Long: `Write a configuration to begin with: every provider with its secrets, settings and what
else can be said about a target. A file that is there already stays as it is.`,
		Example: `  khop init
  khop init ci/khop.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := planFile
			if len(args) == 1 {
				name = args[0]
			}
			file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s is there already; name another file, or take that one away", name)
			}
			if err != nil {
				return fmt.Errorf("writing the configuration: %w", err)
			}
			if _, err := file.WriteString(plan.Template()); err != nil {
				return serious{fmt.Errorf("writing %s: %w", name, err)}
			}
			if err := file.Close(); err != nil {
				return serious{fmt.Errorf("writing %s: %w", name, err)}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote %s; fill in the targets, then: khop verify all --config %s\n", name, name)
			return nil
		},
	}
}
