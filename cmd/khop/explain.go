package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/fixtures/merchant"
	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/suites"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain CHECK-ID",
		Short:   "Say what a check demands, why, where that is documented and how to meet it",
		Example: `  khop explain superai.signature.raw-key-order`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s wants one check id; `khop list checks` shows them all", cmd.CommandPath())
			}
			check, err := suites.Find(args[0])
			if err != nil {
				return err
			}
			explain(cmd.OutOrStdout(), check)
			return nil
		},
	}
}

func explain(out io.Writer, check suites.Check) {
	fmt.Fprintf(out, "%s  (%s)\n\n", check.ID, check.Level)
	fmt.Fprintf(out, "What     %s.\n", check.Title)
	fmt.Fprintf(out, "Source   %s\n", check.Source)
	fmt.Fprintf(out, "Why      %s\n", check.Why)
	fmt.Fprintf(out, "Fix      %s\n", check.Fix)
	proof := "Proof   "
	for _, defect := range receivers.Defects(check.Provider) {
		if slices.Contains(defect.Trips, check.Rule()) {
			fmt.Fprintf(out, "%s khop receiver %s --defect %s\n           %s\n", proof, check.Provider, defect.Name, defect.Title)
			proof = "        "
		}
	}
	for _, defect := range merchant.Defects() {
		if check.Area == suites.Sender && slices.Contains(defect.Trips, check.Rule()) {
			fmt.Fprintf(out, "%s a merchant that %s\n", proof, defect.Title)
			proof = "        "
		}
	}
}
