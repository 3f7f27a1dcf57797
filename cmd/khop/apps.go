package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/wire"
)

func appsCommand() *cobra.Command {
	c := &connection{}
	var format string
	cmd := &cobra.Command{
		Use:   "apps [list|add|show|pause|resume|remove]",
		Short: "Manage the apps of the khop that serves",
		Long: `List the apps of the khop that serves, and add, show, pause, resume or remove them. An
app is one partner's webhook at one provider: where events go, and with what secrets.

An app is named by its ID, or by its name where no other has it. Events for a paused app
are accepted and wait.`,
		Example: `  khop apps
  khop apps add superai --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42
  khop apps pause shop
  khop apps remove app_k3v9x2m4q7tz`,
		Args: noSubcommand,
		RunE: c.talking(func(cmd *cobra.Command, _ []string, khop *client.Client) error { return listApps(cmd, khop, format) }),
	}
	c.register(cmd)
	cmd.PersistentFlags().StringVar(&format, "format", "text", "what is printed: text or json")
	propose(cmd, "format", fixed(wireFormats...))
	for _, sub := range []*cobra.Command{
		listAppsCommand(c, &format), addAppCommand(c, &format), showAppCommand(c, &format),
		pauseCommand(c), resumeCommand(c), removeAppCommand(c),
	} {
		sub.PreRunE = refuseFlags
		cmd.AddCommand(sub)
	}
	return cmd
}

// noSubcommand refuses a word that is none of the subcommands.
func noSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range cmd.Commands() {
		known = append(known, sub.Name())
	}
	return fmt.Errorf("%s knows no %q%s", cmd.CommandPath(), args[0], mocks.Suggest(args[0], known))
}

func listAppsCommand(c *connection, format *string) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the apps",
		Long:    "List the apps, oldest first.",
		Example: "  khop apps list --format json",
		Args:    cobra.NoArgs,
		RunE:    c.talking(func(cmd *cobra.Command, _ []string, khop *client.Client) error { return listApps(cmd, khop, *format) }),
	}
}

func listApps(cmd *cobra.Command, khop *client.Client, format string) error {
	if err := refuseFormat(format); err != nil {
		return err
	}
	apps, err := khop.Apps(cmd.Context())
	if err != nil {
		return err
	}
	if format == "json" {
		return writeJSON(cmd.OutOrStdout(), wire.Apps{Apps: apps})
	}
	spoken := language(cmd)
	if len(apps) == 0 {
		fmt.Fprintln(cmd.ErrOrStderr(), "khop: "+spoken.Text("there are no apps yet; `khop apps add` adds one"))
		return nil
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, spoken.Text("ID\tNAME\tPROVIDER\tTARGET\tSTATE"))
	for _, app := range apps {
		state := spoken.Text("open")
		if app.Paused {
			state = spoken.Text("paused")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", app.ID, column(app.Name, 40), app.Provider, column(app.Target, 60), state)
	}
	return table.Flush()
}

func showAppCommand(c *connection, format *string) *cobra.Command {
	return &cobra.Command{
		Use: "show APP", Short: "Show an app, secrets masked",
		Long:              "Show an app. Its secrets and the values of its headers are masked: they were shown when it was added.",
		Example:           "  khop apps show shop",
		ValidArgsFunction: byPlace(c.appNames),
		RunE: c.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
			if err := refuseFormat(*format); err != nil {
				return err
			}
			if len(args) != 1 {
				return fmt.Errorf("%s wants one app; `khop apps` lists them", cmd.CommandPath())
			}
			app, err := khop.Find(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printApp(cmd, app, *format)
		}),
	}
}

func printApp(cmd *cobra.Command, app wire.App, format string) error {
	if format == "json" {
		return writeJSON(cmd.OutOrStdout(), app)
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	line := func(name string, value any) { fmt.Fprintf(table, "%s\t%s\n", name, printable(fmt.Sprint(value))) }
	line("id", app.ID)
	line("name", app.Name)
	line("provider", app.Provider)
	line("target", app.Target)
	for _, kind := range []struct {
		name   string
		values map[string]string
	}{{"secret", app.Secrets}, {"header", app.Headers}, {"set", app.Settings}} {
		for _, name := range slices.Sorted(maps.Keys(kind.values)) {
			line(kind.name, name+"="+kind.values[name])
		}
	}
	line("speed", app.Speed)
	line("paused", app.Paused)
	line("created", app.Created.Local().Format(timeForm))
	return table.Flush()
}

func pauseCommand(c *connection) *cobra.Command {
	return &cobra.Command{
		Use: "pause APP...", Short: "Let an app's events wait",
		Long:              "Let the events of apps wait until `khop apps resume`. They are accepted meanwhile.",
		Example:           "  khop apps pause shop",
		ValidArgsFunction: c.appNames,
		RunE: c.eachApp(func(cmd *cobra.Command, khop *client.Client, app wire.App) error {
			return setPaused(cmd, khop, app, true)
		}),
	}
}

func resumeCommand(c *connection) *cobra.Command {
	return &cobra.Command{
		Use: "resume APP...", Short: "Let an app's events go on",
		Long:              "Let the events of paused apps go on.",
		Example:           "  khop apps resume shop",
		ValidArgsFunction: c.appNames,
		RunE: c.eachApp(func(cmd *cobra.Command, khop *client.Client, app wire.App) error {
			return setPaused(cmd, khop, app, false)
		}),
	}
}

func setPaused(cmd *cobra.Command, khop *client.Client, app wire.App, paused bool) error {
	_, err := khop.ChangeApp(cmd.Context(), app.ID, wire.AppChange{Paused: &paused})
	return err
}

func removeAppCommand(c *connection) *cobra.Command {
	return &cobra.Command{
		Use: "remove APP...", Short: "Remove an app with its events",
		Long:              "Remove apps, with all their events and attempts.",
		Example:           "  khop apps remove app_k3v9x2m4q7tz",
		ValidArgsFunction: c.appNames,
		RunE: c.eachApp(func(cmd *cobra.Command, khop *client.Client, app wire.App) error {
			return khop.RemoveApp(cmd.Context(), app.ID)
		}),
	}
}

// eachApp makes a command's work out of something that is done to each app that is
// named. All of them are found before anything is done to the first.
func (c *connection) eachApp(do func(*cobra.Command, *client.Client, wire.App) error) func(*cobra.Command, []string) error {
	return c.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
		if len(args) == 0 {
			return errors.New(cmd.CommandPath() + " wants an app; `khop apps` lists them")
		}
		var apps []wire.App
		for _, word := range args {
			app, err := khop.Find(cmd.Context(), word)
			if err != nil {
				return err
			}
			apps = append(apps, app)
		}
		for _, app := range apps {
			if err := do(cmd, khop, app); err != nil {
				return fmt.Errorf("%s: %w", app.Name, err)
			}
		}
		return nil
	})
}
