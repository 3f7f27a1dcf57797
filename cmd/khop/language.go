package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/suites/lang"
)

// registerLanguage gives every command --lang.
func registerLanguage(root *cobra.Command) {
	root.PersistentFlags().String("lang", "", "`language` of what is shown, en or vi; LC_ALL, LC_MESSAGES or LANG decide where it is not given")
}

// language is the language to speak; an unknown one has been refused.
func language(cmd *cobra.Command) lang.Language {
	if flag := cmd.Flag("lang"); flag != nil && flag.Changed {
		spoken, _ := lang.Parse(flag.Value.String())
		return spoken
	}
	return lang.FromEnvironment(os.Getenv)
}

// refuseLanguage refuses a language that khop does not speak.
func refuseLanguage(cmd *cobra.Command) error {
	flag := cmd.Flag("lang")
	if flag == nil || !flag.Changed {
		return nil
	}
	if _, err := lang.Parse(flag.Value.String()); err != nil {
		return fmt.Errorf("--lang: %w", err)
	}
	return nil
}
