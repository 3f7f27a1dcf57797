package mocks

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// Account is one partner's side of the contract: the shared secrets and the
// choices where the provider's document leaves one.
type Account struct {
	Secrets  map[string]string
	Settings map[string]string // every setting of the provider, defaults filled in
}

// With returns the account with one setting changed.
func (a Account) With(setting, value string) Account {
	settings := maps.Clone(a.Settings)
	settings[setting] = value
	return Account{Secrets: a.Secrets, Settings: settings}
}

// Account checks secrets and settings and fills in what was left out: secrets from
// the environment, settings from their defaults. Its errors are each a *Misfit.
func (p *Provider) Account(secrets, settings map[string]string) (Account, error) {
	account := Account{Secrets: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(secrets)) { // the same one is found wrong every time
		if !slices.ContainsFunc(p.Secrets, func(s Secret) bool { return s.Name == name }) {
			return Account{}, p.misfit(SecretPart, name, "%s has no such secret%s", p.Title, Suggest(name, p.secretNames()))
		}
		account.Secrets[name] = secrets[name]
	}
	for _, s := range p.Secrets {
		if _, given := account.Secrets[s.Name]; !given {
			account.Secrets[s.Name] = os.Getenv(p.Variable(s.Name))
		}
		if account.Secrets[s.Name] == "" {
			return Account{}, &Misfit{Provider: p, Part: SecretPart, Name: s.Name, Missing: true, Why: fmt.Errorf("%s needs its secret %s", p.Title, s.Name)}
		}
	}
	choices, err := p.Choices(settings)
	if err != nil {
		return Account{}, err
	}
	account.Settings = choices
	return account, nil
}

// Choices checks settings and fills in the defaults of those that were left out.
func (p *Provider) Choices(settings map[string]string) (map[string]string, error) {
	choices := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		value := settings[name]
		s, ok := p.setting(name)
		if !ok {
			return nil, p.misfit(SettingPart, name, "%s has no such setting%s", p.Title, Suggest(name, p.settingNames()))
		}
		if err := s.check(value); err != nil {
			return nil, &Misfit{Provider: p, Part: SettingPart, Name: name, Value: value, Why: err}
		}
		choices[name] = value
	}
	for _, s := range p.Settings {
		if _, given := choices[s.Name]; !given {
			choices[s.Name] = s.Default
		}
	}
	return choices, nil
}

// Variable is the environment variable that a secret may come from:
// KHOP_SUPERAI_PARTNER_CODE.
func (p *Provider) Variable(secret string) string {
	return "KHOP_" + strings.ToUpper(p.Name+"_"+secret)
}

// Dialects are the accounts that differ from the given one in a dialect setting,
// fewest differences first. Settings that the user pinned stay.
func (p *Provider) Dialects(account Account, pinned map[string]string) []Account {
	others := []Account{account}
	for _, s := range p.Settings {
		if _, fixed := pinned[s.Name]; fixed || !s.Dialect {
			continue
		}
		for _, known := range slices.Clone(others) {
			for _, value := range s.Values {
				if value != known.Settings[s.Name] {
					others = append(others, known.With(s.Name, value))
				}
			}
		}
	}
	others = others[1:]
	slices.SortStableFunc(others, func(a, b Account) int {
		return len(p.Differences(account, a)) - len(p.Differences(account, b))
	})
	return others
}

// Differences lists the settings of b that are not a's, as --set takes them.
func (p *Provider) Differences(a, b Account) []string {
	var changed []string
	for _, s := range p.Settings {
		if a.Settings[s.Name] != b.Settings[s.Name] {
			changed = append(changed, s.Name+"="+b.Settings[s.Name])
		}
	}
	return changed
}

func (p *Provider) setting(name string) (Setting, bool) {
	i := slices.IndexFunc(p.Settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return Setting{}, false
	}
	return p.Settings[i], true
}

func (s Setting) check(value string) error {
	if s.Values != nil && !slices.Contains(s.Values, value) {
		return fmt.Errorf("not one of its values%s", Suggest(value, s.Values))
	}
	if s.Valid != nil {
		return s.Valid(value)
	}
	return nil
}

func (p *Provider) secretNames() []string {
	var names []string
	for _, s := range p.Secrets {
		names = append(names, s.Name)
	}
	return names
}

func (p *Provider) settingNames() []string {
	var names []string
	for _, s := range p.Settings {
		names = append(names, s.Name)
	}
	return names
}

// Time is the value of a setting that holds a length of time; Account has checked
// that it is one.
func (a Account) Time(setting string) time.Duration {
	d, err := time.ParseDuration(a.Settings[setting])
	if err != nil {
		panic(fmt.Errorf("setting %s: %w", setting, err))
	}
	return d
}

// AnswerWithin is the setting of a provider that says how long it waits for an answer.
const AnswerWithin = "answer_within"

// Patience is how long the provider waits for an answer; as long as otherwise where it
// does not say.
func (a Account) Patience(otherwise time.Duration) time.Duration {
	if _, says := a.Settings[AnswerWithin]; !says {
		return otherwise
	}
	return a.Time(AnswerWithin)
}

// Duration accepts a setting that is a length of time above zero.
func Duration(value string) error {
	if d, err := time.ParseDuration(value); err != nil || d <= 0 {
		return errors.New("not a length of time such as 100ms, 30s or 5m")
	}
	return nil
}
