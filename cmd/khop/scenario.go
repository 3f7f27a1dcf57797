package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks/scenario"
)

func scenarioCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scenario list|show|run|watch|stop",
		Short: "Play named flows of events",
		Long: `Play a flow of events as a provider would send them: a parcel from its pickup to its
return, an order paid and closed, an hour in which nobody can reach the target.

All events of a flow are about one parcel, order, deal or message. With --target khop
plays it by itself; with --app a running khop serve does. A flow of your own is a YAML
file; khop scenario show prints khop's own to begin with.`,
		Example: `  khop scenario list
  khop scenario show superai-partial-delivery
  khop scenario run superai-partial-delivery --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42
  khop scenario run abaha-outage --app shop --speed 60`,
	}
	cmd.AddCommand(scenarioList(), scenarioShow(), scenarioRun(), scenarioWatch(), scenarioStop())
	for _, sub := range cmd.Commands() {
		sub.PreRunE = refuseFlags
	}
	return cmd
}

// flows are the scenarios of this khop, and those of a folder.
type flows struct{ folder string }

func (f *flows) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.folder, "scenarios", "", "the scenarios in this `folder` as well")
}

// all are khop's own flows and those of the folder, which go first where names are alike.
func (f *flows) all() ([]scenario.Scenario, error) {
	if f.folder == "" {
		return scenario.Builtin(), nil
	}
	own, err := scenario.ReadDir(f.folder)
	if err != nil {
		return nil, fmt.Errorf("--scenarios: %w", err)
	}
	return scenario.New(nil, append(scenario.Builtin(), own...)).Scenarios(), nil
}

// find takes a scenario's name, or its file.
func (f *flows) find(word string) (scenario.Scenario, error) {
	if isFile(word) {
		return scenario.ReadFile(word)
	}
	all, err := f.all()
	if err != nil {
		return scenario.Scenario{}, err
	}
	found, err := scenario.New(nil, all).Scenario(word)
	if err != nil {
		return found, fmt.Errorf("%w (a file's name ends in .yaml)", err)
	}
	return found, nil
}

// scenarioNames are khop's own flows, for the shell to propose.
func scenarioNames() []string {
	var names []string
	for _, s := range scenario.Builtin() {
		names = append(names, s.Name)
	}
	return names
}

// isFile tells a scenario's file from its name.
func isFile(word string) bool {
	extension := filepath.Ext(word)
	return extension == ".yaml" || extension == ".yml" || strings.ContainsRune(word, os.PathSeparator)
}

// oneScenario takes exactly one argument.
func oneScenario(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%s wants one scenario; `khop scenario list` shows them", cmd.CommandPath())
	}
	return nil
}

// pace is how fast a flow goes.
type pace struct{ speed float64 }

func (p *pace) register(cmd *cobra.Command) {
	cmd.Flags().Float64Var(&p.speed, "speed", 0, "how many times faster than told the waits pass; by default 3600, or the app's own speed")
}

// check refuses what is no speed.
func (p *pace) check(cmd *cobra.Command) error {
	if cmd.Flags().Changed("speed") && (!(p.speed > 0) || math.IsInf(p.speed, 1)) {
		return errors.New("--speed is how many times faster than told the waits pass: a number above 0")
	}
	return nil
}
