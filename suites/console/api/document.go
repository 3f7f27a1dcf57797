package api

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"

	"go.yaml.in/yaml/v3"
)

// documentParts are the OpenAPI document: api.yaml is its head, and every other file
// describes the operations about one thing, with the schemas that they need.
//
//go:embed openapi
var documentParts embed.FS

// Document is the OpenAPI 3.1 document of this API as JSON, for a version of khop.
func Document(version string) []byte {
	whole := readPart("openapi/api.yaml")
	names, err := fs.Glob(documentParts, "openapi/*.yaml")
	if err != nil {
		panic(err) // the pattern is a good one
	}
	for _, name := range names {
		if name != "openapi/api.yaml" {
			join(whole, readPart(name))
		}
	}
	whole["info"].(map[string]any)["version"] = version
	text, err := json.Marshal(whole)
	if err != nil {
		panic(fmt.Errorf("writing the OpenAPI document: %w", err))
	}
	return text
}

// readPart reads a file that is part of the program.
func readPart(name string) map[string]any {
	text, err := documentParts.ReadFile(name)
	if err != nil {
		panic(err)
	}
	var part map[string]any
	if err := yaml.Unmarshal(text, &part); err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	return part
}

// join adds the members of a part to those of the whole, objects into objects.
func join(whole, part map[string]any) {
	for name, value := range part {
		there, isThere := whole[name].(map[string]any)
		more, isObject := value.(map[string]any)
		if isThere && isObject {
			join(there, more)
			continue
		}
		whole[name] = value
	}
}

func (a *api) showDocument(w http.ResponseWriter, _ *http.Request, _ query) error {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(a.document()) // a client that went away is its own loss
	return nil
}
