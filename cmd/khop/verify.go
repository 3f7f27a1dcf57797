package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
)

// verification holds the flags of everything that runs checks.
type verification struct {
	credentials
	address
	folder         string
	seed           uint64
	quiet, verbose bool
}

func verifyCommand() *cobra.Command {
	var v verification
	cmd := &cobra.Command{
		Use:   "verify PROVIDER --target URL",
		Short: "Find out whether a receiver fits a provider",
		Long: `Send the receiver at --target what the provider would send, genuine and forged, and
judge its answers. The receiver needs nothing but the address and the secrets.`,
		Example: `  khop verify superai --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42
  khop verify mobio --target http://127.0.0.1:3000/hook --secret app_id=A --secret app_secret=S --report out/
  KHOP_SUPERAI_PARTNER_CODE=PARTNER-42 khop verify superai --target https://staging.example.vn/hook`,
		RunE: func(cmd *cobra.Command, args []string) error {
			provider, err := providerArgument(cmd, args)
			if err != nil {
				return err
			}
			return v.run(cmd.Context(), cmd.OutOrStdout(), provider, nil)
		},
	}
	v.register(cmd)
	return cmd
}

func repeatCommand() *cobra.Command {
	var v verification
	cmd := &cobra.Command{
		Use:     "repeat CHECK-ID --target URL",
		Short:   "Run one check again, signed afresh",
		Example: `  khop repeat superai.signature.missing-header --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s wants one check id, such as superai.signature.missing-header; `khop list checks` shows them all", cmd.CommandPath())
			}
			check, err := suites.Find(args[0])
			if err != nil {
				return err
			}
			provider, err := mocks.Lookup(check.Provider)
			if err != nil {
				return err
			}
			return v.run(cmd.Context(), cmd.OutOrStdout(), provider, []string{check.ID})
		},
	}
	v.register(cmd)
	return cmd
}

func (v *verification) register(cmd *cobra.Command) {
	v.credentials.register(cmd)
	v.address.register(cmd)
	cmd.Flags().StringVar(&v.folder, "report", "", "write report.json and junit.xml into this `folder`")
	cmd.Flags().Uint64Var(&v.seed, "seed", 0, "draw the generated payloads of an earlier run again; 0 draws new ones")
	cmd.Flags().BoolVarP(&v.quiet, "quiet", "q", false, "print the verdict alone")
	cmd.Flags().BoolVarP(&v.verbose, "verbose", "v", false, "print every check")
	cmd.MarkFlagsMutuallyExclusive("quiet", "verbose")
}

// run verifies and reports; its error is the exit code's reason.
func (v *verification) run(ctx context.Context, out io.Writer, provider *mocks.Provider, only []string) error {
	account, pinned, err := v.account(provider)
	if err != nil {
		return err
	}
	to, err := v.target()
	if err != nil {
		return err
	}
	if v.folder != "" {
		if err := report.Folder(v.folder).Prepare(); err != nil {
			return fmt.Errorf("--report %s: %w", v.folder, err)
		}
	}
	console := &report.Console{Out: out, Color: colored(out), Detail: v.detail()}
	console.Begin(version, provider.Title, to.URL.Redacted())
	result, failure := suites.Run(ctx, suites.Config{
		Provider: provider, Account: account, Pinned: pinned, Target: to, Only: only,
		Seed: v.seed, Version: version, Watch: console.Watch, Repeat: v.repeat(provider),
	})
	if result == nil {
		return failure
	}
	console.Finish(result)
	if v.folder != "" {
		if err := report.Folder(v.folder).Write(result); err != nil {
			return serious{err}
		}
	}
	return outcome(result, failure)
}

// outcome is how a finished run ends the process. Its reason has been printed.
func outcome(result *report.Report, failure error) error {
	switch {
	case errors.Is(failure, suites.ErrInterrupted):
		return verdict{exitInterrupted}
	case errors.Is(failure, suites.ErrConfiguration):
		return verdict{exitUsage}
	case result.Verdict == report.Broken:
		return verdict{exitError}
	case result.Verdict == report.Failed:
		return verdict{exitFailed}
	}
	return nil
}

func (v *verification) detail() report.Detail {
	switch {
	case v.quiet:
		return report.Quiet
	case v.verbose:
		return report.Verbose
	}
	return report.Normal
}

// repeat spells the command that runs a check again. Secrets stay out of it.
func (v *verification) repeat(provider *mocks.Provider) func(suites.Check) string {
	return func(check suites.Check) string {
		command := "khop repeat " + check.ID + v.address.flags()
		for _, secret := range provider.Secrets {
			command += fmt.Sprintf(" --secret %s=\"$%s\"", secret.Name, provider.Variable(secret.Name))
		}
		for _, setting := range v.settings {
			command += " --set " + quote(setting)
		}
		return command
	}
}

// colored tells whether a writer is a terminal whose user has nothing against
// colours (https://no-color.org).
func colored(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
