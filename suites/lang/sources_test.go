package lang_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// Three files of translations hold what is not written where it is shown: the texts of
// the checks, which a test of the suites holds against the registry; what providers say
// of their settings, which a test of suites/console/pages holds against the providers;
// and the reasons why a check was not judged.
const (
	checksFile  = "checks.yaml"
	helpsFile   = "helps.yaml"
	reasonsFile = "reasons.yaml"
)

// variables name what may be shown without being written on the spot: a text of a
// check or of its result, and the English that a wrapper of Text was given.
var variables = []string{"title", "why", "fix", "area", "status", "message", "reason", "english"}

func TestEveryTextThatIsShownIsTranslated(t *testing.T) {
	t.Parallel()
	translated := map[string]bool{}
	for _, entry := range entries(t) {
		translated[entry.En] = true
	}
	for _, use := range shownTexts(t) {
		switch {
		case use.text != "" && !translated[use.text]:
			t.Errorf("%s: %q has no translation", use.place, use.text)
		case use.text == "" && !slices.Contains(variables, strings.ToLower(use.variable)):
			t.Errorf("%s: what is shown there is neither a literal nor one of %v: %q", use.place, variables, use.variable)
		}
	}
	for _, use := range skipReasons(t) {
		if !translated[use.text] {
			t.Errorf("%s: the reason %q has no translation", use.place, use.text)
		}
	}
}

func TestEveryTranslationIsShown(t *testing.T) {
	t.Parallel()
	shown, reasons := map[string]bool{}, literals(t, "suites")
	for _, use := range shownTexts(t) {
		shown[use.text] = true
	}
	for _, entry := range entries(t) {
		switch entry.File {
		case checksFile, helpsFile:
		case reasonsFile:
			if !reasons[entry.En] {
				t.Errorf("%s: no check gives the reason %q", entry.File, entry.En)
			}
		default:
			if !shown[entry.En] {
				t.Errorf("%s: %q is shown nowhere", entry.File, entry.En)
			}
		}
	}
}

// use is a place at which something is shown: a text, or a variable where it is not
// written on the spot.
type use struct{ place, text, variable string }

// shownTexts finds what is put through Text and Textf, and what templates put
// through t and tf.
func shownTexts(t *testing.T) []use {
	t.Helper()
	var all []use
	for _, source := range speakingSources(t) {
		for _, declaration := range source.file.Decls {
			all = append(all, source.textsOf(declaration)...)
		}
	}
	all = append(all, templateTexts(t)...)
	if len(all) == 0 {
		t.Fatal("no text is shown anywhere: this test does not see the sources")
	}
	return all
}

// skipReasons are the fixed reasons with which checks are skipped.
func skipReasons(t *testing.T) []use {
	t.Helper()
	var all []use
	for _, source := range goSources(t, "suites") {
		ast.Inspect(source.file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok && nameOf(call.Fun) == "Skip" && len(call.Args) == 1 {
				if text, ok := literal(call.Args[0]); ok {
					all = append(all, use{place: source.place(call), text: text})
				}
			}
			return true
		})
	}
	if len(all) == 0 {
		t.Fatal("no check is ever skipped: this test does not see the sources")
	}
	return all
}
