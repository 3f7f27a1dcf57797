package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/plan"
)

// selecting holds the flags that say which checks run and what counts.
type selecting struct {
	focus, skip      []string
	areas, levels    []string
	pin              int
	strict, failFast bool
}

func (s *selecting) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&s.focus, "focus", nil, "run only checks whose id fits this `glob`, such as 'signature.*'; may be repeated")
	cmd.Flags().StringArrayVar(&s.skip, "skip", nil, "leave out checks whose id fits this `glob`; may be repeated")
	cmd.Flags().StringArrayVar(&s.areas, "area", nil, "run only checks of this `area`: "+strings.Join(areaNames(), ", ")+"; may be repeated")
	cmd.Flags().StringArrayVar(&s.levels, "level", nil, "run only checks of this `level`, must or should")
	cmd.Flags().IntVar(&s.pin, "pin", 0, "run the checks of this `edition`, so that a newer khop does not judge by more; 0 runs all")
	cmd.Flags().BoolVar(&s.strict, "strict", false, "let a broken SHOULD fail the run as well")
	cmd.Flags().BoolVar(&s.failFast, "fail-fast", false, "stop at the first failure")
}

func areaNames() []string {
	var names []string
	for _, area := range suites.Areas {
		names = append(names, string(area))
	}
	return names
}

// take fills in what the command line leaves open from a configuration.
func (s *selecting) take(p *plan.Plan) {
	if s.pin == 0 {
		s.pin = p.Pin
	}
	s.strict = s.strict || p.Strict
}

// concerned are the providers of which the flags select a check.
func (s *selecting) concerned() []string {
	selection, err := s.selection()
	if err != nil {
		return nil // the same is said when the selection is spread
	}
	return slices.DeleteFunc(mocks.Names(), func(name string) bool {
		_, any := selection.Within(targetChecks(name))
		return !any
	})
}

// selection is what the flags select.
func (s *selecting) selection() (suites.Selection, error) {
	selection := suites.Selection{Focus: s.focus, Skip: s.skip, Edition: s.pin}
	if s.pin < 0 {
		return selection, fmt.Errorf("--pin %d: editions are numbered from 1", s.pin)
	}
	for _, name := range s.areas {
		area, err := suites.ParseArea(name)
		if err != nil {
			return selection, fmt.Errorf("--area: %w", err)
		}
		selection.Areas = append(selection.Areas, area)
	}
	for _, name := range s.levels {
		level, err := suites.ParseLevel(name)
		if err != nil {
			return selection, fmt.Errorf("--level: %w", err)
		}
		selection.Levels = append(selection.Levels, level)
	}
	return selection, nil
}

// selectionOf is the selection, which has to fit checks of the provider.
func (s *selecting) selectionOf(provider *mocks.Provider) (suites.Selection, error) {
	selection, err := s.selection()
	if err != nil {
		return selection, err
	}
	_, err = selection.Choose(suites.Checks(provider.Name))
	return selection, err
}

// spread divides a selection over the runs of a plan: who is left has a check to run,
// and arguments for its own process. A selector has to fit somewhere.
func (s *selecting) spread(runs []plan.Run) (left []plan.Run, arguments [][]string, err error) {
	selection, err := s.selection()
	if err != nil {
		return nil, nil, err
	}
	var all []suites.Check
	for _, run := range runs {
		all = append(all, targetChecks(run.Provider.Name)...)
	}
	if _, err := selection.Choose(all); err != nil {
		return nil, nil, err
	}
	for _, run := range runs {
		part, any := selection.Within(targetChecks(run.Provider.Name))
		if !any {
			continue
		}
		left = append(left, run)
		arguments = append(arguments, s.arguments(part))
	}
	return left, arguments, nil
}

// arguments spells a selection and what counts as another process takes it.
func (s *selecting) arguments(selection suites.Selection) []string {
	var arguments []string
	for _, flag := range selection.Flags() {
		name, value, _ := strings.Cut(flag, " ")
		arguments = append(arguments, name, value)
	}
	if selection.Edition > 0 {
		arguments = append(arguments, fmt.Sprintf("--pin=%d", selection.Edition))
	}
	if s.strict {
		arguments = append(arguments, "--strict")
	}
	if s.failFast {
		arguments = append(arguments, "--fail-fast")
	}
	return arguments
}

// targetChecks are the checks of a provider that khop verify runs.
func targetChecks(provider string) []suites.Check {
	return slices.DeleteFunc(suites.Checks(provider), func(c suites.Check) bool { return c.Area == suites.Sender })
}
