package main

import (
	"fmt"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/wire"
)

// triggering holds the flags of khop trigger.
type triggering struct {
	connection
	data      []string
	file      string
	count     int
	generated bool
	preview   bool
}

func triggerCommand() *cobra.Command {
	var t triggering
	cmd := &cobra.Command{
		Use:   "trigger APP EVENT",
		Short: "Have the khop that serves send an event",
		Long: `Have events accepted for an app of the khop that serves, and print their IDs. They are
durable then, and delivered on the provider's own schedule; ` + "`khop events ID`" + ` shows what
became of one. EVENT is a type, or the name of one of several samples.

It is the documented sample with a new identity and the current time, members changed
with --data; with --generated a payload such as the provider may send tomorrow; with
--file the bytes of a file. --preview sends nothing and prints the request as curl.`,
		Example: `  khop trigger shop update_status --data status=12
  khop trigger shop update_weight --count 100 --generated
  khop trigger app_k3v9x2m4q7tz update_status --file body.json --preview`,
		ValidArgsFunction: byPlace(t.appNames, t.eventsOfApp),
		RunE: t.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
			if len(args) != 2 {
				return fmt.Errorf("%s wants an app and an event; `khop apps` and `khop list events` show them", cmd.CommandPath())
			}
			return t.run(cmd, khop, args[0], args[1])
		}),
	}
	t.connection.register(cmd)
	cmd.Flags().StringArrayVar(&t.data, "data", nil, "change a member: `member=value`, a JSON pointer or a top-level name; may be repeated")
	cmd.Flags().StringVar(&t.file, "file", "", "send the bytes of this `file` as the body; - reads standard input")
	cmd.Flags().IntVar(&t.count, "count", 1, "so many events, each with an identity of its own")
	cmd.Flags().BoolVar(&t.generated, "generated", false, "a generated payload in place of the documented one")
	cmd.Flags().BoolVar(&t.preview, "preview", false, "send nothing, and print the request as curl")
	cmd.MarkFlagsMutuallyExclusive("data", "file")
	cmd.MarkFlagsMutuallyExclusive("generated", "file")
	cmd.MarkFlagsMutuallyExclusive("count", "preview")
	return cmd
}

func (t *triggering) run(cmd *cobra.Command, khop *client.Client, word, event string) error {
	if t.count < 1 {
		return fmt.Errorf("--count %d: has to be 1 at least", t.count)
	}
	app, err := khop.Find(cmd.Context(), word)
	if err != nil {
		return err
	}
	draft, err := t.draft(cmd, app, event)
	if err != nil {
		return err
	}
	if t.preview {
		return showPreview(cmd, khop, app, draft)
	}
	accepted, err := khop.Trigger(cmd.Context(), app.ID, draft)
	if err != nil {
		return err
	}
	for _, id := range accepted.IDs {
		fmt.Fprintln(cmd.OutOrStdout(), id)
	}
	return nil
}

func (t *triggering) draft(cmd *cobra.Command, app wire.App, word string) (wire.Draft, error) {
	draft := wire.Draft{Event: word, Generated: t.generated, Count: t.count}
	if t.file != "" {
		body, err := bodyFrom(cmd, app, t.file)
		if utf8.Valid(body) {
			draft.Body = string(body)
		} else {
			draft.BodyBase64 = body
		}
		return draft, err
	}
	if len(t.data) == 0 {
		return draft, nil
	}
	provider, err := mocks.Lookup(app.Provider)
	if err != nil {
		return draft, err
	}
	event, err := provider.Event(word)
	if err != nil {
		return draft, err
	}
	draft.Data, err = overrides(provider, event.Payload, t.data)
	return draft, err
}

// bodyFrom reads what --file names.
func bodyFrom(cmd *cobra.Command, app wire.App, file string) ([]byte, error) {
	provider, err := mocks.Lookup(app.Provider)
	if err != nil {
		return nil, err
	}
	body, err := bodyGiven(cmd, provider, file)
	if err == nil && len(body) == 0 {
		return nil, fmt.Errorf("--file %s: is empty; leave it out for the documented sample", file)
	}
	return body, err
}

// overrides reads --data.
func overrides(provider *mocks.Provider, sample rawjson.Value, pairs []string) (map[string]any, error) {
	data := map[string]any{}
	for _, pair := range pairs {
		member, value, err := changeOf(pair)
		if err != nil {
			return nil, err
		}
		if sample, data[member], err = change(provider, sample, member, value); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func showPreview(cmd *cobra.Command, khop *client.Client, app wire.App, draft wire.Draft) error {
	preview, err := khop.Preview(cmd.Context(), app.ID, draft)
	if err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), preview.Curl)
	for _, problem := range preview.Problems {
		fmt.Fprintf(cmd.ErrOrStderr(), "khop: %s\n", printable(problem.Message))
	}
	return nil
}
