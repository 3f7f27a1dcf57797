package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/wire"
)

// connection are the flags that say where the khop is that serves.
type connection struct {
	server string
	token  string
}

func (c *connection) register(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&c.server, "server", "", "`URL` of the khop serve to talk to (or set KHOP_SERVER); "+client.DefaultServer+" where neither is given")
	flags.StringVar(&c.token, "token", "", "the `token` that it was started with (or set KHOP_TOKEN)")
}

// open makes the client; nothing is asked yet.
func (c *connection) open() (*client.Client, error) {
	server := cmp.Or(c.server, os.Getenv("KHOP_SERVER"), client.DefaultServer)
	khop, err := client.New(server, cmp.Or(c.token, os.Getenv("KHOP_TOKEN")))
	if err != nil {
		return nil, fmt.Errorf("--server: %w", err)
	}
	return khop, nil
}

// talking makes a command's work out of a conversation with the khop that serves.
func (c *connection) talking(talk func(*cobra.Command, []string, *client.Client) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		khop, err := c.open()
		if err != nil {
			return err
		}
		return concluded(talk(cmd, args, khop))
	}
}

// concluded gives an error of a conversation its exit code: what was asked for wrongly is a
// matter of usage, and a khop that does not answer, or cannot, is not.
func concluded(err error) error {
	var problem *wire.Problem
	switch {
	case errors.Is(err, context.Canceled):
		return verdict{exitInterrupted}
	case errors.Is(err, client.ErrUnreachable), errors.As(err, &problem) && problem.Status >= http.StatusInternalServerError:
		return serious{err}
	case errors.As(err, &problem):
		return fmt.Errorf("%w%s", err, listings[path.Base(problem.See)])
	}
	return err
}

// listings are the commands that show what there is, by the last word of the API's path
// for the same.
var listings = map[string]string{
	"apps":   "; `khop apps` lists what there is",
	"events": "; `khop events` lists what there is",
}

// wireFormats are how the commands that talk to a khop print what it says.
var wireFormats = []string{"text", "json"}

// refuseFormat refuses a format that there is not.
func refuseFormat(format string) error {
	if !slices.Contains(wireFormats, format) {
		return fmt.Errorf("--format: no %q%s", format, mocks.Suggest(format, wireFormats))
	}
	return nil
}

// writeJSON prints a shape as one line of JSON.
func writeJSON(out io.Writer, shape any) error {
	if err := json.NewEncoder(out).Encode(shape); err != nil {
		return serious{fmt.Errorf("printing: %w", err)}
	}
	return nil
}

// completionPatience is how long a shell waits for what a khop has to propose.
const completionPatience = time.Second

// appNames proposes the apps of the khop that serves; where none answers, nothing.
func (c *connection) appNames(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []string
	for _, app := range c.apps(cmd) {
		names = append(names, app.Name)
	}
	return beginning(typed, names), cobra.ShellCompDirectiveNoFileComp
}

// eventsOfApp proposes the events of the app that was named before.
func (c *connection) eventsOfApp(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	for _, app := range c.apps(cmd) {
		if provider, err := mocks.Lookup(app.Provider); err == nil && (args[0] == app.Name || args[0] == app.ID) {
			return beginning(typed, provider.EventWords()), cobra.ShellCompDirectiveNoFileComp
		}
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

func (c *connection) apps(cmd *cobra.Command) []wire.App {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
	defer cancel()
	khop, err := c.open()
	if err != nil {
		return nil
	}
	apps, _ := khop.Apps(ctx) // no answer, no proposals
	return apps
}

// propose gives a flag its completion.
func propose(cmd *cobra.Command, flag string, by completion) {
	if err := cmd.RegisterFlagCompletionFunc(flag, by); err != nil {
		panic(err) // the flag is there, and has none yet
	}
}
