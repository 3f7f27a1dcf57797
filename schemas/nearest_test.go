package schemas_test

import (
	"testing"

	"github.com/khop-dev/khop/schemas"
)

func TestNearest(t *testing.T) {
	providers := []string{"abaha", "accesstrade", "esms", "mobio", "superai"}
	for _, test := range []struct {
		word, want string
		ok         bool
	}{
		{"mobio", "mobio", true},
		{"Mobio", "mobio", true},
		{"moblo", "mobio", true},
		{"sms", "esms", true},
		{"supreai", "superai", true},
		{"acesstrad", "accesstrade", true},
		{"shopify", "", false},
		{"", "", false},
	} {
		got, ok := schemas.Nearest(test.word, providers)
		if got != test.want || ok != test.ok {
			t.Errorf("Nearest(%q) = %q, %t, want %q, %t", test.word, got, ok, test.want, test.ok)
		}
	}
	if got, ok := schemas.Nearest("word", nil); ok {
		t.Errorf("Nearest among nothing = %q", got)
	}
}

func TestNearestCountsASwapAsOneChange(t *testing.T) {
	got, _ := schemas.Nearest("verfiy", []string{"version", "verify"})
	if got != "verify" {
		t.Errorf("Nearest = %q, want verify", got)
	}
}
