package lang_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/khop-dev/khop/suites/lang"
)

// entries are all translations; without any, the tests of them would say nothing.
func entries(t *testing.T) []lang.Entry {
	t.Helper()
	all, err := lang.Entries()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("there are no translations")
	}
	return all
}

func TestEveryTextIsTranslatedOnce(t *testing.T) {
	t.Parallel()
	file := map[string]string{}
	for _, entry := range entries(t) {
		if other, twice := file[entry.En]; twice {
			t.Errorf("%q is in %s and in %s", entry.En, other, entry.File)
		}
		file[entry.En] = entry.File
		for _, text := range []string{entry.En, entry.Vi} {
			if text == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s: %q stands for %q: a text is empty, or has blanks around it", entry.File, entry.Vi, entry.En)
			}
		}
	}
}

// A decomposed letter looks the same and is another text: it counts as two in a
// column, and no search finds it.
func TestTranslationsAreComposed(t *testing.T) {
	t.Parallel()
	for _, entry := range entries(t) {
		if !norm.NFC.IsNormalString(entry.Vi) {
			t.Errorf("%s: %q is not in NFC", entry.File, entry.Vi)
		}
	}
}

func TestTranslationsTakeTheSameOperands(t *testing.T) {
	t.Parallel()
	for _, entry := range entries(t) {
		operands := operandsOf(entry.En)
		filled := fmt.Sprintf(entry.Vi, operands...)
		if len(operands) == 0 {
			if len(verb.FindAllString(entry.Vi, -1)) > 0 {
				t.Errorf("%s: %q has operands that %q has not", entry.File, entry.Vi, entry.En)
			}
			continue
		}
		if strings.Contains(filled, "%!") {
			t.Errorf("%s: %q does not take the operands of %q: %s", entry.File, entry.Vi, entry.En, filled)
		}
		for _, operand := range operands {
			if !strings.Contains(filled, fmt.Sprint(operand)) {
				t.Errorf("%s: %q leaves an operand of %q out: %s", entry.File, entry.Vi, entry.En, filled)
			}
		}
	}
}

// verb is one of a format; a percent sign in prose is followed by no letter of these.
var verb = regexp.MustCompile(`%[-+#0]*\d*(?:\.\d+)?(?:\[\d+\])?[dqsvf]`)

// operandsOf makes operands for an English format, each unlike the others.
func operandsOf(format string) []any {
	var operands []any
	for i, found := range verb.FindAllString(format, -1) {
		switch found[len(found)-1] {
		case 'd':
			operands = append(operands, 7000+i)
		case 'f':
			operands = append(operands, float64(7000+i))
		default:
			operands = append(operands, fmt.Sprintf("operand-%d", i))
		}
	}
	return operands
}

// What a machine reads, or a person types, is the same in every language.
var fixed = []*regexp.Regexp{
	regexp.MustCompile("`[^`]*`"),                                          // code
	regexp.MustCompile(`"[^"]*"`),                                          // a value
	regexp.MustCompile(`\{\w+\}`),                                          // a place to fill in
	regexp.MustCompile(`--[a-z][a-z-]*`),                                   // a flag
	regexp.MustCompile(`\w+_\w+`),                                          // a member, a variable
	regexp.MustCompile(`[A-Za-z]*\d+(?:[.,:x]*\d+)*`),                      // a number, md5 and 5xx
	regexp.MustCompile(`\b[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+`),             // a header
	regexp.MustCompile(`\b(?:MUST|SHOULD|PASS|FAIL|JSON|HTTP|GET|POST)\b`), // a word of the standards
}

func TestTranslationsKeepWhatIsNotLanguage(t *testing.T) {
	t.Parallel()
	for _, entry := range entries(t) {
		prose := verb.ReplaceAllString(entry.En, "")
		for _, form := range fixed {
			for _, part := range form.FindAllString(prose, -1) {
				if !strings.Contains(entry.Vi, part) {
					t.Errorf("%s: %q is not in the translation of %q: %q", entry.File, part, entry.En, entry.Vi)
				}
			}
		}
	}
}
