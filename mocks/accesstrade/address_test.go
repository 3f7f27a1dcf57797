package accesstrade_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
)

// TestTheAddressOfACallIsNoTarget holds that a path is not added to an address that has it.
func TestTheAddressOfACallIsNoTarget(t *testing.T) {
	for address, before := range map[string]string{
		"http://h:80":                                      "",
		"https://h/core":                                   "",
		"http://h/core/transactions/postback":              "http://h",
		"http://h/at/core/transactions/postback/":          "http://h/at",
		"http://h/at/core/transactions":                    "http://h/at",
		"http://h/at/core/transactions/postbacks/common?x": "http://h/at",
	} {
		to, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		switch err := accesstrade.Provider().Forbids(mocks.Account{}, to); {
		case before == "" && err != nil:
			t.Errorf("%s: %v", address, err)
		case before != "" && (err == nil || !strings.HasSuffix(err.Error(), "give the address before it, "+before)):
			t.Errorf("%s: %v, and %s was to be named", address, err, before)
		}
	}
}
