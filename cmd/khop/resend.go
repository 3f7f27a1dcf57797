package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/wire"
)

// resending holds the flags of khop resend.
type resending struct {
	connection
	failed bool
	app    string
}

func resendCommand() *cobra.Command {
	var r resending
	cmd := &cobra.Command{
		Use:   "resend ID... | --failed",
		Short: "Send events once more, by hand",
		Long: `Send events once more as soon as possible, outside the provider's schedule, and print how
many: those of the IDs, or with --failed all that the provider's policy has given up. An
event that is due already is not sent twice.`,
		Example: `  khop resend 17 18
  khop resend --failed --app shop`,
		RunE: r.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
			count, err := r.run(cmd, khop, args)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), count)
			return nil
		}),
	}
	r.connection.register(cmd)
	cmd.Flags().BoolVar(&r.failed, "failed", false, "all events that have failed")
	cmd.Flags().StringVar(&r.app, "app", "", "only those of this `app`, with --failed")
	propose(cmd, "app", r.appNames)
	return cmd
}

func (r *resending) run(cmd *cobra.Command, khop *client.Client, args []string) (int, error) {
	switch {
	case r.failed == (len(args) > 0):
		return 0, errors.New(cmd.CommandPath() + " wants the IDs of events, or --failed; `khop events --state failed` lists them")
	case r.failed:
		return r.allFailed(cmd, khop)
	case r.app != "":
		return 0, errors.New("--app goes with --failed; an event's ID says which app it is of")
	}
	ids, err := eventIDs(args)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := khop.Resend(cmd.Context(), id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

func (r *resending) allFailed(cmd *cobra.Command, khop *client.Client) (int, error) {
	which := wire.Resend{}
	if r.app != "" {
		app, err := khop.Find(cmd.Context(), r.app)
		if err != nil {
			return 0, err
		}
		which.App = app.ID
	}
	return khop.ResendFailed(cmd.Context(), which)
}

// eventIDs reads the IDs of events.
func eventIDs(words []string) ([]int64, error) {
	var ids []int64
	for _, word := range words {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil || id < 1 {
			return nil, fmt.Errorf("%q is no ID of an event: those are numbers, as `khop events` shows them", word)
		}
		ids = append(ids, id)
	}
	return ids, nil
}
