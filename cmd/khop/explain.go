package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/fixtures/merchant"
	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/lang"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain CHECK-ID",
		Short: "Say what a check demands, why, where that is documented and how to meet it",
		Long: `Say what a check demands, where that is documented, what goes wrong in production
otherwise and how to meet it, and name the known bugs that it catches.`,
		Example: `  khop explain superai.signature.raw-key-order
  khop explain mobio.retry.answer-lost --lang vi`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s wants one check id; `khop list checks` shows them all", cmd.CommandPath())
			}
			check, err := suites.Find(args[0])
			if err != nil {
				return err
			}
			explain(cmd.OutOrStdout(), check, language(cmd))
			return nil
		},
	}
}

func explain(out io.Writer, check suites.Check, spoken lang.Language) {
	say := func(label, text string) { fmt.Fprintf(out, "%-8s %s\n", label, text) }
	fmt.Fprintf(out, "%s  (%s)\n\n", check.ID, check.Level)
	say(spoken.Text("What"), spoken.Text(check.Title)+".")
	say(spoken.Text("Source"), check.Source)
	say(spoken.Text("Why"), spoken.Text(check.Why))
	say(spoken.Text("Fix"), spoken.Text(check.Fix))
	label := spoken.Text("Proof")
	for _, proof := range proofs(check, spoken) {
		say(label, proof)
		label = ""
	}
}

// proofs are the known bugs that the check catches, and how to see it.
func proofs(check suites.Check, spoken lang.Language) []string {
	var all []string
	for _, defect := range receivers.Defects(check.Provider) {
		if slices.Contains(defect.Trips, check.Rule()) {
			all = append(all, fmt.Sprintf("khop receiver %s --defect %s", check.Provider, defect.Name), "  "+defect.Title)
		}
	}
	for _, defect := range merchant.Defects() {
		if check.Area == suites.Sender && slices.Contains(defect.Trips, check.Rule()) {
			all = append(all, spoken.Textf("a merchant that %s", defect.Title))
		}
	}
	return all
}
