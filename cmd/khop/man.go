package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man FOLDER",
		Short: "Write the manual pages",
		Long: `Write a manual page for khop and for each of its commands into FOLDER, which is made
where it is missing. Packagers set SOURCE_DATE_EPOCH to get the same bytes every time.`,
		Example: `  khop man /usr/local/share/man/man1
  khop man man && man man/khop-verify.1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s wants the folder to write the pages into", cmd.CommandPath())
			}
			date, err := sourceDate(os.Getenv("SOURCE_DATE_EPOCH"))
			if err != nil {
				return err
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("making the folder: %w", err)
			}
			header := &doc.GenManHeader{Section: "1", Source: "khop " + version, Manual: "khop", Date: date}
			if err := doc.GenManTree(cmd.Root(), header, args[0]); err != nil {
				return serious{fmt.Errorf("writing the manual pages: %w", err)}
			}
			return nil
		},
	}
}

// sourceDate is the date that a packager wants in what is made
// (https://reproducible-builds.org/specs/source-date-epoch); today without one.
func sourceDate(epoch string) (*time.Time, error) {
	date := time.Now()
	if epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("SOURCE_DATE_EPOCH=%s: has to be seconds since 1970", epoch)
		}
		date = time.Unix(seconds, 0).UTC()
	}
	return &date, nil
}
