package suites_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/onsi/ginkgo/v2"

	"github.com/khop-dev/khop/suites"
)

// What a Go team writes beside its receiver; newShop stands for its own code.
func TestOurHookFitsSuperAI(t *testing.T) {
	shop := newShop("PARTNER-42")
	server := httptest.NewServer(shop)
	defer server.Close()

	suites.Test(t, suites.MustConfig("superai", server.URL+"/hook",
		suites.Secret("partner_code", "PARTNER-42"),
		suites.Observe(shop.timesApplied),
	))
}

// A part of the checks, with SHOULD as strict as MUST.
func TestOurHookVerifiesSignatures(t *testing.T) {
	server := httptest.NewServer(newShop("PARTNER-42"))
	defer server.Close()

	suites.Test(t, suites.MustConfig("superai", server.URL+"/hook",
		suites.Secret("partner_code", "PARTNER-42"),
		func(c *suites.Config) {
			c.Selection.Focus = []string{"signature.*"}
			c.Strict = true
		},
	))
}

// The same in a Ginkgo suite of your own, whose target is there once it runs.
func ExampleSpecs() {
	var server *httptest.Server
	ginkgo.BeforeSuite(func() { server = httptest.NewServer(newShop("PARTNER-42")) })
	ginkgo.AfterSuite(func() { server.Close() })

	suites.Specs("superai", func() suites.Config {
		return suites.MustConfig("superai", server.URL+"/hook", suites.Secret("partner_code", "PARTNER-42"))
	})
}

func ExampleFor() {
	_, err := suites.For("superai", "http://127.0.0.1:3000/hook", suites.Secret("partner", "PARTNER-42"))
	fmt.Println(err)
	// Output:
	// configure khop for "superai": suites.Secret partner: SuperAI has no such secret; there are: partner_code
}

func ExampleObserve() {
	applied := map[string]int{"SGNS336484LM.883568271": 1} // your own database
	config := suites.MustConfig("superai", "http://127.0.0.1:3000/hook",
		suites.Secret("partner_code", "PARTNER-42"),
		suites.Observe(func(_ context.Context, key string) (int, error) { return applied[key], nil }),
	)
	fmt.Println(config.Observer.Count(context.Background(), "SGNS336484LM.883568271"))
	// Output:
	// 1 <nil>
}
