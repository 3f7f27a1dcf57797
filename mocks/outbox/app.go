package outbox

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
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

// NewAppID is an ID for an app that has none yet.
func NewAppID() string { return "app_" + strings.ToLower(rand.Text()[:16]) }

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
	a.Secrets, a.Headers, a.Target = masked(a.Secrets), masked(a.Headers), maskedTarget(a.Target)
	return a
}

// Unmasked is the app with what a Veil stands for, as it was before somebody was shown
// it and changed it.
func (a App) Unmasked(before App) App {
	a.Secrets, a.Headers = unmasked(a.Secrets, before.Secrets), unmasked(a.Headers, before.Headers)
	if _, password, found := strings.Cut(userinfo(before.Target), ":"); found {
		if name, given, _ := strings.Cut(userinfo(a.Target), ":"); given == Veil {
			a.Target = strings.Replace(a.Target, name+":"+Veil+"@", name+":"+password+"@", 1)
		}
	}
	return a
}

// Veil stands where a secret would.
const Veil = "***"

// userinfo is what stands before the host of an address, as it is written.
func userinfo(address string) string {
	_, rest, _ := strings.Cut(address, "//")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest[:max(0, strings.LastIndexByte(rest, '@'))]
}

// maskedTarget is an address without its password.
func maskedTarget(address string) string {
	name, password, found := strings.Cut(userinfo(address), ":")
	if !found {
		return address
	}
	return strings.Replace(address, name+":"+password+"@", name+":"+Veil+"@", 1)
}

func unmasked(given, before map[string]string) map[string]string {
	values := make(map[string]string, len(given))
	for name, value := range given {
		if kept, known := before[name]; known && value == Veil {
			value = kept
		}
		values[name] = value
	}
	return values
}

func masked(values map[string]string) map[string]string {
	veiled := make(map[string]string, len(values))
	for name := range values {
		veiled[name] = Veil
	}
	return veiled
}

// ErrNoSender is why there can be no app of a provider: it sends no events.
var ErrNoSender = errors.New("sends no events")

// Check finds out what is wrong with an app before it is stored.
func (a App) Check() error {
	provider, _, err := a.Account()
	switch {
	case provider != nil && !provider.SendsEvents():
		return fmt.Errorf("%s %w", provider.Title, ErrNoSender)
	case err != nil:
		return err
	}
	if err := a.checkHeaders(provider); err != nil {
		return err
	}
	switch {
	case a.Speed < 0:
		return fmt.Errorf("speed %v: has to be above 0; 1 is real time", a.Speed)
	case len(a.Name) > 200:
		return errors.New("the name is longer than 200 bytes")
	case !strings.HasPrefix(a.Target, "http://") && !strings.HasPrefix(a.Target, "https://"):
		return errors.New("target: needs http:// or https:// in front")
	}
	return nil
}

// checkHeaders looks for a header that cannot go with a delivery.
func (a App) checkHeaders(provider *mocks.Provider) error {
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(a.Headers)) {
		if err := provider.CheckHeader(name, a.Headers[name]); err != nil {
			return err
		}
		canonical := http.CanonicalHeaderKey(name)
		if other, twice := seen[canonical]; twice {
			return &mocks.Misfit{Provider: provider, Part: mocks.HeaderPart, Name: name, Why: fmt.Errorf("it is the same header as %s; leave one out", other)}
		}
		seen[canonical] = name
	}
	return nil
}
