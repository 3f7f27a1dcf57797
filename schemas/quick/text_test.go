package quick_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/schemas/quick"
)

func quote(text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text can always be written
	}
	return quoted
}

// patterns are those of the project's schemas and some that try the automaton.
var patterns = []string{
	`^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])$`,
	`^[a-z0-9]+(\.[a-z0-9]+(-[a-z0-9]+)*){2}$`, `^[A-Za-z0-9+/]*={0,2}$`, `\S`, `\s`, `\w+\d`, `.`, `^.$`, `^..$`, `^[^a]$`, `[^a]b`,
	``, `^`, `$`, `^$`, `$^`, `a$^`, `(a|ab)(c|bcd)*$`, `aab`, `(a*)*b`, `(|a)*b$`, `(a|b)*?a..$`, `x*`, `^(?:a|b$)`, `\A\.\z`, `a{2,4}`, `[[:punct:]]`, `(?s).b`, `^\n`,
}

// letters are few, so that patterns match often.
var letters = rapid.OneOf(
	rapid.StringOf(rapid.SampledFrom([]rune("ab."))),
	rapid.StringOf(rapid.SampledFrom([]rune("abcdxyz019 \n\t.:-+=/TZ\"\\ệ😀\ufffd"))),
	rapid.StringMatching(`202[0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,3})?(Z|[+-][0-9]{2}:?[0-9]{2})`),
	rapid.StringMatching(`[ab0]{1,2}(\.[a0-]{1,3}){1,3}`),
)

func TestPatternsMatchAsPackageRegexpDoes(t *testing.T) {
	for _, pattern := range patterns {
		t.Run(pattern, func(t *testing.T) {
			acceptor, expression := compiled(t, `{"pattern":`+string(quote(pattern))+`}`), regexp.MustCompile(pattern)
			rapid.Check(t, func(t *rapid.T) {
				text := letters.Draw(t, "text")
				if got, want := acceptor.Accepts(quote(text)), expression.MatchString(text); got != want {
					t.Fatalf("%q: accepted: %v, regexp: %v", text, got, want)
				}
			})
		})
	}
}

func TestAPatternSaysNothingOfBytesThatAreNoUTF8(t *testing.T) {
	if compiled(t, `{"pattern":"."}`).Accepts([]byte("\"\xff\"")) {
		t.Error("accepted")
	}
}

func TestEscapesMeanWhatEncodingJSONTakesThemFor(t *testing.T) {
	escapes := rapid.SliceOf(rapid.OneOf(
		rapid.SampledFrom([]string{`\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`, "a", "ệ", `\ud83d\ude00`, `\u0000`}),
		rapid.StringMatching(`\\u[0-9a-fA-F]{4}`),
	))
	rapid.Check(t, func(t *rapid.T) {
		written := `"` + strings.Join(escapes.Draw(t, "escapes"), "") + `"`
		var text string
		if err := json.Unmarshal([]byte(written), &text); err != nil {
			t.Fatal(err)
		}
		same, other := `{"const":`+string(quote(text))+`}`, `{"const":`+string(quote(text+"x"))+`}`
		whole := !strings.Contains(text, "\ufffd") && len(written) < 512
		if accepts(t, other, written) || whole && !accepts(t, same, written) {
			t.Fatalf("%s is read wrongly", written)
		}
	})
}

func accepts(t *rapid.T, schema, doc string) bool {
	acceptor, err := quick.Compile([]byte(schema))
	if err != nil {
		t.Fatal(err)
	}
	return acceptor.Accepts([]byte(doc))
}
