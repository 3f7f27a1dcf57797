package suites_test

import (
	"testing"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/lang"
)

// translatedTexts are the texts that a report shows in the reader's language, with
// what they belong to.
func translatedTexts() map[string]string {
	texts := map[string]string{}
	for _, area := range suites.Areas {
		texts[string(area)] = "the area " + string(area)
	}
	for _, check := range suites.AllChecks() {
		texts[check.Title] = "the title of " + check.ID
		texts[check.Why] = "the reason of " + check.ID
		texts[check.Fix] = "the remedy of " + check.ID
	}
	return texts
}

func TestEveryCheckSpeaksVietnamese(t *testing.T) {
	t.Parallel()
	for text, owner := range translatedTexts() {
		if lang.Vietnamese.Text(text) == text {
			t.Errorf("%s has no Vietnamese: %q", owner, text)
		}
	}
}

func TestEveryTranslationOfACheckHasItsCheck(t *testing.T) {
	t.Parallel()
	entries, err := lang.Entries()
	if err != nil {
		t.Fatal(err)
	}
	texts, found := translatedTexts(), 0
	for _, entry := range entries {
		if entry.File != "checks.yaml" {
			continue
		}
		found++
		if _, there := texts[entry.En]; !there {
			t.Errorf("no check says %q any more", entry.En)
		}
	}
	if found != len(texts) {
		t.Errorf("%d texts of checks have %d translations in checks.yaml", len(texts), found)
	}
}
