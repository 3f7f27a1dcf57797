package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/plan"
	"github.com/khop-dev/khop/suites/report"
)

// verifyAll verifies every provider of the plan, each in a process of its own: a
// Ginkgo suite runs once in a process. The children read the plan themselves, so
// that no secret appears on a command line.
func (v *verification) verifyAll(ctx context.Context, out io.Writer, p *plan.Plan) error {
	if err := v.prepareFolder(); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "khop-")
	if err != nil {
		return serious{fmt.Errorf("making a scratch folder: %w", err)}
	}
	defer os.RemoveAll(scratch)
	if v.seed == 0 {
		v.seed = p.Seed
	}
	if v.seed == 0 {
		v.seed = rand.Uint64()>>12 + 1
	}
	console := &report.Console{Out: out, Color: colored(out), Detail: v.detail()}
	started := time.Now()
	reports := make([]*report.Report, len(p.Runs))
	failures := make([]error, len(p.Runs))
	var running sync.WaitGroup
	var printing sync.Mutex
	for i, run := range p.Runs {
		running.Go(func() {
			reports[i], failures[i] = v.child(ctx, run, filepath.Join(scratch, run.Provider.Name))
			if reports[i] == nil {
				reports[i] = &report.Report{Provider: run.Provider.Name, Target: run.Target, Verdict: report.Broken, Reason: failures[i].Error(), Seed: v.seed}
			}
			printing.Lock()
			defer printing.Unlock()
			console.Show(reports[i], run.Provider.Title)
		})
	}
	running.Wait()
	all := report.Merge(version, started, reports)
	console.Sum(all)
	if v.folder != "" {
		if err := report.Folder(v.folder).Write(all); err != nil {
			return serious{err}
		}
	}
	if ctx.Err() != nil {
		return verdict{exitInterrupted}
	}
	return outcome(all, worst(failures))
}

// child verifies one provider of the plan in a process of its own.
func (v *verification) child(ctx context.Context, run plan.Run, folder string) (*report.Report, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding khop's own program: %w", err)
	}
	command := exec.CommandContext(ctx, self, "verify", run.Provider.Name, "--config", v.config,
		"--seed", strconv.FormatUint(v.seed, 10), "--report", folder, "--quiet")
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
