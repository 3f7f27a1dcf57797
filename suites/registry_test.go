package suites_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
)

func TestEveryCheckExplainsItself(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[a-z]+\.[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, check := range suites.AllChecks() {
		if seen[check.ID] {
			t.Errorf("%s is there twice", check.ID)
		}
		seen[check.ID] = true
		if !form.MatchString(check.ID) || check.ID != check.Provider+"."+check.Rule() || !strings.HasPrefix(check.Rule(), string(check.Area)+".") {
			t.Errorf("%s is not provider.area.rule", check.ID)
		}
		if !slices.Contains(suites.Areas, check.Area) || check.Level != suites.Must && check.Level != suites.Should || check.Run == nil {
			t.Errorf("%s: area %q, level %q", check.ID, check.Area, check.Level)
		}
		for what, text := range map[string]string{"title": check.Title, "source": check.Source, "why": check.Why, "fix": check.Fix} {
			if strings.TrimSpace(text) == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s has no %s worth reading: %q", check.ID, what, text)
			}
		}
		if strings.HasSuffix(check.Title, ".") || !strings.HasSuffix(check.Why, ".") || !strings.HasSuffix(check.Fix, ".") {
			t.Errorf("%s: a title is no sentence of its own, why and fix are", check.ID)
		}
	}
}

func TestEveryMustIsDocumented(t *testing.T) {
	t.Parallel()
	cited := regexp.MustCompile(`^(https://[a-z.]+[/,]|RFC \d{4})`)
	for _, check := range suites.AllChecks() {
		if check.Level == suites.Must && !cited.MatchString(check.Source) {
			t.Errorf("%s cites no document: %q", check.ID, check.Source)
		}
	}
}

func TestEveryProviderIsAskedFirstWhetherItFitsAtAll(t *testing.T) {
	t.Parallel()
	for _, provider := range mocks.Names() {
		checks := suites.Checks(provider)
		if len(checks) == 0 {
			continue
		}
		if checks[0].Area != suites.Preflight {
			t.Errorf("%s begins with %s", provider, checks[0].ID)
		}
		order := []suites.Area{}
		for _, check := range checks {
			if len(order) == 0 || order[len(order)-1] != check.Area {
				order = append(order, check.Area)
			}
		}
		if sorted := slices.SortedFunc(slices.Values(order), func(a, b suites.Area) int {
			return slices.Index(suites.Areas, a) - slices.Index(suites.Areas, b)
		}); !slices.Equal(order, slices.Compact(sorted)) {
			t.Errorf("%s: the areas are mixed: %v", provider, order)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, check := range suites.AllChecks() {
		if found, err := suites.Find(check.ID); err != nil || found.ID != check.ID {
			t.Errorf("Find(%s): %s, %v", check.ID, found.ID, err)
		}
	}
	if suites.Checks("nobody") != nil {
		t.Error("a provider that khop does not know has checks")
	}
}
