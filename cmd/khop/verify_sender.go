package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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
listens. It should fail, or answer 4xx or 5xx, when an order was not accepted; otherwise
the order has to be posted again, at the latest with the next trigger or soon after it.

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
	cmd.Flags().StringVar(&v.listen, "listen", "127.0.0.1:8090", "`address` on which khop plays AccessTrade; port 0 takes a free one")
	cmd.Flags().StringVar(&v.trigger, "trigger", "", "shell `command` or URL that makes the merchant send")
	cmd.Flags().DurationVar(&v.wait, "for", 10*time.Second, "how long to wait for calls")
	cmd.Flags().IntVar(&v.orders, "orders", 0, "how many orders one trigger sends, where that is known")
	cmd.Flags().StringArrayVar(&v.faults, "fault", nil, "play this `fault`: all, none, or "+strings.Join(faultNames(), ", ")+" (with a trigger: all)")
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
	tolerated, err := v.tolerance.list(selection, v.failFast || len(v.checks) > 0)
	if err != nil {
		return err
	}
	if err := v.output.prepare(cmd); err != nil {
		return err
	}
	defer v.output.close()
	endpoint, err := accesstrade.New(accesstrade.Config{
		AccessKey: account.Secrets[accesstrade.AccessKey], SecretKey: account.Secrets[accesstrade.SecretKey],
		Keep: mostCalls,
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

// mostCalls is how many calls of a run are judged.
const mostCalls = 20_000

// played are the faults that the user wants; with a trigger, all of them.
func (v *senderVerification) played() ([]string, error) {
	all := faultNames()
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
			return nil, fmt.Errorf("--fault %s: no such fault%s", name, mocks.Suggest(name, faultWords()))
		}
	}
	return v.faults, nil
}

func faultNames() []string {
	var names []string
	for _, f := range accesstrade.Faults() {
		names = append(names, f.Name)
	}
	return names
}

// faultWords are all that --fault takes.
func faultWords() []string { return append([]string{"all", "none"}, faultNames()...) }

// pull is what makes the merchant send; nil where nothing does.
func (v *senderVerification) pull(endpoint string) func(context.Context, io.Writer) error {
	switch {
	case v.trigger == "":
		return nil
	case strings.HasPrefix(v.trigger, "http://"), strings.HasPrefix(v.trigger, "https://"):
		return func(ctx context.Context, said io.Writer) error { return post(ctx, v.trigger, said) }
	}
	return func(ctx context.Context, said io.Writer) error { return execute(ctx, v.trigger, endpoint, said) }
}

// execute runs a trigger that is a command. What it says goes through a file: a worker
// that it leaves behind may hold it open and write on, which a pipe would make it die of.
func execute(ctx context.Context, trigger, endpoint string, said io.Writer) error {
	heard, err := os.CreateTemp("", "khop-trigger-*")
	if err != nil {
		return serious{fmt.Errorf("listening to the trigger: %w", err)}
	}
	defer os.Remove(heard.Name())
	defer heard.Close()
	command := exec.CommandContext(ctx, "sh", "-c", trigger)
	command.Env = append(os.Environ(), "KHOP_ENDPOINT="+endpoint)
	command.Stdout, command.Stderr = heard, heard
	failure := command.Run()
	text, _ := io.ReadAll(io.NewSectionReader(heard, 0, mostHeard)) // its exit code says enough
	_, _ = said.Write(text)
	if failure != nil {
		return fmt.Errorf("the command failed: %w: %.300s", failure, strings.TrimSpace(string(text)))
	}
	return nil
}

// mostHeard is how much of what a trigger says is listened to, in bytes.
const mostHeard = 1 << 20

func post(ctx context.Context, address string, said io.Writer) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(said, io.LimitReader(response.Body, mostHeard)) // its status says enough
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
