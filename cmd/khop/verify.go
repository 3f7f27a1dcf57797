package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// verification holds the flags of everything that runs checks.
type verification struct {
	credentials
	address
	boxed
	selecting
	tolerance
	output
	config   string
	observer target.Observer
	speed    float64
	seed     uint64
	once     bool // one check is wanted, and a run that does not judge it is none
}

func verifyCommand() *cobra.Command {
	var v verification
	cmd := &cobra.Command{
		Use:   "verify PROVIDER|all --target URL",
		Short: "Find out whether a receiver fits a provider",
		Long: `Send the receiver at --target what the provider would send, genuine and forged, and
judge its answers. The receiver needs nothing but the address and the secrets.

Whether events were applied, and how often, only an observer can see: --observe names a
command or URL that tells how often the event {key} was. It is asked about one event at
a time, for as long as --observe-within. The {key} of an event is its

` + keys() + `.`,
		Example: `  khop verify superai --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42
  khop verify all --config khop.yaml --report out/
  khop verify superai --target http://127.0.0.1:3000/hook --focus 'signature.*' --skip '*header*' --fail-fast
  khop verify superai --config khop.yaml --pin 1 --known known.yaml --format github
  khop verify mobio --target http://127.0.0.1:3000/hook --secret app_id=A --secret app_secret=S --report out/
  KHOP_SUPERAI_PARTNER_CODE=PARTNER-42 khop verify superai --target https://staging.example.vn/hook`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "all" {
				p, err := v.plan(cmd, v.concerned()...)
				if err != nil {
					return err
				}
				v.abide(p)
				return v.verifyAll(cmd, p)
			}
			provider, err := providerArgument(cmd, args, "all")
			if err != nil {
				return err
			}
			if v.config != "" {
				p, err := v.configure(cmd, provider)
				if err != nil {
					return err
				}
				v.abide(p)
			}
			return v.run(cmd, provider, nil)
		},
	}
	v.register(cmd)
	v.selecting.register(cmd)
	v.tolerance.register(cmd)
	cmd.Flags().StringVar(&v.config, "config", "", "read targets and settings from this `file` (verify all: "+planFile+")")
	return cmd
}

// keys says what {key} stands for in an observer.
func keys() string {
	var all []string
	for _, name := range mocks.Names() {
		if p, err := mocks.Lookup(name); err == nil && p.Policy != nil { // who takes calls applies nothing of khop's
			all = append(all, fmt.Sprintf("  %-9s%s", p.Name, p.Key))
		}
	}
	return strings.Join(all, "\n")
}

func (v *verification) register(cmd *cobra.Command) {
	v.credentials.register(cmd)
	v.address.register(cmd)
	v.boxed.register(cmd)
	v.output.register(cmd)
	cmd.Flags().Uint64Var(&v.seed, "seed", 0, "draw the generated payloads of an earlier run again; 0 draws new ones")
	cmd.Flags().StringVar(&v.observer.Ask, "observe", "", "`command` or URL that tells how often the event {key} was applied")
	cmd.Flags().StringVar(&v.observer.Path, "observe-path", "", "where the count stands in what the observer says, such as `.orders[0].count`")
	cmd.Flags().DurationVar(&v.observer.Within, "observe-within", 0, "how long after its answer the receiver may take to apply an event (default 10s)")
	cmd.Flags().Float64Var(&v.speed, "speed", 0, "how many times faster than the provider retries come; 0 compresses each wait to milliseconds, 1 is real time")
}

// run verifies and reports; its error is the exit code's reason.
func (v *verification) run(cmd *cobra.Command, provider *mocks.Provider, only []string) (failure error) {
	account, pinned, err := v.account(provider)
	if err != nil {
		return err
	}
	if err := v.boxed.check(cmd); err != nil {
		return err
	}
	if v.speed < 0 {
		return fmt.Errorf("--speed %v: has to be above 0, or 0 for as fast as khop likes", v.speed)
	}
	if err := v.observable(); err != nil {
		return err
	}
	if provider.Policy == nil && v.observer.Ask != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "khop: note: --observe is not used for %s: khop asks the endpoint's own listing what became of an order\n", provider.Name)
	}
	selection, err := v.selectionOf(provider)
	if err != nil {
		return err
	}
	tolerated, err := v.tolerance.list(selection, v.failFast)
	if err != nil {
		return err
	}
	if err := v.output.prepare(cmd); err != nil {
		return err
	}
	defer v.output.close()
	to, err := v.reach(cmd, provider, account)
	if err != nil {
		return errors.Join(err, v.boxed.stop(cmd.Context()))
	}
	defer func() { failure = errors.Join(failure, v.boxed.stop(cmd.Context())) }()
	config := suites.Config{
		Provider: provider, Account: account, Pinned: pinned, Target: to, Only: only,
		Selection: selection, Strict: v.strict, FailFast: v.failFast, Known: tolerated,
		Observer: v.sight(to.URL), Machine: v.machine(), Speed: v.speed,
		Seed: v.seed, Version: version, Watch: v.output.console.Watch, Record: v.output.record(), Repeat: v.repeat(provider),
	}
	v.output.console.Begin(version, provider.Title, config.Shown())
	result, ending := suites.Run(cmd.Context(), config)
	return v.conclude(result, ending)
}

// reach starts the target, where khop is to run it, and returns where deliveries go.
func (v *verification) reach(cmd *cobra.Command, provider *mocks.Provider, account mocks.Account) (target.Config, error) {
	if v.boxed.wanted() {
		address, err := v.boxed.start(cmd.Context(), cmd.ErrOrStderr())
		if err != nil {
			return target.Config{}, err
		}
		v.address.url = address
	}
	to, err := v.forProvider(provider)
	if err != nil {
		return to, err
	}
	if provider.Forbids != nil {
		if err := provider.Forbids(account, to.URL); err != nil {
			return to, fmt.Errorf("--target: %w", err)
		}
	}
	return to, nil
}

// machine is what the target runs on, where khop runs it.
func (v *verification) machine() suites.Machine {
	if v.boxed.running == nil {
		return nil
	}
	return v.boxed.running
}

// conclude shows and writes what a run found out; its error is the exit code's
// reason.
func (v *verification) conclude(result *report.Report, failure error) error {
	if result == nil {
		return failure
	}
	if err := errors.Join(v.renew(v.output.console.Remark, result), v.output.write(result, v.output.console.Finish)); err != nil {
		return err
	}
	if last := result.Checks[len(result.Checks)-1]; v.once && failure == nil && result.Verdict == report.Passed && last.Status != report.Pass && last.Status != report.Warn {
		return fmt.Errorf("%s was not judged: %s", last.ID, last.Message)
	}
	return outcome(result, failure)
}

// observable checks the flags of the observer before anything is sent.
func (v *verification) observable() error {
	switch {
	case v.observer.Ask == "" && v.observer.Path != "":
		return errors.New("--observe-path wants --observe: a command or URL to ask")
	case v.observer.Ask == "" && v.observer.Within != 0:
		return errors.New("--observe-within wants --observe: a command or URL to ask")
	case v.observer.Ask == "":
		return nil
	}
	if err := v.observer.Check(); err != nil {
		return fmt.Errorf("--observe: %w", err)
	}
	return nil
}

// sight is the observer, who may be asked at the target itself.
func (v *verification) sight(to *url.URL) *target.Observer {
	if v.observer.Ask == "" {
		return nil
	}
	observer := v.observer
	observer.Ask = strings.ReplaceAll(observer.Ask, "{target}", (&url.URL{Scheme: to.Scheme, Host: to.Host}).String())
	return &observer
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
