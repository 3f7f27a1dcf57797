package scenario

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/khop-dev/khop/fixtures/scenarios"
	_ "github.com/khop-dev/khop/mocks/platforms" // a flow is checked against its provider
)

// largest is how many bytes a file may have.
const largest = 1 << 20

// Builtin are the flows that come with khop.
func Builtin() []Scenario {
	all, err := Read(scenarios.Files())
	if err != nil {
		panic(fmt.Sprintf("khop's own scenarios: %v", err)) // a fault of this build
	}
	return all
}

// Read reads the flows in a folder's YAML files, sorted by name. Its errors name file,
// line and column of everything that is wrong.
func Read(folder fs.FS) ([]Scenario, error) {
	return read(folder, func(name string) string { return name })
}

// ReadDir is Read for a folder by its path, which its errors begin with.
func ReadDir(dir string) ([]Scenario, error) {
	if entry, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("reading scenarios: %w", err)
	} else if !entry.IsDir() {
		return nil, fmt.Errorf("reading scenarios: %s is a file, and a folder is wanted", dir)
	}
	return read(os.DirFS(dir), func(name string) string { return filepath.Join(dir, name) })
}

// ReadFile reads one flow.
func ReadFile(name string) (Scenario, error) {
	return readFile(os.DirFS(filepath.Dir(name)), filepath.Base(name), name)
}

// read reads a folder whose files are shown under other names.
func read(folder fs.FS, shown func(string) string) ([]Scenario, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fmt.Errorf("reading scenarios: %w", err)
	}
	var all []Scenario
	var problems []error
	origin := map[string]string{}
	for _, entry := range entries {
		name := entry.Name()
		if extension := path.Ext(name); entry.IsDir() || extension != ".yaml" && extension != ".yml" {
			continue
		}
		s, err := readFile(folder, name, shown(name))
		switch {
		case err != nil:
			problems = append(problems, err)
		case origin[s.Name] != "":
			problems = append(problems, fmt.Errorf("%s: the name %q is taken by %s", shown(name), s.Name, origin[s.Name]))
		default:
			origin[s.Name] = shown(name)
			all = append(all, s)
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no scenario in %s: a flow is a file that ends in .yaml", shown("."))
	}
	slices.SortFunc(all, func(a, b Scenario) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func readFile(folder fs.FS, name, shown string) (Scenario, error) {
	file, err := folder.Open(name)
	if err != nil {
		return Scenario{}, fmt.Errorf("reading a scenario: %w", err)
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return Scenario{}, fmt.Errorf("reading a scenario: %w", err)
	}
	if about.Size() > largest {
		return Scenario{}, fmt.Errorf("%s has %d bytes, and a scenario has at most %d", shown, about.Size(), largest)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return Scenario{}, fmt.Errorf("reading %s: %w", shown, err)
	}
	return Parse(shown, text)
}
