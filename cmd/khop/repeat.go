package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
)

func repeatCommand() *cobra.Command {
	var v verification
	cmd := &cobra.Command{
		Use:   "repeat CHECK-ID --target URL|--config FILE",
		Short: "Run one check again, signed afresh",
		Long: `Run one check again, with fresh events and fresh signatures, after the preflight that
has to hold first. Every failure in a report ends with the command that repeats it. Of a
configuration it takes where the target is and what is shared with it; what is known or
pinned there does not count.`,
		Example: `  khop repeat superai.signature.missing-header --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42
  khop repeat superai.signature.missing-header --config khop.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s wants one check id, such as superai.signature.missing-header; `khop list checks` shows them all", cmd.CommandPath())
			}
			check, err := suites.Find(args[0])
			if err != nil {
				return err
			}
			if check.Area == suites.Sender {
				return fmt.Errorf("%s is about a sender: `khop verify-sender %s --check %s` runs it", check.ID, check.Provider, check.ID)
			}
			provider, err := mocks.Lookup(check.Provider)
			if err != nil {
				return err
			}
			if v.config != "" {
				if _, err := v.configure(cmd, provider); err != nil {
					return err
				}
			}
			v.once = true
			return v.run(cmd, provider, []string{check.ID})
		},
	}
	v.register(cmd)
	cmd.Flags().StringVar(&v.config, "config", "", "read the target and what is shared with it from this `file`")
	return cmd
}

// where spells the target again.
func (v *verification) where() string {
	if v.boxed.wanted() {
		return v.boxed.flags()
	}
	return v.address.flags()
}

// repeat spells the command that runs a check again. Secrets stay out of it.
func (v *verification) repeat(provider *mocks.Provider) func(suites.Check, uint64) string {
	return func(check suites.Check, seed uint64) string {
		if v.config != "" {
			return fmt.Sprintf("khop repeat %s --config %s --seed %d", check.ID, quote(v.config), seed)
		}
		command := "khop repeat " + check.ID + v.where()
		for _, secret := range provider.Secrets {
			command += fmt.Sprintf(" --secret %s=\"$%s\"", secret.Name, provider.Variable(secret.Name))
		}
		for _, setting := range v.settings {
			command += " --set " + quote(setting)
		}
		if v.observer.Ask != "" {
			command += " --observe " + unrevealed(v.observer.Ask, "KHOP_OBSERVE")
		}
		if v.observer.Path != "" {
			command += " --observe-path " + quote(v.observer.Path)
		}
		if v.observer.Within != 0 {
			command += " --observe-within " + v.observer.Within.String()
		}
		return fmt.Sprintf("%s --seed %d", command, seed)
	}
}
