package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
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
			header := doc.GenManHeader{Section: "1", Source: "khop " + version, Manual: "khop", Date: date}
			if err := writePages(cmd.Root(), header, args[0]); err != nil {
				return serious{fmt.Errorf("writing the manual pages: %w", err)}
			}
			return nil
		},
	}
}

// writePages writes the page of a command and those of the commands below it. The
// command's flags are for reading afterwards.
func writePages(cmd *cobra.Command, header doc.GenManHeader, folder string) error {
	cmd.InitDefaultHelpFlag()
	cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		if _, done := flag.Value.(explained); !done {
			explainFlag(flag)
		}
	})
	var page bytes.Buffer
	if err := doc.GenMan(cmd, &header, &page); err != nil {
		return err
	}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + "." + header.Section
	if err := os.WriteFile(filepath.Join(folder, name), nothing.ReplaceAll(page.Bytes(), []byte("$1")), 0o644); err != nil {
		return err
	}
	for _, below := range cmd.Commands() {
		if below.IsAvailableCommand() && !below.IsAdditionalHelpTopicCommand() {
			if err := writePages(below, header, folder); err != nil {
				return err
			}
		}
	}
	return nil
}

// nothing is what a page says of a flag that takes no value.
var nothing = regexp.MustCompile(`(?m)^(.*\\fB--[a-z-]+\\fP)=$`)

// explainFlag changes what a page says of a flag: what it takes, where its default
// stood, and the default behind the sentence.
func explainFlag(flag *pflag.Flag) {
	takes, usage := pflag.UnquoteUsage(flag)
	if plain, ok := plainTypes[takes]; ok {
		takes = plain
	}
	if !slices.Contains([]string{"", "0", "0s", "false", "[]"}, flag.DefValue) {
		usage += " (default " + flag.DefValue + ")"
	}
	flag.Usage, flag.NoOptDefVal, flag.DefValue = unmarked.Replace(usage), "", ""
	if takes != "" {
		flag.DefValue = "*" + takes + "*" // italics
	}
	flag.Value = explained{flag.Value}
}

// unmarked takes what means something in Markdown, of which a page is made, for itself.
var unmarked = strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`)

// plainTypes are readers' words for what flags take.
var plainTypes = map[string]string{"string": "word", "int": "number", "uint": "number", "float": "number", "duration": "time"}

// explained is the value of a flag that a page does not put into quotes.
type explained struct{ pflag.Value }

func (explained) Type() string { return "" }

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
