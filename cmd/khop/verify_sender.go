package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/target"
)

// senderVerification holds the flags of khop verify-sender.
type senderVerification struct {
	verification
	listen  string
	trigger string
	wait    time.Duration
	orders  int
	faults  []string
	checks  []string
}

func verifySenderCommand() *cobra.Command {
	var v senderVerification
	cmd := &cobra.Command{
		Use:   "verify-sender accesstrade --trigger COMMAND|URL",
		Short: "Find out whether a merchant's postbacks fit AccessTrade",
		Long: `Play AccessTrade on --listen, make the merchant send its orders with --trigger (a shell
command, or a URL that is posted to), and judge what arrives. The trigger runs once for
the ordinary checks and once more for every fault; KHOP_ENDPOINT tells it where khop
listens. It should fail, or answer 4xx or 5xx, when an order was not accepted.

Without a trigger khop waits --for a while and judges what comes by itself.`,
		Example: `  khop verify-sender accesstrade --listen 127.0.0.1:8090 --secret access_key=K --secret secret_key=S --trigger 'make send-order'
  khop verify-sender accesstrade --secret access_key=K --secret secret_key=S --for 30s`,
		RunE: func(cmd *cobra.Command, args []string) error {
			provider, err := providerArgument(cmd, args)
			if err != nil {
				return err
			}
			if provider.Name != accesstrade.Name {
				return fmt.Errorf("khop verify-sender knows accesstrade alone: %s is verified with `khop verify %s`", provider.Title, provider.Name)
			}
			return v.run(cmd, provider)
		},
	}
	v.credentials.register(cmd)
	v.output.register(cmd)
	v.selecting.register(cmd)
	v.tolerance.register(cmd)
	var faults []string
	for _, f := range accesstrade.Faults() {
		faults = append(faults, f.Name)
	}
	cmd.Flags().StringVar(&v.listen, "listen", "127.0.0.1:8090", "`address` on which khop plays AccessTrade; port 0 takes a free one")
	cmd.Flags().StringVar(&v.trigger, "trigger", "", "shell `command` or URL that makes the merchant send")
	cmd.Flags().DurationVar(&v.wait, "for", 10*time.Second, "how long to wait for calls")
	cmd.Flags().IntVar(&v.orders, "orders", 0, "how many orders one trigger sends, where that is known")
	cmd.Flags().StringArrayVar(&v.faults, "fault", nil, "play this `fault`: all, none, or "+strings.Join(faults, ", ")+" (with a trigger: all)")
	cmd.Flags().StringArrayVar(&v.checks, "check", nil, "run only this check `id`; may be repeated")
	return cmd
}

func (v *senderVerification) run(cmd *cobra.Command, provider *mocks.Provider) error {
	account, _, err := v.account(provider)
	if err != nil {
		return err
	}
	faults, err := v.played()
	if err != nil {
		return err
	}
	selection, err := v.selectionOf(provider)
	if err != nil {
		return err
	}
	if err := v.tolerance.check(selection, v.failFast || len(v.checks) > 0); err != nil {
		return err
	}
	tolerated, err := v.tolerance.list()
	if err != nil {
		return err
	}
	if err := v.output.prepare(cmd); err != nil {
		return err
	}
	defer v.output.close()
	endpoint, err := accesstrade.New(accesstrade.Config{
		AccessKey: account.Secrets[accesstrade.AccessKey], SecretKey: account.Secrets[accesstrade.SecretKey],
	})
	if err != nil {
		return err
	}
	listener, err := listening(v.listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: endpoint, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // it ends with Close, below
	defer server.Close()
	here, err := target.ParseURL("http://" + listener.Addr().String())
	if err != nil {
		return serious{err}
	}
	v.output.console.Begin(version, provider.Title+" sender", here.String())
	result, failure := suites.Run(cmd.Context(), suites.Config{
		Provider: provider, Account: account, Target: target.Config{URL: here}, Only: v.checks,
		Stage:     &suites.Stage{Endpoint: endpoint, Trigger: v.pull(here.String()), Wait: v.wait, Orders: v.orders, Faults: faults},
		Selection: selection, Strict: v.strict, FailFast: v.failFast, Known: tolerated,
		Version: version, Watch: v.output.console.Watch, Record: v.output.record(), Repeat: v.repeatSender(provider),
	})
	return v.conclude(result, failure)
}

// played are the faults that the user wants; with a trigger, all of them.
func (v *senderVerification) played() ([]string, error) {
	var all []string
	for _, f := range accesstrade.Faults() {
		all = append(all, f.Name)
	}
	switch {
	case len(v.faults) == 0 && v.trigger != "", len(v.faults) == 1 && v.faults[0] == "all":
		return all, nil
	case len(v.faults) == 0, len(v.faults) == 1 && v.faults[0] == "none":
		return nil, nil
	}
	for _, name := range v.faults {
		switch {
		case name == "all" || name == "none":
			return nil, fmt.Errorf("--fault %s says what happens to all of them: give it alone", name)
		case !slices.Contains(all, name):
			return nil, fmt.Errorf("--fault %s: no such fault%s", name, mocks.Suggest(name, faults()))
		}
	}
	return v.faults, nil
}

// pull is what makes the merchant send; nil where nothing does.
func (v *senderVerification) pull(endpoint string) func(context.Context) error {
	switch {
	case v.trigger == "":
		return nil
	case strings.HasPrefix(v.trigger, "http://"), strings.HasPrefix(v.trigger, "https://"):
		return func(ctx context.Context) error { return post(ctx, v.trigger) }
	}
	return func(ctx context.Context) error {
		command := exec.CommandContext(ctx, "sh", "-c", v.trigger)
		command.Env = append(os.Environ(), "KHOP_ENDPOINT="+endpoint)
		command.WaitDelay = 2 * time.Second
		said, err := command.CombinedOutput()
		if err != nil {
			return fmt.Errorf("the command failed: %w: %.300s", err, strings.TrimSpace(string(said)))
		}
		return nil
	}
}

func post(ctx context.Context, address string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		return errors.New("the trigger's URL answers " + response.Status)
	}
	return nil
}

func (v *senderVerification) repeatSender(provider *mocks.Provider) func(suites.Check, uint64) string {
	return func(check suites.Check, _ uint64) string {
		command := "khop verify-sender " + provider.Name + " --check " + check.ID + " --listen " + quote(v.listen)
		for _, secret := range provider.Secrets {
			command += fmt.Sprintf(" --secret %s=\"$%s\"", secret.Name, provider.Variable(secret.Name))
		}
		if v.trigger != "" {
			command += " --trigger " + unrevealed(v.trigger, "KHOP_TRIGGER")
		}
		return command
	}
}
