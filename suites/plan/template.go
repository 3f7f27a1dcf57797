package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
)

// Template is a commented khop.yaml that names every provider.
func Template() string {
	var out strings.Builder
	out.WriteString(`# khop verify all --config khop.yaml
#
# Secrets are not written here: use ${VARIABLE}, or leave them out and set the
# variables that khop reads anyway. Paths are relative to this file's folder.

# seed: 42             # draw the same generated payloads in every run
# pin: 1               # run the checks of this edition; later ones are left out
# strict: true         # a broken SHOULD fails the run as well
# known: known.yaml    # failures that are tolerated for now, each with its reason

providers:
`)
	for _, name := range mocks.Names() {
		provider, err := mocks.Lookup(name)
		if err != nil {
			panic(err) // Names lists what Lookup knows
		}
		writeProvider(&out, provider)
	}
	return out.String()
}

func writeProvider(out *strings.Builder, p *mocks.Provider) {
	path := "/hooks/" + p.Name
	if p.Dress != nil {
		path = "" // the calls have paths of their own
	}
	fmt.Fprintf(out, "\n  # %s: %s\n  %s:\n    target: http://127.0.0.1:3000%s\n", p.Title, p.Document, p.Name, path)
	if len(p.Secrets) > 0 {
		out.WriteString("    secrets:\n")
		for _, s := range p.Secrets {
			fmt.Fprintf(out, "      %s: ${%s}    # %s\n", s.Name, p.Variable(s.Name), s.Help)
		}
	}
	if len(p.Settings) > 0 {
		out.WriteString("    # settings:    # where the provider's document leaves a choice\n")
		for _, s := range p.Settings {
			fmt.Fprintf(out, "    #   %s: %q    # %s\n", s.Name, s.Default, s.Help)
		}
	}
	out.WriteString(`    # headers:
    #   X-Token: ${WEBHOOK_TOKEN}    # sent with every delivery
    # timeout: 10s
    # ca: ca.pem
`)
	fmt.Fprintf(out, `    # container:    # in place of target: khop runs it, and can take it down
    #   image: partner/receiver:ci
    #   port: 8080
    #   path: %s
`, path)
	if p.Dress == nil {
		fmt.Fprintf(out, `    # observe: curl -s {target}/orders/{key}    # how often was it applied? {key} is %s
    # observe_path: .count
    # observe_within: 10s    # how long a worker behind the answer may take
`, p.Key)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
