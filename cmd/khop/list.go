package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/fixtures/merchant"
	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/lang"
)

func listCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list checks|events|defects [PROVIDER]",
		Short: "List what khop knows",
		Long: `List the checks with their levels, the documented events with their samples, or the known
bugs that khop's own receivers can have: of all providers, or of one.`,
		Example: `  khop list checks superai
  khop list events
  khop list defects mobio`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return list(cmd.OutOrStdout(), args, language(cmd))
		},
	}
	return cmd
}

// listable names the lists.
var listable = []string{"checks", "events", "defects"}

// lists are the things that can be listed, each for one provider.
var lists = map[string]func(io.Writer, *mocks.Provider, lang.Language){
	"checks": func(w io.Writer, p *mocks.Provider, spoken lang.Language) {
		for _, c := range suites.Checks(p.Name) {
			fmt.Fprintf(w, "%s\t%s\t%s\n", c.ID, c.Level, spoken.Text(c.Title))
		}
	},
	"events": func(w io.Writer, p *mocks.Provider, _ lang.Language) {
		for _, e := range p.Events() {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.Name, e.Type, e.Sample, e.Section)
		}
	},
	"defects": func(w io.Writer, p *mocks.Provider, _ lang.Language) {
		for _, d := range receivers.Defects(p.Name) {
			fmt.Fprintf(w, "%s\t%s\t%s\n", d.Provider, d.Name, d.Title)
		}
		if p.Name == accesstrade.Name {
			for _, d := range merchant.Defects() {
				fmt.Fprintf(w, "%s merchant\t%s\t%s\n", p.Name, d.Name, d.Title)
			}
		}
	},
}

func list(out io.Writer, args []string, spoken lang.Language) error {
	if len(args) < 1 || len(args) > 2 {
		return fmt.Errorf("khop list wants one of checks, events, defects, and perhaps a provider")
	}
	write, ok := lists[args[0]]
	if !ok {
		return fmt.Errorf("khop list knows no %q%s", args[0], mocks.Suggest(args[0], listable))
	}
	names := mocks.Names()
	if len(args) == 2 {
		names = args[1:]
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, name := range names {
		provider, err := mocks.Lookup(name)
		if err != nil {
			return err
		}
		write(table, provider, spoken)
	}
	return table.Flush()
}
