package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/inspect"
	"github.com/khop-dev/khop/mocks/inspect/render"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/editions"
	"github.com/khop-dev/khop/suites/lang"
)

// completion proposes words for what is being typed; args are those before it.
type completion = func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective)

// completions are what the commands take as arguments, by the command's name.
var completions = map[string]completion{
	"verify":        byPlace(words(func() []string { return append(mocks.Names(), "all") })),
	"repeat":        byPlace(words(checkIDs)),
	"explain":       byPlace(words(checkIDs)),
	"receiver":      byPlace(words(mocks.Names)),
	"mock":          byPlace(fixed(accesstrade.Name)),
	"verify-sender": byPlace(fixed(accesstrade.Name)),
	"list":          byPlace(fixed(listable...), words(mocks.Names)),
	"send":          byPlace(words(mocks.Names), ofProvider((*mocks.Provider).EventWords)),
	"burst":         byPlace(words(mocks.Names)),
	"merge":         files,
	"sample":        byPlace(words(mocks.Names), ofProvider(sampleWords)),
	"sign":          byPlace(words(mocks.Names), files),
	"schema":        byPlace(words(func() []string { return append(mocks.Names(), schemaIDs()...) })),
	"export":        byPlace(fixed("asyncapi", "openapi", "jsonschema")),
}

// flagCompletions are what flags take, by the flag's name.
var flagCompletions = map[string]completion{
	"area":              words(areaNames),
	"level":             fixed("must", "should"),
	"focus":             globs,
	"skip":              globs,
	"check":             words(checkIDs),
	"schema":            words(schemaIDs),
	"pin":               words(editionNumbers),
	"format":            formatsOf,
	"style":             words(func() []string { return slices.Sorted(maps.Keys(styles)) }),
	"unknown":           fixed(string(inspect.Skip), string(inspect.Fail)),
	"formula":           words(func() []string { return formulas(accesstrade.Postback, accesstrade.Listing, accesstrade.BulkUpdate) }),
	"listing-signature": words(func() []string { return anyOf(accesstrade.Listing) }),
	"bulk-signature":    words(func() []string { return anyOf(accesstrade.BulkUpdate) }),
	"provider":          words(mocks.Names),
	"lang":              words(languages),
	"secret":            ofProvider(secretsOf),
	"set":               ofProvider(settingsOf),
	"defect":            ofProvider(defectsOf),
	"fault":             words(faultWords),
	"event":             ofProvider((*mocks.Provider).EventWords),
	"rate":              fixed("max"),
}

// registerCompletions teaches the shell what every command and flag takes.
func registerCompletions(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if propose, ok := completions[cmd.Name()]; ok {
			cmd.ValidArgsFunction = propose
		}
		for flag, propose := range flagCompletions {
			if cmd.Flag(flag) != nil {
				_ = cmd.RegisterFlagCompletionFunc(flag, propose) // a flag that is there, once
			}
		}
	}
}

// byPlace proposes for the first argument by the first function, and so on; nothing
// for those beyond.
func byPlace(places ...completion) completion {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= len(places) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return places[len(args)](cmd, args, typed)
	}
}

func words(list func() []string) completion {
	return func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return beginning(typed, list()), cobra.ShellCompDirectiveNoFileComp
	}
}

func fixed(list ...string) completion { return words(func() []string { return list }) }

func files(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// ofProvider proposes what belongs to the provider that was named before.
func ofProvider(list func(*mocks.Provider) []string) completion {
	return func(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		name, _, _ := strings.Cut(args[0], ".") // of a check's id, too
		provider, err := mocks.Lookup(name)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		proposals := beginning(typed, list(provider))
		if len(proposals) == 1 && strings.HasSuffix(proposals[0], "=") {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		return proposals, directive
	}
}

// globs proposes ids of checks, in full and without the provider: those of the provider
// that was named before, or of all.
func globs(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	checks := suites.AllChecks()
	if len(args) > 0 && slices.Contains(mocks.Names(), args[0]) {
		checks = suites.Checks(args[0])
	}
	var ids, rules []string
	for _, check := range checks {
		ids = append(ids, check.ID)
		if !slices.Contains(rules, check.Rule()) {
			rules = append(rules, check.Rule())
		}
	}
	return beginning(typed, append(ids, rules...)), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// formatsOf proposes what a command can print or write.
func formatsOf(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	list := formats
	switch cmd.Name() {
	case "diff":
		list = diffFormats
	case "burst", "merge":
		list = burstFormats
	case "validate":
		list = render.Formats
	case "export":
		list = exportFormats
	}
	return beginning(typed, list), cobra.ShellCompDirectiveNoFileComp
}

func beginning(typed string, list []string) []cobra.Completion {
	return slices.DeleteFunc(slices.Clone(list), func(word string) bool { return !strings.HasPrefix(word, typed) })
}

func checkIDs() []string {
	var ids []string
	for _, check := range suites.AllChecks() {
		ids = append(ids, check.ID)
	}
	return ids
}

func schemaIDs() []string {
	var ids []string
	for _, schema := range schemas.All() {
		ids = append(ids, schema.ID)
	}
	return append(ids, reportSchema, burstSchema)
}

func editionNumbers() []string {
	var numbers []string
	known, _ := editions.All() // where they cannot be read there are none to propose
	for _, edition := range known {
		numbers = append(numbers, strconv.Itoa(edition.Number))
	}
	return numbers
}

// formulas are the names of how calls may be signed.
func formulas(calls ...accesstrade.Call) []string {
	var names []string
	for _, call := range calls {
		for _, formula := range accesstrade.Formulas(call) {
			if !slices.Contains(names, formula.Name) {
				names = append(names, formula.Name)
			}
		}
	}
	return names
}

// anyOf are the words for the signatures that a call may have.
func anyOf(call accesstrade.Call) []string {
	return append([]string{accesstrade.AnyFormula, accesstrade.Unchecked}, formulas(call)...)
}

func languages() []string {
	var codes []string
	for _, language := range lang.Languages {
		codes = append(codes, string(language))
	}
	return codes
}

func secretsOf(p *mocks.Provider) []string {
	var names []string
	for _, secret := range p.Secrets {
		names = append(names, secret.Name+"=")
	}
	return names
}

func settingsOf(p *mocks.Provider) []string {
	var choices []string
	for _, setting := range p.Settings {
		if setting.Values == nil {
			choices = append(choices, setting.Name+"=")
		}
		for _, value := range setting.Values {
			choices = append(choices, setting.Name+"="+value)
		}
	}
	return choices
}

func defectsOf(p *mocks.Provider) []string {
	var names []string
	for _, defect := range receivers.Defects(p.Name) {
		names = append(names, defect.Name)
	}
	return names
}
