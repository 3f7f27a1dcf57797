package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/plan"
)

// credentials are the flags that say who the partner is to the provider.
type credentials struct {
	secrets  []string
	settings []string
}

func (c *credentials) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&c.secrets, "secret", nil, "`name=value` of a shared secret (or set KHOP_<PROVIDER>_<NAME>); may be repeated")
	cmd.Flags().StringArrayVar(&c.settings, "set", nil, "`name=value` where the provider's document leaves a choice; may be repeated")
}

// take fills the flags in from a configuration.
func (c *credentials) take(run plan.Run) {
	for name, value := range run.Secrets {
		c.secrets = append(c.secrets, name+"="+value)
	}
	for name, value := range run.Settings {
		c.settings = append(c.settings, name+"="+value)
	}
}

// account is the partner's account with the provider; pinned are the settings that
// the user chose.
func (c *credentials) account(provider *mocks.Provider) (account mocks.Account, pinned map[string]string, err error) {
	secrets, err := assignments("--secret", c.secrets)
	if err != nil {
		return mocks.Account{}, nil, err
	}
	if pinned, err = assignments("--set", c.settings); err != nil {
		return mocks.Account{}, nil, err
	}
	account, err = provider.Account(secrets, pinned)
	return account, pinned, flagged(err)
}

// flagged tells what is wrong with an account by the flag that it was given with, or
// should have been.
func flagged(err error) error {
	var misfit *mocks.Misfit
	if !errors.As(err, &misfit) {
		return err
	}
	switch {
	case misfit.Missing:
		return fmt.Errorf("%w: give --secret %s=... or set %s", err, misfit.Name, misfit.Provider.Variable(misfit.Name))
	case misfit.Part == mocks.SecretPart:
		return fmt.Errorf("--secret %s", misfit.Text())
	case misfit.Part == mocks.SettingPart:
		return fmt.Errorf("--set %s", misfit.Text())
	}
	return fmt.Errorf("--header %s", misfit.Text())
}

var examples = map[string]string{"--secret": "partner_code=PARTNER-42", "--set": "signature=bare"}

// assignments reads name=value pairs. A value is never part of an error: it may be
// a secret.
func assignments(flag string, pairs []string) (map[string]string, error) {
	values := map[string]string{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("%s wants name=value, such as %s %s", flag, flag, examples[flag])
		}
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("%s %s is given twice", flag, name)
		}
		values[name] = value
	}
	return values, nil
}

// providerArgument takes exactly one provider's name. instead are words that the command
// takes in its place.
func providerArgument(cmd *cobra.Command, args []string, instead ...string) (*mocks.Provider, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("%s wants one provider: %s", cmd.CommandPath(), strings.Join(append(mocks.Names(), instead...), ", "))
	}
	return mocks.Lookup(args[0])
}
