package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/suites/target/container"
)

func cleanCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "Remove containers and images that khop left behind",
		Long: `Remove the containers and images that a khop has made and could not remove, because it
was killed together with its helper, or the engine did not answer. Those of a khop that
is at work stay, unless --all is given.`,
		Example: `  khop clean
  khop clean --all`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := container.Alone(); err != nil {
				return serious{err}
			}
			removed, err := container.Clean(cmd.Context(), all)
			for _, name := range removed {
				fmt.Fprintln(cmd.OutOrStdout(), "removed "+name)
			}
			if err != nil {
				return serious{err}
			}
			if len(removed) == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "nothing was left behind")
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "remove those of a khop that is at work, too")
	return cmd
}
