package mocks

import (
	"fmt"
	"maps"
	"slices"
)

// registry holds the providers by name; filled by their packages' init alone.
var registry = map[string]*Provider{}

// Register makes a provider known. It panics on a name taken twice, which only a
// programming error can cause.
func Register(p *Provider) {
	if _, taken := registry[p.Name]; taken {
		panic("mocks: provider " + p.Name + " registered twice")
	}
	registry[p.Name] = p
}

// Lookup finds a provider by its name.
func Lookup(name string) (*Provider, error) {
	if p, ok := registry[name]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("unknown provider %q%s", name, Suggest(name, Names()))
}

// Names lists the registered providers in alphabetical order.
func Names() []string { return slices.Sorted(maps.Keys(registry)) }
