package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/console/client"
)

// playOnServer lets the khop that serves play a flow for an app, and follows it.
func playOnServer(cmd *cobra.Command, khop *client.Client, name, app string, speed float64) error {
	known, err := khop.Find(cmd.Context(), app)
	if err != nil {
		return err
	}
	run, err := khop.StartRun(cmd.Context(), name, known.ID, speed)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: %s for %s\n", run.ID, run.Scenario, known.Name)
	return follow(cmd.Context(), cmd.OutOrStdout(), khop, run)
}

// looks is how often a run is looked at.
const looks = 200 * time.Millisecond

// follow prints a run's steps until it is over.
func follow(ctx context.Context, out io.Writer, khop *client.Client, run scenario.Run) error {
	for told := 0; ; {
		for ; told < run.Step; told++ {
			fmt.Fprintf(out, "step %d of %d%s\n", told+1, run.Steps, whichEvent(run.Events[told]))
		}
		if run.State != scenario.Running {
			return over(out, run)
		}
		select {
		case <-ctx.Done():
			return verdict{exitInterrupted}
		case <-time.After(looks):
		}
		next, err := khop.Run(ctx, run.ID)
		if err != nil {
			return err
		}
		run = next
	}
}

func whichEvent(id int64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf(": event %d", id)
}

// over says how a run has ended.
func over(out io.Writer, run scenario.Run) error {
	fmt.Fprintf(out, "%s after %s\n", run.State, run.Ended.Sub(run.Started).Round(time.Millisecond))
	if run.State == scenario.Done {
		return nil
	}
	if run.Error != "" {
		fmt.Fprintln(out, run.Error)
	}
	return verdict{exitFailed}
}
