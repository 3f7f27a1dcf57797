package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

// hiddenCommand is a floor that has to be a process of its own, and so is this program
// once more.
func hiddenCommand(name, short string, run func(ctx context.Context, args []string, out io.Writer) error) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, Hidden: true, DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return run(cmd.Context(), args, cmd.OutOrStdout())
		},
	}
}
