package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/client"
)

// browsing holds the flags of khop events.
type browsing struct {
	connection
	app, state, kind, search string
	limit                    int
	follow                   bool
	format                   string
}

func eventsCommand() *cobra.Command {
	var b browsing
	cmd := &cobra.Command{
		Use:   "events [ID]",
		Short: "Show the events of the khop that serves",
		Long: `List the events of the khop that serves, newest first, or show one with every attempt:
what was sent, what came back, what the provider read into it, and when the next one is
due. --follow goes on and prints an event whenever it is accepted or its state changes.

With --format json every event is a line of JSON.`,
		Example: `  khop events --app shop --state failed
  khop events 17
  khop events --search 9876 --format json
  khop events --follow`,
		RunE: b.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
			if err := b.check(cmd, args); err != nil {
				return err
			}
			if len(args) == 1 {
				return b.show(cmd, khop, args[0])
			}
			return b.list(cmd, khop)
		}),
	}
	b.connection.register(cmd)
	cmd.Flags().StringVar(&b.app, "app", "", "only events of this `app`")
	cmd.Flags().StringVar(&b.state, "state", "", "only events in this `state`: "+strings.Join(eventStates(), ", "))
	cmd.Flags().StringVar(&b.kind, "type", "", "only events of this `type`")
	cmd.Flags().StringVar(&b.search, "search", "", "only events about an object whose identity has this `text` in it, or the event of this ID")
	cmd.Flags().IntVar(&b.limit, "limit", outbox.DefaultLimit, "at most so many")
	cmd.Flags().BoolVarP(&b.follow, "follow", "f", false, "go on, and print every change")
	cmd.Flags().StringVar(&b.format, "format", "text", "what is printed: text or json")
	propose(cmd, "app", b.appNames)
	propose(cmd, "state", fixed(eventStates()...))
	propose(cmd, "format", fixed(wireFormats...))
	return cmd
}

func eventStates() []string {
	var words []string
	for _, state := range outbox.States {
		words = append(words, string(state))
	}
	return words
}

// check refuses what does not go together.
func (b *browsing) check(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("%s wants one event's ID, or none for a list", cmd.CommandPath())
	}
	if len(args) == 1 {
		for _, flag := range []string{"app", "state", "type", "search", "limit", "follow"} {
			if cmd.Flags().Changed(flag) {
				return fmt.Errorf("--%s is for a list; leave it out, or the ID", flag)
			}
		}
	}
	if b.state != "" && !slices.Contains(eventStates(), b.state) {
		return fmt.Errorf("--state: no %q%s", b.state, mocks.Suggest(b.state, eventStates()))
	}
	if b.limit < 1 {
		return errors.New("--limit has to be 1 at least")
	}
	return refuseFormat(b.format)
}

func (b *browsing) show(cmd *cobra.Command, khop *client.Client, word string) error {
	ids, err := eventIDs([]string{word})
	if err != nil {
		return err
	}
	event, err := khop.Event(cmd.Context(), ids[0])
	if err != nil {
		return err
	}
	if b.format == "json" {
		return writeJSON(cmd.OutOrStdout(), event)
	}
	return printEvent(cmd.OutOrStdout(), event, language(cmd))
}

// list prints what the flags ask for; with --follow oldest first, so that what comes
// goes on below.
func (b *browsing) list(cmd *cobra.Command, khop *client.Client) error {
	query, err := b.query(cmd, khop)
	if err != nil {
		return err
	}
	lines, err := b.printer(cmd, khop)
	if err != nil {
		return err
	}
	if b.follow {
		return (&pursuit{khop: khop, query: query, lines: lines, notes: cmd.ErrOrStderr(), spoken: language(cmd)}).run(cmd.Context())
	}
	return eachEvent(cmd.Context(), khop, query, lines.event)
}

// query is what the flags ask for.
func (b *browsing) query(cmd *cobra.Command, khop *client.Client) (outbox.Query, error) {
	query := outbox.Query{State: outbox.State(b.state), Type: b.kind, Search: b.search, Limit: b.limit}
	if b.app == "" {
		return query, nil
	}
	app, err := khop.Find(cmd.Context(), b.app)
	query.App = app.ID
	return query, err
}
