package lang

import (
	"cmp"
	"fmt"
	"strings"
)

// Language is a language that khop speaks, by its ISO 639 code. The zero value is
// English.
type Language string

// The languages.
const (
	English    Language = "en"
	Vietnamese Language = "vi"
)

// Languages lists all of them.
var Languages = []Language{English, Vietnamese}

// Parse reads a language as a user names it: "vi", or a locale such as "vi_VN.UTF-8".
func Parse(tag string) (Language, error) {
	code, _, _ := strings.Cut(strings.ToLower(tag), "_")
	code, _, _ = strings.Cut(code, ".")
	code, _, _ = strings.Cut(code, "-")
	for _, language := range Languages {
		if string(language) == code {
			return language, nil
		}
	}
	return English, fmt.Errorf("khop does not speak %q: en and vi are there", tag)
}

// FromEnvironment is the language that the locale variables ask for, as POSIX ranks
// them; English where khop does not speak it.
func FromEnvironment(lookup func(string) string) Language {
	language, err := Parse(cmp.Or(lookup("LC_ALL"), lookup("LC_MESSAGES"), lookup("LANG")))
	if err != nil {
		return English
	}
	return language
}

// Text is an English text in this language; the English itself where there is no
// translation.
func (l Language) Text(english string) string {
	if l == Vietnamese {
		if translated, ok := vietnamese()[english]; ok {
			return translated
		}
	}
	return english
}

// Textf is Text of a format, filled in. A translation may reorder its operands with
// explicit indexes: %[2]s.
func (l Language) Textf(format string, operands ...any) string {
	return fmt.Sprintf(l.Text(format), operands...)
}

// Pick is the text of this language, of one that its author has translated; the English
// one where there is no Vietnamese.
func (l Language) Pick(english, vietnamese string) string {
	if l == Vietnamese && vietnamese != "" {
		return vietnamese
	}
	return english
}
