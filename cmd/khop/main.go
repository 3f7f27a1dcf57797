package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	_ "github.com/khop-dev/khop/mocks/platforms" // all providers
	"github.com/khop-dev/khop/suites"
)

// version is set by the build: -ldflags "-X main.version=1.2.3".
var version = "dev"

// Exit codes; a CI script may rely on them.
const (
	exitConforms    = 0
	exitFailed      = 1   // a MUST is broken
	exitUsage       = 2   // usage, configuration, nothing to run
	exitError       = 3   // the target is unreachable, or khop itself failed
	exitInterrupted = 130 // Ctrl-C
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, out, err io.Writer) int {
	root := rootCommand()
	root.SetOut(out)
	root.SetErr(err)
	root.SetArgs(args)
	failure := root.ExecuteContext(ctx)
	var judged verdict
	if failure != nil && !errors.As(failure, &judged) {
		fmt.Fprintln(err, "khop: "+failure.Error())
	}
	return exitCode(failure)
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "khop",
		Short: "Contract tests and mock providers for Vietnamese webhooks",
		Long: `khop tells whether a webhook receiver really fits the provider it integrates with.

Exit codes: 0 conforms; 1 a MUST failed; 2 usage or configuration, nothing was
judged; 3 the target is unreachable or khop itself failed; 130 interrupted.`,
		Example: `  khop verify superai --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42
  khop validate payloads/
  khop explain superai.signature.raw-key-order`,
		Version:           version,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
	}
	root.AddCommand(
		verifyCommand(), repeatCommand(), diffCommand(), // judge a target
		verifySenderCommand(), mockCommand(), // judge a merchant
		validateCommand(), schemaCommand(), sampleCommand(), signCommand(), exportCommand(), // payloads
		sendCommand(), scenarioCommand(), receiverCommand(), // try out
		burstCommand(), mergeCommand(), // load
		serveCommand(), appsCommand(), triggerCommand(), eventsCommand(), resendCommand(), // at a desk
		listCommand(), explainCommand(), initCommand(), manCommand(), // learn
		cleanCommand(), reapCommand(), healthcheckCommand(), // look after
	)
	registerLanguage(root)
	registerCompletions(root)
	for _, cmd := range root.Commands() {
		cmd.PreRunE = refuseFlags
	}
	return root
}

// refuseFlags refuses what no command can use.
func refuseFlags(cmd *cobra.Command, args []string) error {
	return errors.Join(refuseEmpty(cmd, args), refuseBoth(cmd), refuseLanguage(cmd))
}

// together is how the flags are told that were given and exclude each other.
var together = regexp.MustCompile(`; \[(.*)\] were all set$`)

// refuseBoth refuses flags that exclude each other, by their names as they are typed.
func refuseBoth(cmd *cobra.Command) error {
	err := cmd.ValidateFlagGroups()
	if err == nil {
		return nil
	}
	found := together.FindStringSubmatch(err.Error())
	if found == nil {
		return err
	}
	return fmt.Errorf("--%s do not go together; leave one of them out", strings.Join(strings.Fields(found[1]), " and --"))
}

// refuseEmpty refuses flags that were given without content: in CI that is a variable
// that is not set, and the run would quietly be another one than was meant.
func refuseEmpty(cmd *cobra.Command, _ []string) error {
	var empty error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" {
			empty = fmt.Errorf("--%s is given and empty; is a variable not set?", f.Name)
		}
	})
	return empty
}

// verdict ends a command whose target was judged; the report has said everything.
type verdict struct{ code int }

func (v verdict) Error() string { return fmt.Sprintf("exit code %d", v.code) }

// serious marks an error that is not a matter of usage.
type serious struct{ error }

func (s serious) Unwrap() error { return s.error }

func exitCode(failure error) int {
	var judged verdict
	var broken serious
	switch {
	case failure == nil:
		return exitConforms
	case errors.As(failure, &judged):
		return judged.code
	case errors.Is(failure, suites.ErrInterrupted):
		return exitInterrupted
	case errors.As(failure, &broken), errors.Is(failure, suites.ErrUnreachable):
		return exitError
	}
	return exitUsage
}
