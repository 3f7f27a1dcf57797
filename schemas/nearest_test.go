package schemas_test

import (
	"strings"
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

func TestHint(t *testing.T) {
	known := []string{"refuse", "timeout"}
	for word, want := range map[string]string{"refsue": "did you mean refuse?", "503": "there are refuse, timeout"} {
		if got := schemas.Hint(word, known); got != want {
			t.Errorf("Hint(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestChoice(t *testing.T) {
	many := strings.Fields("a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5")
	for _, test := range []struct {
		word  string
		known []string
		want  string
	}{
		{"update_statu", []string{"update_weight", "update_status"}, `"update_status"`},
		{"update_price", []string{"update_weight", "update_status"}, `"update_weight" or "update_status"`},
		{"delivered", []string{"sale", "order", "stock"}, `"order", "sale" or "stock"`},
		{"anything", many, `"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b1", "b2", "b3" or 2 others`},
		{"anything", []string{"sale"}, `"sale"`},
		{"anything", nil, ""},
	} {
		if got := schemas.Choice(test.word, test.known); got != test.want {
			t.Errorf("Choice(%q) = %s, want %s", test.word, got, test.want)
		}
	}
}

func TestNearestCountsASwapAsOneChange(t *testing.T) {
	got, _ := schemas.Nearest("verfiy", []string{"version", "verify"})
	if got != "verify" {
		t.Errorf("Nearest = %q, want verify", got)
	}
}
