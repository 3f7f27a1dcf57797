package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks/burst"
)

// merging holds the flags of khop merge.
type merging struct {
	limits  limits
	showing showing
}

func mergeCommand() *cobra.Command {
	var m merging
	cmd := &cobra.Command{
		Use:   "merge REPORT...",
		Short: "Add up the shards of a burst",
		Long: `Add up the reports of a burst's shards, each a report.json or a folder that holds one, as
khop burst --shard i/n --report writes it. The sum is exact: counts add up, and so do the
histograms, bucket by bucket, so that the percentiles are those of all answers together.
Limits are judged anew, on the sum; those that the shards were held to are not taken over.

What does not belong together is refused: another provider, target, rate, seed or number
of shards, or one shard twice. A shard that found nothing out is left out, and missing.

Exit codes: 0 every limit was kept, or there was none; 1 a limit was not kept, an event
with a bad signature was accepted, or not one genuine event was; 2 usage, or reports that
do not belong together; 3 no limit was broken as far as can be seen, but shards are
missing, or nothing was answered; 130 a shard was interrupted.`,
		Example: `  khop merge shard-0/ shard-1/ --report out/
  khop merge reports/*/report.json --p99 100ms --success 99.9%`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s wants the reports of a burst's shards: report.json files, or folders that hold one", cmd.CommandPath())
			}
			return m.run(cmd, args)
		},
	}
	m.limits.register(cmd)
	m.showing.register(cmd)
	return cmd
}

func (m *merging) run(cmd *cobra.Command, paths []string) error {
	parts, paths, err := m.read(cmd, paths)
	if err != nil {
		return err
	}
	sum, err := burst.Merge(parts)
	var misfit burst.Misfit
	switch {
	case errors.As(err, &misfit) && misfit.At > 0:
		return fmt.Errorf("%s does not go with %s: %w", paths[misfit.At], paths[0], err)
	case err != nil:
		return fmt.Errorf("%s: %w", paths[0], err)
	}
	limits, err := m.limits.parse(sum.Rate)
	if err != nil {
		return err
	}
	if err := m.showing.prepare(cmd); err != nil {
		return err
	}
	sum.Judge(limits)
	if err := m.showing.show(sum); err != nil {
		return err
	}
	return ruling(sum)
}

// read reads the shards, and leaves out those that found nothing out: the sum misses
// them, and says so. Where no other is there, it is reported what they say.
func (m *merging) read(cmd *cobra.Command, paths []string) (parts []burst.Result, of []string, err error) {
	var failed []burst.Result
	for _, path := range paths {
		part, err := readShard(path)
		switch {
		case err != nil:
			return nil, nil, err
		case part.Reason != "":
			failed = append(failed, part)
			fmt.Fprintf(cmd.ErrOrStderr(), "khop: %s: this shard found nothing out: %s\n", path, printable(part.Reason))
		default:
			parts, of = append(parts, part), append(of, path)
		}
	}
	if len(parts) == 0 {
		return nil, nil, m.nothing(cmd, failed[0])
	}
	return parts, of, nil
}

// nothing reports a burst of which no shard found anything out, as the first of them has
// it.
func (m *merging) nothing(cmd *cobra.Command, first burst.Result) error {
	if err := m.showing.prepare(cmd); err != nil {
		return err
	}
	first.Merged = true
	if err := m.showing.show(first); err != nil {
		return err
	}
	return ruling(first)
}

// readShard reads the result of a burst, or the one in a folder.
func readShard(path string) (burst.Result, error) {
	name := path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		name = filepath.Join(path, "report.json")
	}
	file, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && name != path:
		return burst.Result{}, fmt.Errorf("the folder %s holds no report.json; `khop burst ... --report %s` writes one", path, path)
	case errors.Is(err, fs.ErrNotExist):
		return burst.Result{}, fmt.Errorf("there is no %s; give a report.json, or the folder that --report wrote", path)
	case err != nil:
		return burst.Result{}, fmt.Errorf("opening the report: %w", err)
	}
	defer file.Close()
	result, err := burst.Read(file)
	if err != nil {
		return burst.Result{}, fmt.Errorf("%s: %w", name, err)
	}
	return result, nil
}
