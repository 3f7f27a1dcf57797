package lang_test

import (
	"testing"

	"github.com/khop-dev/khop/suites/lang"
)

func TestFromAcceptLanguage(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]lang.Language{
		"vi":                      lang.Vietnamese,
		"vi-VN,vi;q=0.9,en;q=0.8": lang.Vietnamese,
		"en;q=0.5, vi;q=0.8":      lang.Vietnamese,
		"fr-FR,fr;q=0.9,vi;q=0.1": lang.Vietnamese,
		"en-US,vi":                lang.English,
		"vi;q=0,en":               lang.English,
		"vi; q=0.2, en ; q=0.3":   lang.English,
	} {
		if got, liked := lang.FromAcceptLanguage(header); got != want || !liked {
			t.Errorf("%q: %q, %t; want %q", header, got, liked, want)
		}
	}
	for _, header := range []string{"", "fr", "fr-FR,fr;q=0.9", "vi;q=0", "vi;q=x", ";;;q=x,,", "*"} {
		if got, liked := lang.FromAcceptLanguage(header); got != lang.English || liked {
			t.Errorf("%q: %q, %t; want English, and that it was not asked for", header, got, liked)
		}
	}
}
