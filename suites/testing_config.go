package suites

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/target"
)

// For makes the Config of a run over a provider's target, "superai" and
// "http://127.0.0.1:3000/hook". Changes say the rest: Secret, Setting, Header, Observe,
// or a function of your own for any other field. Secrets that are not given are taken
// from the environment: KHOP_SUPERAI_PARTNER_CODE.
func For(provider, address string, changes ...func(*Config)) (Config, error) {
	config, err := configured(provider, address, changes)
	if err != nil {
		return Config{}, fmt.Errorf("configure khop for %q: %s", provider, inGo.Replace(err.Error()))
	}
	return config, nil
}

// MustConfig is For where an error is the test's own fault: it panics.
func MustConfig(provider, address string, changes ...func(*Config)) Config {
	config, err := For(provider, address, changes...)
	if err != nil {
		panic(err)
	}
	return config
}

func configured(provider, address string, changes []func(*Config)) (Config, error) {
	known, err := mocks.Lookup(provider)
	if err != nil {
		return Config{}, err
	}
	u, err := target.ParseURL(address)
	if err != nil {
		return Config{}, err
	}
	config := Config{
		Provider: known,
		Account:  mocks.Account{Secrets: map[string]string{}, Settings: map[string]string{}},
		Target:   target.Config{URL: u, Header: http.Header{}},
	}
	for _, change := range changes {
		change(&config)
	}
	config.Pinned = maps.Clone(config.Account.Settings)
	if config.Account, err = known.Account(config.Account.Secrets, config.Account.Settings); err != nil {
		return Config{}, misfitInGo(err)
	}
	if known.Forbids != nil {
		if err := known.Forbids(config.Account, config.Target.URL); err != nil {
			return Config{}, err
		}
	}
	return config, nil
}

// Secret gives a secret that provider and target share, by the name that it has on
// khop's command line: "partner_code".
func Secret(name, value string) func(*Config) {
	return func(c *Config) { c.Account.Secrets[name] = value }
}

// Setting chooses where the provider's document leaves a choice: "signature", "bare".
func Setting(name, value string) func(*Config) {
	return func(c *Config) { c.Account.Settings[name] = value }
}

// Header sends a header with every delivery, such as the one that was agreed with
// Abaha.
func Header(name, value string) func(*Config) {
	return func(c *Config) { c.Target.Header.Add(name, value) }
}

// Observe lets khop see side effects: count tells how often the event with a key was
// applied, the key being Mobio's message_id, SuperAI's code, Abaha's id (a customer's
// user_id), eSMS's SMSID. It is called while deliveries may be under way.
func Observe(count func(ctx context.Context, key string) (int, error)) func(*Config) {
	return func(c *Config) { c.Observer = &target.Observer{Func: count} }
}

// misfitInGo says what is wrong with an account to somebody who gave it in Go.
func misfitInGo(err error) error {
	var misfit *mocks.Misfit
	switch {
	case !errors.As(err, &misfit):
		return err
	case misfit.Missing:
		return fmt.Errorf("%w: give suites.Secret(%q, ...), or set %s", err, misfit.Name, misfit.Provider.Variable(misfit.Name))
	case misfit.Part == mocks.SecretPart:
		return fmt.Errorf("suites.Secret %s", misfit.Text())
	}
	return fmt.Errorf("suites.Setting %s", misfit.Text())
}

// inGo tells in a test what khop tells on a command line: what is a flag there is a
// change of the Config here.
var inGo = strings.NewReplacer(
	"--secret ", "suites.Secret ",
	"--set ", "suites.Setting ",
	"--header ", "suites.Header ",
	"--seed ", "Config.Seed ",
	"--target", "the target",
)
