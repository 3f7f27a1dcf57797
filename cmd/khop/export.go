package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/export"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// exporting holds the flags of khop export.
type exporting struct {
	providers []string
	file      string
	format    string
}

// exports are the documents that can be written.
var exports = map[string]func(version string, providers []*mocks.Provider) rawjson.Value{
	"asyncapi": export.AsyncAPI, "openapi": export.OpenAPI, "jsonschema": export.JSONSchema,
}

// exportFormats are how a document can be written.
var exportFormats = []string{"json", "yaml"}

func exportCommand() *cobra.Command {
	var e exporting
	cmd := &cobra.Command{
		Use:   "export asyncapi|openapi|jsonschema",
		Short: "Write all payloads as one document for other tools",
		Long: `Write one document with all payloads, headers, answers and documented samples, from the
partner's side:

  asyncapi    AsyncAPI 3.0: what a partner's application receives and sends
  openapi     OpenAPI 3.1: webhooks of the four senders, paths of AccessTrade's endpoint
  jsonschema  a bundle of JSON Schemas, draft-07, each under its ID and with its $id

The same khop writes the same bytes.`,
		Example: `  khop export openapi --out openapi.json
  khop export asyncapi --provider superai --provider mobio --out webhooks.yaml
  khop export jsonschema --provider esms`,
		RunE: func(cmd *cobra.Command, args []string) error {
			kinds := slices.Sorted(maps.Keys(exports))
			if len(args) != 1 {
				return fmt.Errorf("%s wants one of %s", cmd.CommandPath(), strings.Join(kinds, ", "))
			}
			write, ok := exports[args[0]]
			if !ok {
				return fmt.Errorf("%s knows no %q%s", cmd.CommandPath(), args[0], mocks.Suggest(args[0], kinds))
			}
			providers, err := e.chosen()
			if err != nil {
				return err
			}
			text, err := e.encode(write(version, providers))
			if err != nil {
				return err
			}
			if e.file == "" {
				_, err := cmd.OutOrStdout().Write(text)
				return err
			}
			return e.save(text)
		},
	}
	cmd.Flags().StringArrayVar(&e.providers, "provider", nil, "only this `provider`; may be repeated; all of them otherwise")
	cmd.Flags().StringVarP(&e.file, "out", "o", "", "write to this `file`, not to standard output")
	cmd.Flags().StringVar(&e.format, "format", "", "json or yaml; otherwise as the file's name ends, and json")
	return cmd
}

// save writes the document into the file; where that cannot be made, another is wanted.
func (e *exporting) save(text []byte) error {
	file, err := os.Create(e.file)
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return serious{fmt.Errorf("--out: %w", err)}
	}
	return nil
}

// chosen are the providers to write about, in alphabetical order whatever the flags'.
func (e *exporting) chosen() ([]*mocks.Provider, error) {
	names := slices.Compact(slices.Sorted(slices.Values(e.providers)))
	if len(names) == 0 {
		names = mocks.Names()
	}
	providers := make([]*mocks.Provider, len(names))
	for i, name := range names {
		provider, err := mocks.Lookup(name)
		if err != nil {
			return nil, fmt.Errorf("--provider: %w", err)
		}
		providers[i] = provider
	}
	return providers, nil
}

// encode writes the document in the format that is asked for.
func (e *exporting) encode(document rawjson.Value) ([]byte, error) {
	format := e.format
	if extension := filepath.Ext(e.file); format == "" && (extension == ".yaml" || extension == ".yml") {
		format = "yaml"
	}
	switch format {
	case "yaml":
		return export.YAML(document)
	case "", "json":
		return append(rawjson.Pretty.Encode(document), '\n'), nil
	}
	return nil, fmt.Errorf("--format %s: not one of its values%s", format, mocks.Suggest(format, exportFormats))
}
