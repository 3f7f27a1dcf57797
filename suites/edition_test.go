package suites_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/editions"
)

// openEdition is where checks go that no release has had yet.
const openEdition = "editions/1.yaml"

func TestEditionsHoldTheChecksThatThereAre(t *testing.T) {
	if *update {
		writeOpenEdition(t)
		t.Skip("the open edition is written; run the test again without -update")
	}
	all, err := editions.All()
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	levels := map[string]string{}
	for _, check := range suites.AllChecks() {
		levels[check.ID] = string(check.Level)
	}
	for i, edition := range all {
		if edition.Number != i+1 {
			t.Errorf("edition %d comes after %d others", edition.Number, i)
		}
		if newest := i == len(all)-1; edition.Open && !newest {
			t.Errorf("edition %d is open, and a newer one is there", edition.Number)
		}
		for id, level := range edition.Checks {
			if levels[id] == "" {
				t.Errorf("edition %d has %s, and khop has it no longer: whoever is pinned would lose it", edition.Number, id)
			}
			if level != "MUST" && level != "SHOULD" {
				t.Errorf("edition %d: %s has level %q", edition.Number, id, level)
			}
		}
	}
	newest := all[len(all)-1]
	for id, level := range levels {
		if got, ok := newest.Level(id); !ok || got != level {
			t.Errorf("the newest edition has %s as %q, and it is %s (go test ./suites -run Editions -update writes the open one)", id, got, level)
		}
	}
}

func writeOpenEdition(t *testing.T) {
	var out strings.Builder
	out.WriteString("# The checks of edition 1. While it is open it grows; a release closes it.\nedition: 1\nopen: true\nchecks:\n")
	for _, provider := range mocks.Names() {
		for _, check := range suites.Checks(provider) {
			fmt.Fprintf(&out, "  %s: %s\n", check.ID, check.Level)
		}
	}
	if err := os.WriteFile(openEdition, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
