package suites_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/requirements"
)

// The lists of requirements and the registry of checks, held to each other in both
// directions.

func TestEveryProviderHasRequirements(t *testing.T) {
	if got, want := requirements.Providers(), mocks.Names(); !slices.Equal(got, want) {
		t.Errorf("there are requirements of %v, and the providers are %v", got, want)
	}
}

func TestRequirementsNameChecksOfTheirProvider(t *testing.T) {
	forEachRequirement(t, func(t *testing.T, provider string, r requirements.Requirement) {
		for i, id := range r.Checks {
			if check, err := suites.Find(id); err != nil {
				t.Errorf("%s: %v", r.ID, err)
			} else if check.Provider != provider {
				t.Errorf("%s names %s, a check of another provider", r.ID, id)
			}
			if slices.Contains(r.Checks[:i], id) {
				t.Errorf("%s names %s twice", r.ID, id)
			}
		}
	})
}

// TestEveryCheckHasARequirement holds that no check judges what nobody demands, and
// that a MUST rests on a demand that is one.
func TestEveryCheckHasARequirement(t *testing.T) {
	for _, provider := range mocks.Names() {
		list := load(t, provider)
		for _, check := range suites.Checks(provider) {
			levels := levelsOf(list, check.ID)
			if len(levels) == 0 {
				t.Errorf("%s is named by no requirement in %s.yaml", check.ID, provider)
			} else if check.Level == suites.Must && !slices.Contains(levels, requirements.Must) {
				t.Errorf("%s is a MUST, and no requirement that names it is one", check.ID)
			}
		}
	}
}

// TestAMustThatIsJudgedAsLessSaysWhy holds the other direction: where the document
// demands and khop only warns, the reader is told the reason.
func TestAMustThatIsJudgedAsLessSaysWhy(t *testing.T) {
	forEachRequirement(t, func(t *testing.T, _ string, r requirements.Requirement) {
		judgedAsMust := func(id string) bool {
			check, err := suites.Find(id)
			return err == nil && check.Level == suites.Must
		}
		if r.Level == requirements.Must && r.None == "" && r.Note == "" && !slices.ContainsFunc(r.Checks, judgedAsMust) {
			t.Errorf("%s is a MUST whose checks only warn: its note has to say why", r.ID)
		}
	})
}

// TestRequirementsAndChecksCiteTheSamePages holds that a provider's documents are
// cited by the same addresses in both places.
func TestRequirementsAndChecksCiteTheSamePages(t *testing.T) {
	for _, provider := range mocks.Names() {
		var sources []string
		for _, check := range suites.Checks(provider) {
			sources = append(sources, check.Source)
		}
		cited := strings.Join(sources, "\n")
		for _, r := range load(t, provider) {
			address, _, _ := strings.Cut(r.Source, ",")
			if strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "https://www.rfc-editor.org/") && !strings.Contains(cited, address) {
				t.Errorf("%s cites %s, which no check of %s does", r.ID, address, provider)
			}
		}
	}
}

func forEachRequirement(t *testing.T, hold func(*testing.T, string, requirements.Requirement)) {
	t.Helper()
	for _, provider := range requirements.Providers() {
		t.Run(provider, func(t *testing.T) {
			for _, r := range load(t, provider) {
				hold(t, provider, r)
			}
		})
	}
}

// levelsOf are the levels of the requirements that name a check.
func levelsOf(list []requirements.Requirement, check string) []string {
	var levels []string
	for _, r := range list {
		if slices.Contains(r.Checks, check) {
			levels = append(levels, r.Level)
		}
	}
	return levels
}

func load(t *testing.T, provider string) []requirements.Requirement {
	t.Helper()
	list, err := requirements.Load(provider)
	if err != nil {
		t.Fatal(err)
	}
	return list
}
