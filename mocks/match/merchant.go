package match

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
)

// lookAtMerchant judges the signature of a call to AccessTrade, which travels among
// the members: an endpoint takes the call, and its journal has the answer.
func lookAtMerchant(request mocks.Request, secrets Secrets) (finding, error) {
	secret := secrets[accesstrade.SecretKey]
	if secret == "" {
		return finding{}, fmt.Errorf("a merchant signs with the secret %q, which is not given", accesstrade.SecretKey)
	}
	// Whose access key it is has nothing to do with the signature.
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: "of any merchant", SecretKey: secret})
	if err != nil {
		return finding{}, err
	}
	address := url.URL{Path: callOf(request.Path), RawQuery: request.Query}
	call, err := http.NewRequest(request.Method, address.String(), bytes.NewReader(request.Body))
	if err != nil {
		return finding{}, fmt.Errorf("this is no request: %w", err)
	}
	endpoint.ServeHTTP(httptest.NewRecorder(), call)
	entry := endpoint.Journal()[0]
	if entry.Call == accesstrade.Other {
		return finding{}, errors.New("this is none of AccessTrade's calls: " + entry.Message)
	}
	f := finding{where: "the member signature", genuine: len(entry.Formulas) > 0, mistake: "nothing of it can be checked: " + entry.Message}
	for _, problem := range entry.Problems {
		if problem.Member == "signature" {
			f.explain(problem)
		}
	}
	return f, nil
}

// callOf is the documented path at the end of one that a proxy or a test has put
// something in front of.
func callOf(path string) string {
	for _, known := range []string{accesstrade.PostbackPath, accesstrade.BulkUpdatePath, accesstrade.ListingPath} {
		if strings.HasSuffix(path, known) {
			return known
		}
	}
	return path
}

// explain tells the endpoint's complaint in the matcher's terms: "signature: mismatch:
// expected ...; this one is ...".
func (f *finding) explain(problem accesstrade.Problem) {
	if problem.Rule != "mismatch" {
		f.mistake = problem.Message
		return
	}
	_, complaint, _ := strings.Cut(problem.Message, "expected ")
	f.wanted, f.mistake, _ = strings.Cut(complaint, "; this one is ")
	if f.mistake != "" {
		f.mistake = "it is " + f.mistake
	}
}
