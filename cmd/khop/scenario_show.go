package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/lang"
)

func scenarioList() *cobra.Command {
	var f flows
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the flows",
		Long:  "List the flows that khop knows: its own, and with --scenarios those of a folder.",
		Example: `  khop scenario list
  khop scenario list --scenarios flows/`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, err := f.all()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, s := range all {
				fmt.Fprintf(w, "%s\t%d events in %s\t%s\n", s.Name, sends(s), span(s.Length()), language(cmd).Pick(s.Title, s.TitleVi))
			}
			return w.Flush()
		},
	}
	f.register(cmd)
	return cmd
}

func scenarioShow() *cobra.Command {
	var f flows
	cmd := &cobra.Command{
		Use:   "show NAME|FILE",
		Short: "Show a flow's steps",
		Long: `Show what happens in a flow, and when: each step with its time since the beginning, its
event and the members that it changes. A file is checked on the way.`,
		Example: `  khop scenario show mobio-won-deal
  khop scenario show flows/my-parcel.yaml`,
		Args: oneScenario, ValidArgsFunction: byPlace(words(scenarioNames)),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := f.find(args[0])
			if err != nil {
				return err
			}
			show(cmd.OutOrStdout(), s, language(cmd))
			return nil
		},
	}
	f.register(cmd)
	return cmd
}

// show prints a flow for people.
func show(out io.Writer, s scenario.Scenario, spoken lang.Language) {
	fmt.Fprintf(out, "%s: %s\n%s\n", s.Name, spoken.Pick(s.Title, s.TitleVi), spoken.Pick(s.About, s.AboutVi))
	var at time.Duration
	for i, step := range s.Steps {
		at += step.Wait
		fmt.Fprintf(out, "\n%2d. after %s: %s\n", i+1, span(at), spoken.Pick(step.Note, step.NoteVi))
		if what := whatIsSent(step); what != "" {
			fmt.Fprintf(out, "    %s\n", what)
		}
		for _, member := range slices.Sorted(maps.Keys(step.Data)) {
			fmt.Fprintf(out, "      %s: %v\n", member, step.Data[member])
		}
	}
}

// whatIsSent says a step's event in a few words; empty where there is none.
func whatIsSent(step scenario.Step) string {
	if !step.Sends() {
		return ""
	}
	what := []string{step.Event}
	if step.Again {
		what = []string{"the same once more"}
	}
	if step.Ago > 0 {
		what = append(what, fmt.Sprintf("as of %s ago", span(step.Ago)))
	}
	if step.Fault != "" {
		what = append(what, "fault: "+string(step.Fault))
	}
	return strings.Join(what, ", ")
}

// span is a length of time without the zeros at its end: 5h, not 5h0m0s.
func span(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// sends counts a flow's events.
func sends(s scenario.Scenario) int {
	n := 0
	for _, step := range s.Steps {
		if step.Sends() {
			n++
		}
	}
	return n
}
