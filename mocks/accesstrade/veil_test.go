package accesstrade

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The patterns say at length what hideByName hides.
var (
	memberPattern = regexp.MustCompile(`("access_key"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}"]+)`)
	queryPattern  = regexp.MustCompile(`(\baccess_key=)[^&\s"]*`)
)

func TestHidingByNameIsWhatThePatternsSay(t *testing.T) {
	pieces := rapid.SampledFrom([]string{
		`"access_key"`, `access_key=`, `access_key`, `"`, `:`, ` `, "\n", "\v", `\`, `\"`, `\\`, `,`, `}`, `&`, `=`, `x`, `đ`, "\xff", `***`, `null`, `7`,
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(pieces, 0, 30).Draw(t, "pieces"), "")
		want := memberPattern.ReplaceAllString(text, `$1"`+veil+`"`)
		want = queryPattern.ReplaceAllString(want, "${1}"+veil)
		if got := hideByName(text); got != want {
			t.Fatalf("%q becomes %q, and not %q", text, got, want)
		}
	})
}

func TestAFinderFindsTheFirst(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("abcđ")), 0, 60, -1)
	word := rapid.StringMatching(`[abc]{2,7}|a{64,70}`)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(word, 0, 5).Draw(t, "words")
		in := text.Draw(t, "text") + rapid.SampledFrom(append(slices.Clone(words), "")).Draw(t, "one of them") + text.Draw(t, "rest")
		want := -1
		for _, w := range words {
			if at := strings.Index(in, w); at >= 0 && (want < 0 || at < want) {
				want = at
			}
		}
		if got := newFinder(words...).index(in); got != want {
			t.Fatalf("found at %d, and it is at %d", got, want)
		}
	})
}
