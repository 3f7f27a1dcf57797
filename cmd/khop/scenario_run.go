package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/suites/console/client"
)

// playing holds the flags of khop scenario run.
type playing struct {
	flows
	credentials
	address
	pace
	connection
	app string
}

func scenarioRun() *cobra.Command {
	p := &playing{}
	cmd := &cobra.Command{
		Use:   "run NAME|FILE --target URL | run NAME --app APP",
		Short: "Play a flow",
		Long: `Play a flow against a target, signed and sent again as the provider does it, and print
every attempt; or with --app let a running khop serve play it for one of its apps, and
print how that gets on.

Exit code 0 when the target accepted every event in the end, those apart that were lost
on purpose; 1 when not; 3 when the target cannot be reached. With --app, 0 when every
event was handed over.`,
		Example: `  khop scenario run superai-partial-delivery --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42
  khop scenario run flows/my-order.yaml --target http://127.0.0.1:3000/hook --speed 60
  khop scenario run mobio-outage --app shop --speed 60`,
		Args: oneScenario, ValidArgsFunction: byPlace(words(scenarioNames)),
		RunE: p.run,
	}
	p.flows.register(cmd)
	p.credentials.register(cmd)
	p.address.register(cmd)
	p.pace.register(cmd)
	p.connection.register(cmd)
	cmd.Flags().StringVar(&p.app, "app", "", "let khop serve play it for this `app`, by its name or ID")
	propose(cmd, "app", p.appNames)
	cmd.MarkFlagsOneRequired("app", "target")
	for _, own := range []string{"target", "scenarios", "secret", "set", "header", "timeout", "ca", "insecure-tls"} {
		cmd.MarkFlagsMutuallyExclusive("app", own)
	}
	for _, served := range []string{"server", "token"} {
		cmd.MarkFlagsMutuallyExclusive("target", served)
	}
	return cmd
}

func (p *playing) run(cmd *cobra.Command, args []string) error {
	if err := p.pace.check(cmd); err != nil {
		return err
	}
	if p.app == "" {
		s, err := p.find(args[0])
		if err != nil {
			return err
		}
		return playInShell(cmd, s, p.credentials, p.address, p.speed)
	}
	if isFile(args[0]) {
		return errors.New("with --app khop serve plays the flows that it knows: start it with --scenarios FOLDER, and give the flow's name here")
	}
	return p.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
		return playOnServer(cmd, khop, args[0], p.app, p.speed)
	})(cmd, args)
}

func scenarioWatch() *cobra.Command {
	var there connection
	cmd := &cobra.Command{
		Use:   "watch RUN",
		Short: "Watch a flow that khop serve plays",
		Long: `Print each step of a run until it is over. Exit code 0 when every event was handed over,
1 when the run was stopped or has failed.`,
		Example: `  khop scenario watch run_5gk2mw7q3xza`,
		Args:    oneRun,
		RunE: there.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
			run, err := khop.Run(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return follow(cmd.Context(), cmd.OutOrStdout(), khop, run)
		}),
	}
	there.register(cmd)
	return cmd
}

func scenarioStop() *cobra.Command {
	var there connection
	cmd := &cobra.Command{
		Use:     "stop RUN",
		Short:   "Stop a flow that khop serve plays",
		Long:    "Stop a run before its next step. What it has sent is delivered all the same.",
		Example: `  khop scenario stop run_5gk2mw7q3xza`,
		Args:    oneRun,
		RunE: there.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
			return khop.StopRun(cmd.Context(), args[0])
		}),
	}
	there.register(cmd)
	return cmd
}

func oneRun(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%s wants one run, such as run_5gk2mw7q3xza", cmd.CommandPath())
	}
	return nil
}
