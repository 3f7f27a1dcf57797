package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/plan"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// verifyAll verifies every provider of the plan and sums up.
func (v *verification) verifyAll(cmd *cobra.Command, p *plan.Plan) error {
	runs, arguments, err := v.spread(p.Runs)
	if err != nil {
		return err
	}
	selection, err := v.selection()
	if err != nil {
		return err
	}
	if _, err := v.tolerance.list(selection, v.failFast); err != nil {
		return err
	}
	if err := v.output.prepare(cmd); err != nil {
		return err
	}
	defer v.output.close()
	scratch, err := os.MkdirTemp("", "khop-")
	if err != nil {
		return serious{fmt.Errorf("making a scratch folder: %w", err)}
	}
	defer os.RemoveAll(scratch)
	v.seed = cmp.Or(v.seed, p.Seed, suites.DrawSeed())
	started := time.Now()
	reports, failures := v.verifyEach(cmd.Context(), runs, arguments, scratch)
	all := report.Merge(version, started, reports)
	all.Selection = selection.Flags()
	if err := v.sumUp(all, reports, runs, scratch); err != nil {
		return err
	}
	if cmd.Context().Err() != nil {
		return verdict{exitInterrupted}
	}
	return outcome(all, worst(failures))
}

// verifyEach verifies the providers side by side, each in a process of its own: a Ginkgo
// suite runs once in a process. The children read the plan themselves, so that no secret
// appears on a command line. A report is shown as it comes, unless what is known changes.
func (v *verification) verifyEach(ctx context.Context, runs []plan.Run, arguments [][]string, scratch string) ([]*report.Report, []error) {
	reports, failures := make([]*report.Report, len(runs)), make([]error, len(runs))
	var running sync.WaitGroup
	var printing sync.Mutex
	for i, run := range runs {
		running.Go(func() {
			reports[i], failures[i] = v.child(ctx, run, filepath.Join(scratch, run.Provider.Name), arguments[i])
			if reports[i] == nil {
				reports[i] = v.leftNothing(run, failures[i])
			}
			printing.Lock()
			defer printing.Unlock()
			if !v.tolerance.update {
				v.output.console.Show(reports[i], run.Provider.Title)
			}
		})
	}
	running.Wait()
	return reports, failures
}

// sumUp renews what is known, where that is wanted, and writes the report of all runs.
func (v *verification) sumUp(all *report.Report, reports []*report.Report, runs []plan.Run, scratch string) error {
	renewal := v.renew(v.output.console.Remark, all)
	if v.tolerance.update { // what is known now is known of each run as well
		all.Spread(reports)
		for i, run := range runs {
			v.output.console.Show(reports[i], run.Provider.Title)
		}
	}
	return errors.Join(renewal, v.output.log.gather(runs, scratch), v.output.write(all, v.output.console.Sum))
}

// leftNothing stands for a run that could not even write its report.
func (v *verification) leftNothing(run plan.Run, why error) *report.Report {
	shown := ""
	if to, err := target.ParseURL(run.Target); err == nil {
		shown = suites.Config{Account: mocks.Account{Secrets: run.Secrets}, Target: target.Config{URL: to}}.Shown()
	}
	return &report.Report{Provider: run.Provider.Name, Target: shown, Verdict: report.Broken, Reason: why.Error(), Seed: v.seed}
}

// child verifies one provider of the plan in a process of its own.
func (v *verification) child(ctx context.Context, run plan.Run, folder string, extra []string) (*report.Report, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding khop's own program: %w", err)
	}
	arguments := append([]string{
		"verify", run.Provider.Name, "--config", v.config,
		"--seed", strconv.FormatUint(v.seed, 10), "--report", folder, "--quiet",
	}, extra...)
	if v.tolerance.update {
		arguments = append(arguments, "--ignore-known")
	} else if v.tolerance.file != "" {
		arguments = append(arguments, "--known", v.tolerance.file)
	}
	if v.output.log != nil {
		arguments = append(arguments, "--har", filepath.Join(folder, exchangeFile))
	}
	command := exec.CommandContext(ctx, self, arguments...)
	command.Env = append(os.Environ(), "GITHUB_STEP_SUMMARY=") // the parent sums up
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 30 * time.Second
	said, failure := command.CombinedOutput()
	text, err := os.ReadFile(filepath.Join(folder, "report.json"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("its run left no report: %s", said), failure)
	}
	var r report.Report
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("reading the report of its run: %w", err)
	}
	var exit *exec.ExitError
	if errors.As(failure, &exit) && exit.ExitCode() == exitUsage {
		return &r, suites.ErrConfiguration
	}
	return &r, nil
}

// worst is the failure that decides the exit code.
func worst(failures []error) error {
	for _, failure := range failures {
		if failure != nil && !errors.Is(failure, suites.ErrConfiguration) {
			return failure
		}
	}
	return errors.Join(failures...)
}
