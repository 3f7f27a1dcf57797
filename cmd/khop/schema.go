package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
)

// The words for the schemas of khop's own: of the report.json of khop verify, and of
// that of khop burst.
const (
	reportSchema = "report"
	burstSchema  = "burst"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [PROVIDER|ID]",
		Short: "List the JSON Schemas, or print one",
		Long: `List the JSON Schemas of the documented payloads with their sources, or those of one
provider, or print one byte for byte: JSON Schema draft-07. report is the schema of the
report.json that khop verify writes, burst of the one of khop burst. An ID may also be given as the schema's own $id.`,
		Example: `  khop schema
  khop schema mobio
  khop schema superai/update_status > update_status.schema.json
  khop schema report`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return errors.New("khop schema wants one provider or one schema's ID, such as superai/update_status; `khop schema` lists them")
			}
			return showSchema(cmd.OutOrStdout(), strings.Join(args, ""))
		},
	}
}

// showSchema lists all schemas, or those of a provider, or prints the one of an ID.
func showSchema(out io.Writer, word string) error {
	if word == "" || slices.Contains(mocks.Names(), word) {
		return listSchemas(out, word)
	}
	found, err := findSchema(word)
	if err != nil {
		return err
	}
	_, err = out.Write(found.Raw)
	return err
}

// findSchema finds a schema by its ID, its $id or the word for khop's own.
func findSchema(word string) (*schemas.Schema, error) {
	id := strings.TrimSuffix(strings.TrimPrefix(word, "https://khop.dev/schemas/"), ".json")
	if id == reportSchema || id == schemas.Report().ID {
		return schemas.Report(), nil
	}
	if id == burstSchema || id == schemas.Burst().ID {
		return schemas.Burst(), nil
	}
	if slices.Contains(mocks.Names(), id) {
		return nil, fmt.Errorf("%s has several schemas; `khop schema %s` lists their IDs", id, id)
	}
	if !strings.Contains(id, "/") {
		return nil, fmt.Errorf("%q is neither a provider nor a schema's ID%s", word, mocks.Suggest(id, append(mocks.Names(), reportSchema, burstSchema)))
	}
	if provider, _, _ := strings.Cut(id, "/"); slices.Contains(mocks.Names(), provider) {
		return ownSchema(provider, id)
	}
	return schemas.Lookup(id)
}

// ownSchema finds a schema of one provider; where there is none, another provider's is no
// help.
func ownSchema(provider, id string) (*schemas.Schema, error) {
	var own []string
	for _, s := range schemas.All() {
		if s.ID == id {
			return s, nil
		}
		if s.Provider == provider {
			own = append(own, s.ID)
		}
	}
	return nil, fmt.Errorf("no schema is called %q%s", id, mocks.Suggest(id, own))
}

// listSchemas shows ID, title and source in a line each.
func listSchemas(out io.Writer, provider string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range schemas.All() {
		if provider == "" || s.Provider == provider {
			fmt.Fprintf(table, "%s\t%s\t%s\n", s.ID, s.Title, source(s))
		}
	}
	if provider == "" {
		fmt.Fprintf(table, "%s\t%s\t%s\n", reportSchema, schemas.Report().Title, "khop itself")
		fmt.Fprintf(table, "%s\t%s\t%s\n", burstSchema, schemas.Burst().Title, "khop itself")
	}
	return table.Flush()
}

// source is where a schema's payload is documented.
func source(s *schemas.Schema) string {
	_, after, _ := strings.Cut(s.Description, "Source: ")
	return strings.TrimSuffix(after, ".")
}
