package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/known"
	"github.com/khop-dev/khop/suites/report"
)

// tolerance holds the flags of known failures.
type tolerance struct {
	file   string
	update bool
	reason string
	ignore bool // a child's results are excused by its parent
}

func (t *tolerance) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.file, "known", "", "tolerate the failures in this `file`, each of which has a reason there; one that is gone or has changed fails the run")
	cmd.Flags().BoolVar(&t.update, "update-known", false, "write what fails now into the --known file; an entry that still lacks a reason fails the run")
	cmd.Flags().StringVar(&t.reason, "reason", "", "with --update-known: `why` new entries, and those that lack a reason, are tolerated")
	cmd.Flags().BoolVar(&t.ignore, "ignore-known", false, "")
	_ = cmd.Flags().MarkHidden("ignore-known") // the flag is there
}

// list reads the known failures, for a run of a selection, or of a part of that; nil where
// there are none, or they are to be written.
func (t *tolerance) list(selection suites.Selection, part bool) (*known.List, error) {
	if err := t.check(selection, part); err != nil {
		return nil, err
	}
	if t.update {
		return nil, t.writable()
	}
	if t.file == "" || t.ignore {
		return nil, nil
	}
	var ids []string
	for _, check := range suites.AllChecks() {
		ids = append(ids, check.ID)
	}
	return known.Read(t.file, ids)
}

// writable proves that the file holds a list, or none yet, and can be written, before
// anything is sent.
func (t *tolerance) writable() error {
	if _, _, err := t.renewed(&report.Report{}); err != nil {
		return err
	}
	_, before := os.Stat(t.file)
	file, err := os.OpenFile(t.file, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return fmt.Errorf("--known: %w", err)
	}
	if errors.Is(before, fs.ErrNotExist) {
		_ = os.Remove(t.file) // until the run has something to write
	}
	return file.Close()
}

// check refuses flags that do not go together.
func (t *tolerance) check(selection suites.Selection, part bool) error {
	switch {
	case t.update && t.file == "":
		return errors.New("--update-known wants --known FILE: where the failures are written")
	case t.reason != "" && !t.update:
		return errors.New("--reason goes with --update-known")
	case t.update && (selection.Narrow() || part):
		return errors.New("--update-known needs the whole run: leave out --focus, --skip, --area, --level and --fail-fast")
	}
	return nil
}

// renew writes the file from a finished run, which it then judges by the new entries.
func (t *tolerance) renew(say func(string), result *report.Report) error {
	if !t.update {
		return nil
	}
	if result.Verdict == report.Broken {
		say(t.file + " stays as it is: the run came to no verdict")
		return nil
	}
	text, change, err := t.renewed(result)
	if err != nil {
		return err
	}
	if err := known.Excuse(t.file, text, result); err != nil {
		return serious{err}
	}
	if err := os.WriteFile(t.file, text, 0o644); err != nil {
		return serious{fmt.Errorf("writing the known failures: %w", err)}
	}
	summary := fmt.Sprintf("%s: %d added, %d changed, %d taken out", t.file, len(change.Added), len(change.Changed), len(change.Removed))
	if len(change.Reasoned) > 0 {
		summary += fmt.Sprintf(", %d given the reason", len(change.Reasoned))
	}
	say(summary)
	return nil
}

// renewed is the file's text as it has to be after a run.
func (t *tolerance) renewed(result *report.Report) ([]byte, known.Change, error) {
	before, err := os.ReadFile(t.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, known.Change{}, fmt.Errorf("--known: %w", err)
	}
	return known.Update(t.file, before, result, t.reason)
}
