package lang_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/khop-dev/khop/suites/lang"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]lang.Language{
		"vi":          lang.Vietnamese,
		"VI":          lang.Vietnamese,
		"vi_VN.UTF-8": lang.Vietnamese,
		"vi-VN":       lang.Vietnamese,
		"vi.UTF-8":    lang.Vietnamese,
		"vi_VN@euro":  lang.Vietnamese,
		"en":          lang.English,
		"en_US":       lang.English,
		"EN-gb":       lang.English,
	} {
		if got, err := lang.Parse(tag); got != want || err != nil {
			t.Errorf("Parse(%q): %q, %v; want %q", tag, got, err, want)
		}
	}
	for _, tag := range []string{"", "C", "POSIX", "fr_FR", "vietnamese", "v", "_VN"} {
		got, err := lang.Parse(tag)
		if got != lang.English || err == nil {
			t.Errorf("Parse(%q): %q, %v; want English and an error", tag, got, err)
			continue
		}
		for _, language := range lang.Languages {
			if !strings.Contains(err.Error(), string(language)) {
				t.Errorf("Parse(%q) does not offer %q: %v", tag, language, err)
			}
		}
	}
}

func TestFromEnvironment(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		variables map[string]string
		want      lang.Language
	}{
		{nil, lang.English},
		{map[string]string{"LANG": "vi_VN.UTF-8"}, lang.Vietnamese},
		{map[string]string{"LANG": "vi"}, lang.Vietnamese},
		{map[string]string{"LANG": "VI"}, lang.Vietnamese},
		{map[string]string{"LANG": "en_US"}, lang.English},
		{map[string]string{"LANG": "C"}, lang.English},
		{map[string]string{"LANG": ""}, lang.English},
		{map[string]string{"LANG": "fr_FR"}, lang.English},
		{map[string]string{"LC_MESSAGES": "vi_VN", "LANG": "en_US"}, lang.Vietnamese},
		{map[string]string{"LC_MESSAGES": "en_US", "LANG": "vi_VN"}, lang.English},
		{map[string]string{"LC_ALL": "vi_VN", "LC_MESSAGES": "en_US", "LANG": "en_US"}, lang.Vietnamese},
		{map[string]string{"LC_ALL": "C", "LC_MESSAGES": "vi_VN", "LANG": "vi_VN"}, lang.English},
		{map[string]string{"LC_ALL": "", "LC_MESSAGES": "", "LANG": "vi_VN"}, lang.Vietnamese},
		{map[string]string{"LC_TIME": "vi_VN"}, lang.English},
	} {
		if got := lang.FromEnvironment(func(name string) string { return c.variables[name] }); got != c.want {
			t.Errorf("FromEnvironment of %v: %q, want %q", c.variables, got, c.want)
		}
	}
}

func TestTextIsTheTranslation(t *testing.T) {
	t.Parallel()
	if got := lang.Vietnamese.Text("requirement"); got != "yêu cầu" {
		t.Errorf("requirement in Vietnamese is %q", got)
	}
	if got := lang.Vietnamese.Textf("%d not judged: %s", 4, "x"); got != "4 chưa được đánh giá: x" {
		t.Errorf("a filled-in format is %q", got)
	}
}

func TestTextFallsBackToEnglish(t *testing.T) {
	t.Parallel()
	for _, language := range []lang.Language{lang.English, "", "fr"} {
		if got := language.Text("requirement"); got != "requirement" {
			t.Errorf("in %q it is %q", language, got)
		}
	}
	if got := lang.Vietnamese.Text("nobody ever translated this"); got != "nobody ever translated this" {
		t.Errorf("an unknown text became %q", got)
	}
	if got := lang.Vietnamese.Textf("%d untranslated %s", 2, "things"); got != "2 untranslated things" {
		t.Errorf("an unknown format became %q", got)
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			if got := lang.Vietnamese.Text("source"); got != "nguồn" {
				t.Errorf("source in Vietnamese is %q", got)
			}
		})
	}
	all.Wait()
}
