package editions

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed *.yaml
var files embed.FS

// Edition is one numbered list of checks.
type Edition struct {
	Number int               `yaml:"edition"`
	Open   bool              `yaml:"open"`   // still growing: no release has closed it
	Checks map[string]string `yaml:"checks"` // level by check id
}

// Level is the level that a check has in the edition, and whether the edition has it.
func (e Edition) Level(check string) (string, bool) {
	level, ok := e.Checks[check]
	return level, ok
}

// all is read once, when the first run is pinned.
var all = sync.OnceValues(read)

// All lists the editions, oldest first. Its errors are those of the files.
func All() ([]Edition, error) { return all() }

// Lookup finds an edition by its number; the error names those that there are.
func Lookup(number int) (Edition, error) {
	known, err := all()
	if err != nil {
		return Edition{}, err
	}
	var numbers []string
	for _, edition := range known {
		if edition.Number == number {
			return edition, nil
		}
		numbers = append(numbers, strconv.Itoa(edition.Number))
	}
	return Edition{}, fmt.Errorf("there is no such edition; there are: %s", strings.Join(numbers, ", "))
}

func read() ([]Edition, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("listing the editions: %w", err)
	}
	var editions []Edition
	for _, entry := range entries {
		text, err := files.ReadFile(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the editions: %w", err)
		}
		var edition Edition
		if err := yaml.Unmarshal(text, &edition); err != nil {
			return nil, fmt.Errorf("reading edition %s: %w", entry.Name(), err)
		}
		editions = append(editions, edition)
	}
	slices.SortFunc(editions, func(a, b Edition) int { return a.Number - b.Number })
	return editions, nil
}
