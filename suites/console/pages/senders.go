package pages

import (
	"path"
	"slices"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/mocks/outbox"
)

// senders are the providers that send events, in the order of their names.
func senders() []*mocks.Provider {
	var all []*mocks.Provider
	for _, name := range mocks.Names() {
		if provider, err := mocks.Lookup(name); err == nil && provider.SendsEvents() {
			all = append(all, provider)
		}
	}
	return all
}

// senderOf finds a provider that sends; nil where there is none by that name.
func senderOf(name string) *mocks.Provider {
	at := slices.IndexFunc(senders(), func(p *mocks.Provider) bool { return p.Name == name })
	if at < 0 {
		return nil
	}
	return senders()[at]
}

// providerOf finds the provider of an app, even of one that is stored and cannot send:
// its pages can be seen, and it can be deleted.
func providerOf(app outbox.App) *mocks.Provider {
	if provider, err := mocks.Lookup(app.Provider); err == nil {
		return provider
	}
	return &mocks.Provider{Name: app.Provider, Title: app.Provider}
}

// titleOf is the name by which people know a provider.
func titleOf(name string) string {
	if provider, err := mocks.Lookup(name); err == nil {
		return provider.Title
	}
	return name
}

// sample is one documented payload that can be sent.
type sample struct {
	mocks.Event
	Word string // what the desk knows it by: its type, or its own name where a type has several
}

// samplesOf are the documented payloads of a provider.
func samplesOf(provider *mocks.Provider) []sample {
	events := provider.Events()
	perType := map[string]int{}
	for _, event := range events {
		perType[event.Type]++
	}
	var samples []sample
	for _, event := range events {
		word := event.Type
		if perType[event.Type] > 1 {
			if word = event.Kind; word == "" {
				word = path.Base(event.Schema)
			}
		}
		samples = append(samples, sample{event, word})
	}
	return samples
}

// sampleOf finds a payload by its word; the first one where there is none by it.
func sampleOf(provider *mocks.Provider, word string) sample {
	samples := samplesOf(provider)
	at := slices.IndexFunc(samples, func(s sample) bool { return s.Word == word })
	return samples[max(0, at)]
}

// eventTypes are the types of all events that may be filtered by.
func eventTypes() []string {
	var types []string
	for _, provider := range senders() {
		for _, event := range provider.Events() {
			if !slices.Contains(types, event.Type) {
				types = append(types, event.Type)
			}
		}
	}
	return types
}

// plan is when an app's provider makes its attempts, in a form to be read.
type plan struct {
	Steps  []planned
	On     []delivery.Outcome // the failures after which it tries again
	All    bool               // any failure is one
	Source string
	Speed  float64 // how many times faster than the provider; never slower
}

// planned is one attempt of a plan.
type planned struct {
	Number int
	Due    time.Duration // counted from the first, in the provider's time
	Here   time.Duration // the same, in the app's time scale
}

// planOf is an app's plan; nil where its settings make no sense.
func planOf(app outbox.App) *plan {
	provider, account, err := app.Account()
	if err != nil || !provider.SendsEvents() {
		return nil
	}
	policy := provider.Policy(account)
	p := &plan{On: policy.On, All: len(policy.On) == len(delivery.Failures()), Source: provider.Document, Speed: max(1, app.Speed)}
	for i, due := range policy.Schedule() {
		p.Steps = append(p.Steps, planned{i + 1, due, time.Duration(float64(due) / p.Speed)})
	}
	return p
}

// Scaled tells whether attempts come at another time than the provider's.
func (p *plan) Scaled() bool { return p.Speed != 1 }
