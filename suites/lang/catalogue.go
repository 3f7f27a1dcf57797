package lang

import (
	"embed"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed vi/*.yaml
var files embed.FS

// Entry is one text with its translation, as the files hold it.
type Entry struct {
	File string `yaml:"-"`
	En   string `yaml:"en"`
	Vi   string `yaml:"vi"`
}

// vietnamese is read when the first text is asked for: most runs are English.
var vietnamese = sync.OnceValue(func() map[string]string {
	entries, err := Entries()
	if err != nil {
		panic(err) // the files are part of the program, and a test reads them
	}
	texts := make(map[string]string, len(entries))
	for _, entry := range entries {
		texts[entry.En] = entry.Vi
	}
	return texts
})

// Entries lists all translations. Its errors are those of the files themselves.
func Entries() ([]Entry, error) {
	names, err := files.ReadDir("vi")
	if err != nil {
		return nil, fmt.Errorf("listing the translations: %w", err)
	}
	var all []Entry
	for _, name := range names {
		text, err := files.ReadFile("vi/" + name.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the translations: %w", err)
		}
		var entries []Entry
		if err := yaml.Unmarshal(text, &entries); err != nil {
			return nil, fmt.Errorf("reading vi/%s: %w", name.Name(), err)
		}
		for i := range entries {
			entries[i].File = name.Name()
		}
		all = append(all, entries...)
	}
	return all, nil
}
