package outbox

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks"
)

// App is one partner's webhook: where a provider sends, and with what secrets.
type App struct {
	ID       string            `json:"id"` // "app_" and random letters; given when it is put for the first time
	Name     string            `json:"name"`
	Provider string            `json:"provider"`
	Target   string            `json:"target"`
	Secrets  map[string]string `json:"secrets"` // by name; shown masked, stored encrypted where there is a key
	Headers  map[string]string `json:"headers"` // sent with every delivery; their values count as secrets
	Settings map[string]string `json:"settings"`
	// Speed is how many times faster than the provider retries come; 1 is real time.
	Speed  float64 `json:"speed"`
	Paused bool    `json:"paused"` // events are accepted and wait

	Created time.Time `json:"created"`
}

// Account is the app's side of the contract, settings filled in. Its errors name what
// is missing or unknown.
func (a App) Account() (*mocks.Provider, mocks.Account, error) {
	provider, err := mocks.Lookup(a.Provider)
	if err != nil {
		return nil, mocks.Account{}, err
	}
	account, err := provider.Account(a.Secrets, a.Settings)
	return provider, account, err
}

// Masked is the app without anything that lets somebody in: what may be shown.
func (a App) Masked() App {
	a.Secrets, a.Headers = masked(a.Secrets), masked(a.Headers)
	return a
}

// Veil stands where a secret would.
const Veil = "***"

func masked(values map[string]string) map[string]string {
	veiled := make(map[string]string, len(values))
	for name := range values {
		veiled[name] = Veil
	}
	return veiled
}

// Check finds out what is wrong with an app before it is stored.
func (a App) Check() error {
	if _, _, err := a.Account(); err != nil {
		return err
	}
	switch {
	case a.Speed < 0:
		return fmt.Errorf("speed %v: has to be above 0; 1 is real time", a.Speed)
	case len(a.Name) > 200:
		return errors.New("the name is longer than 200 bytes")
	case !strings.HasPrefix(a.Target, "http://") && !strings.HasPrefix(a.Target, "https://"):
		return fmt.Errorf("target %q: needs http:// or https:// in front", a.Target)
	}
	return nil
}
