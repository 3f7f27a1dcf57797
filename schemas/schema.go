package schemas

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/khop-dev/khop/schemas/quick"
)

//go:embed abaha/*.json accesstrade/*.json esms/*.json mobio/*.json superai/*.json
var files embed.FS

// Schema is one documented payload's JSON Schema.
type Schema struct {
	// ID is provider and name, "superai/update_status".
	ID string
	// Provider is the platform whose document describes the payload, "superai".
	Provider string
	// Name is the payload's name within the provider, for an event its type.
	Name string
	// Title is a line for people.
	Title string
	// Description tells what the payload means and cites the document's public address and section.
	Description string
	// Raw is the schema's file, byte for byte.
	Raw []byte

	shape func() (*shape, error)
	quick func() *quick.Acceptor
}

// All returns every schema, sorted by ID.
func All() []*Schema {
	return slices.Clone(catalogue())
}

// Lookup returns the schema with the given ID. For an unknown ID the error names the nearest known ones.
func Lookup(id string) (*Schema, error) {
	all := catalogue()
	ids := make([]string, len(all))
	for i, s := range all {
		if s.ID == id {
			return s, nil
		}
		ids[i] = s.ID
	}
	return nil, fmt.Errorf("no schema is called %q: the nearest are %s", id, strings.Join(nearestFew(id, ids, 3), ", "))
}

// catalogue reads the embedded schemas on first use.
var catalogue = sync.OnceValue(func() []*Schema {
	names, err := fs.Glob(files, "*/*.json")
	if err != nil {
		panic(fmt.Sprintf("list the embedded schemas: %v", err))
	}
	all := make([]*Schema, len(names))
	for i, name := range names {
		all[i] = mustRead(files, name)
	}
	slices.SortFunc(all, func(a, b *Schema) int { return strings.Compare(a.ID, b.ID) })
	return all
})

// mustRead reads an embedded schema. A file that cannot be read is a fault of this build, not of whoever calls, so it
// panics.
func mustRead(from embed.FS, name string) *Schema {
	raw, err := from.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("read the embedded schema: %v", err))
	}
	s, err := describe(strings.TrimSuffix(name, ".json"), raw)
	if err != nil {
		panic(fmt.Sprintf("read the embedded schema %s: %v", name, err))
	}
	return s
}

// describe makes a Schema of a file's bytes.
func describe(id string, raw []byte) (*Schema, error) {
	var head struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, err
	}
	return &Schema{
		ID:          id,
		Provider:    path.Dir(id),
		Name:        path.Base(id),
		Title:       head.Title,
		Description: head.Description,
		Raw:         raw,
		shape:       sync.OnceValues(func() (*shape, error) { return compile(raw) }),
		quick:       sync.OnceValue(func() *quick.Acceptor { return compileQuick(raw) }),
	}, nil
}
