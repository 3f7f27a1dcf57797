package requirements

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed *.yaml
var files embed.FS

// The levels of a requirement.
const (
	Must   = "MUST"   // the document says so, or what it says needs it
	Should = "SHOULD" // good practice, or khop's own reasoning
)

// Requirement is one thing that a provider's document demands or states.
type Requirement struct {
	// ID in kebab-case, unique within its provider: "answer-200".
	ID string `yaml:"id"`
	// Says the demand in one sentence.
	Says string `yaml:"says"`
	// Source is a public address with the section behind a comma, or begins with
	// "khop:" where the demand is khop's own reasoning.
	Source string `yaml:"source"`
	// Level is Must or Should.
	Level string `yaml:"level"`
	// Checks are the full ids of the checks that cover it; empty where None says why.
	Checks []string `yaml:"checks"`
	// None says why no check can cover it.
	None string `yaml:"none"`
	// Note says what a reader would otherwise ask: what the checks leave open, or
	// why they weigh less than the demand.
	Note string `yaml:"note"`
}

// Providers names the providers that have a list, in alphabetical order.
func Providers() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("requirements: listing the embedded files: %v", err)) // a fault of this build
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), path.Ext(entry.Name())))
	}
	return names
}

// Load reads a provider's list, in the order of its file. The error of an unknown
// provider names those there are.
func Load(provider string) ([]Requirement, error) {
	doc, err := files.ReadFile(provider + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("no requirements of %q: there are those of %s", provider, strings.Join(Providers(), ", "))
	}
	list, err := parse(doc)
	if err != nil {
		return nil, fmt.Errorf("reading %s.yaml: %w", provider, err)
	}
	return list, nil
}

// parse reads one list and refuses what is not one.
func parse(doc []byte) ([]Requirement, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(doc))
	decoder.KnownFields(true)
	var list []Requirement
	if err := decoder.Decode(&list); err != nil {
		return nil, err
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one YAML document")
	}
	seen := map[string]bool{}
	for i, r := range list {
		if fault := r.fault(); fault != "" {
			return nil, fmt.Errorf("requirement %d (%q): %s", i+1, r.ID, fault)
		}
		if seen[r.ID] {
			return nil, fmt.Errorf("requirement %d (%q): that id is taken", i+1, r.ID)
		}
		seen[r.ID] = true
	}
	return list, nil
}

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// fault says what is wrong with an entry; nothing when it is well made.
func (r Requirement) fault() string {
	_, section, hasSection := strings.Cut(r.Source, ", ")
	switch {
	case !kebab.MatchString(r.ID):
		return "id has to be in kebab-case"
	case !strings.HasSuffix(r.Says, ".") || strings.Contains(r.Says, "\n"):
		return "says has to be one sentence that ends in a full stop"
	case strings.HasPrefix(r.Source, "https://") && (!hasSection || section == ""):
		return "source names an address without a section: write \"https://..., section\""
	case !strings.HasPrefix(r.Source, "https://") && !strings.HasPrefix(r.Source, "khop: "):
		return "source has to begin with https:// or \"khop: \""
	case r.Level != Must && r.Level != Should:
		return "level has to be MUST or SHOULD"
	case len(r.Checks) > 0 && r.None != "":
		return "has both checks and none: keep one"
	case len(r.Checks) == 0 && r.None == "":
		return "has neither checks nor none: name the checks, or say in none why there can be none"
	}
	return ""
}
