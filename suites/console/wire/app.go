package wire

import "github.com/khop-dev/khop/mocks/outbox"

// App is an app as the API shows it. Its secrets and the values of its headers are in
// it once, in the answer to its creation; after that outbox.Veil stands for them.
type App = outbox.App

// NewApp is what an app is made of.
type NewApp struct {
	Name     string            `json:"name,omitempty"` // of no other app; empty: the provider's, or with a number
	Provider string            `json:"provider"`
	Target   string            `json:"target"`
	Secrets  map[string]string `json:"secrets,omitempty"`
	Headers  map[string]string `json:"headers,omitempty"`
	Settings map[string]string `json:"settings,omitempty"`
	Speed    float64           `json:"speed,omitempty"` // 0: 1, real time
	Paused   bool              `json:"paused,omitempty"`
}

// AppChange is what becomes different about an app: a merge patch (RFC 7396). What is
// nil stays, and so does each secret, header and setting that is not named; one whose
// value is nil is taken away.
type AppChange struct {
	Name     *string            `json:"name,omitempty"`
	Target   *string            `json:"target,omitempty"`
	Secrets  map[string]*string `json:"secrets,omitempty"`
	Headers  map[string]*string `json:"headers,omitempty"`
	Settings map[string]*string `json:"settings,omitempty"`
	Speed    *float64           `json:"speed,omitempty"`
	Paused   *bool              `json:"paused,omitempty"`
}

// Apps are all apps, oldest first.
type Apps struct {
	Apps []App `json:"apps"`
}
