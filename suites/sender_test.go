package suites_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/fixtures/merchant"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// The sender's half of the kill matrix: merchants in place of receivers.

func TestCorrectMerchantPassesEveryCheck(t *testing.T) {
	t.Parallel()
	r := verifySender(t)
	if r.Verdict != report.Passed || r.Counts[report.Pass] != len(r.Checks) {
		t.Errorf("verdict %s, %v:\n%s", r.Verdict, r.Counts, complaints(r))
	}
}

func TestEveryMerchantDefectTripsExactlyItsChecks(t *testing.T) {
	t.Parallel()
	for _, defect := range merchant.Defects() {
		t.Run(defect.Name, func(t *testing.T) {
			t.Parallel()
			r := verifySender(t, defect.Name)
			var tripped []string
			for _, check := range append(r.With(report.Fail), append(r.With(report.Warn), r.With(report.Error)...)...) {
				tripped = append(tripped, strings.TrimPrefix(check.ID, "accesstrade."))
			}
			want := slices.Sorted(slices.Values(defect.Trips))
			slices.Sort(tripped)
			if !slices.Equal(want, tripped) {
				t.Errorf("%s\n  named and not tripped: %v\n  tripped and not named: %v\n%s",
					defect.Title, without(want, tripped), without(tripped, want), complaints(r))
			}
		})
	}
}

// relay is a merchant's log, which every act has anew.
type relay struct{ to io.Writer }

func (r *relay) Write(line []byte) (int, error) { return r.to.Write(line) }

// verifySender runs the sender's checks over the reference merchant, who posts and settles
// three orders when triggered.
func verifySender(t *testing.T, defects ...string) *report.Report {
	t.Helper()
	return judgeSender(t, func(address string) func(context.Context, io.Writer) error {
		log := &relay{}
		m, err := merchant.New(merchant.Config{
			Endpoint: address, AccessKey: secrets["accesstrade"]["access_key"], SecretKey: secrets["accesstrade"]["secret_key"],
			Defects: defects, Client: &http.Client{Timeout: 2 * time.Second}, Log: log,
		})
		if err != nil {
			t.Fatal(err)
		}
		return func(ctx context.Context, said io.Writer) error {
			log.to = said
			return m.Trade(ctx, 3)
		}
	})
}

// judgeSender runs the sender's checks over a merchant that posts to an address.
func judgeSender(t *testing.T, merchant func(address string) func(context.Context, io.Writer) error) *report.Report {
	t.Helper()
	keys := secrets["accesstrade"]
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: keys["access_key"], SecretKey: keys["secret_key"]})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(endpoint)
	t.Cleanup(server.Close)
	provider, err := mocks.Lookup("accesstrade")
	if err != nil {
		t.Fatal(err)
	}
	account, err := provider.Account(keys, nil)
	if err != nil {
		t.Fatal(err)
	}
	here, err := target.ParseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var faults []string
	for _, f := range accesstrade.Faults() {
		faults = append(faults, f.Name)
	}
	r, err := suites.RunPlain(t.Context(), suites.Config{
		Provider: provider, Account: account, Seed: 42, Version: "test", Target: target.Config{URL: here},
		Stage: &suites.Stage{Endpoint: endpoint, Wait: 5 * time.Second, Faults: faults, Trigger: merchant(server.URL)},
	})
	if r == nil {
		t.Fatal(err)
	}
	return r
}
