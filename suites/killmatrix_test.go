package suites_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/fixtures/merchant"
	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	_ "github.com/khop-dev/khop/mocks/platforms"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// The kill matrix: every defect trips exactly the checks that it names, every
// check is tripped by a defect, and the correct receiver by none.

func TestCorrectReceiversPassEveryCheck(t *testing.T) {
	t.Parallel()
	for _, provider := range mocks.Names() {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			r := verify(t, provider)
			if r.Verdict != report.Passed || r.Counts[report.Pass]+unjudged(r) != len(r.Checks) {
				t.Errorf("verdict %s, %v:\n%s", r.Verdict, r.Counts, complaints(r))
			}
		})
	}
}

func TestEveryDefectTripsExactlyItsChecks(t *testing.T) {
	t.Parallel()
	for _, defect := range receivers.Defects("") {
		if ofOutages(defect) {
			continue // see the outage matrix
		}
		t.Run(defect.Provider+"/"+defect.Name, func(t *testing.T) {
			t.Parallel()
			r := verify(t, defect.Provider, defect.Name)
			if wrong := mistripped(defect, r); wrong != "" {
				t.Errorf("%s\n%s\n%s", defect.Title, wrong, complaints(r))
			}
		})
	}
}

// mistripped says in what a defect's checks differ from those that it names.
func mistripped(defect receivers.Defect, r *report.Report) string {
	var tripped []string
	for _, check := range r.Checks {
		if check.Status == report.Fail || check.Status == report.Warn || check.Status == report.Error {
			tripped = append(tripped, strings.TrimPrefix(check.ID, defect.Provider+"."))
		}
	}
	tripped = slices.DeleteFunc(tripped, func(rule string) bool { return slices.Contains(defect.MayTrip, rule) })
	want := slices.Clone(defect.Trips)
	slices.Sort(want)
	slices.Sort(tripped)
	if slices.Equal(want, tripped) {
		return ""
	}
	return fmt.Sprintf("  named and not tripped: %v\n  tripped and not named: %v", without(want, tripped), without(tripped, want))
}

// unjudged counts the checks that need what this run does not have: a machine, or blocks
// of events.
func unjudged(r *report.Report) int {
	count := 0
	for _, check := range r.Checks {
		outage := check.Area == string(suites.Outage) && check.Status == report.NotObservable
		if outage || check.ID == ofBlocks && check.Status == report.Skip {
			count++
		}
	}
	return count
}

// ofBlocks is the check that needs Mobio's events to come in blocks.
const ofBlocks = "mobio.payload.block-of-events"

func TestCorrectReceiversPassEveryCheckInBlocks(t *testing.T) {
	t.Parallel()
	c := config(t, "mobio", serve(t, "mobio").URL)
	c.Account = c.Account.With("envelope", "block").With("answer_within", "5s")
	r, err := suites.RunPlain(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if judged := r.Counts[report.Pass] + unjudged(r); judged != len(r.Checks) || find(t, r, ofBlocks).Status != report.Pass {
		t.Errorf("verdict %s, %v:\n%s", r.Verdict, r.Counts, complaints(r))
	}
}

func TestEveryCheckIsTrippedByADefect(t *testing.T) {
	for _, check := range suites.AllChecks() {
		proven := slices.ContainsFunc(receivers.Defects(check.Provider), func(d receivers.Defect) bool {
			return slices.Contains(d.Trips, check.Rule())
		}) || slices.ContainsFunc(merchant.Defects(), func(d merchant.Defect) bool {
			return check.Provider == "accesstrade" && slices.Contains(d.Trips, check.Rule())
		})
		if !proven {
			t.Errorf("%s is tripped by no defect", check.ID)
		}
	}
}

var secrets = map[string]map[string]string{
	"superai":     {"partner_code": "PARTNER-42"},
	"mobio":       {"app_id": "APP-1", "app_secret": "S3CRET-9"},
	"abaha":       {},
	"esms":        {},
	"accesstrade": {"access_key": "KEY-7", "secret_key": "S3CRET-9"},
}

// agreed is the custom header that comes with every delivery of Abaha.
var agreed = http.Header{"X-Abaha-Token": {"t0ken"}}

// verify runs every check of a provider over its reference receiver.
func verify(t *testing.T, provider string, defects ...string) *report.Report {
	t.Helper()
	server := serve(t, provider, defects...)
	c := config(t, provider, server.URL)
	if provider == "mobio" && !slices.Contains(defects, "slow-answers") {
		// Many runs share the machine: only the defect that is about time is timed.
		c.Account = c.Account.With("answer_within", "5s")
	}
	if slices.Contains(defects, "first-of-block") || slices.Contains(defects, "known-block") {
		c.Account = c.Account.With("envelope", "block")
	}
	r, err := suites.RunPlain(t.Context(), c)
	if r == nil {
		t.Fatal(err)
	}
	return r
}

// serve runs a provider's reference receiver.
func serve(t testing.TB, provider string, defects ...string) *httptest.Server {
	t.Helper()
	given := maps.Clone(secrets[provider])
	if provider == "abaha" {
		given["header"] = "X-Abaha-Token: " + agreed.Get("X-Abaha-Token")
	}
	handler, err := receivers.New(provider, receivers.Config{Secrets: given, Defects: defects})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Listener = receivers.KeepHeaderNames(server.Listener)
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func config(t testing.TB, provider, address string) suites.Config {
	t.Helper()
	p, err := mocks.Lookup(provider)
	if err != nil {
		t.Fatal(err)
	}
	account, err := p.Account(secrets[provider], nil)
	if err != nil {
		t.Fatal(err)
	}
	if provider != "accesstrade" {
		address += "/hook"
	}
	u, err := target.ParseURL(address)
	if err != nil {
		t.Fatal(err)
	}
	c := suites.Config{
		Provider: p, Account: account, Seed: 42, Version: "test",
		Target:   target.Config{URL: u, Timeout: 20 * time.Second},
		Observer: &target.Observer{Ask: address + "/applied/{key}", Path: ".count", Within: 3 * time.Second},
	}
	if provider == "abaha" {
		c.Target.Header = agreed
	}
	return c
}

func complaints(r *report.Report) string {
	var lines []string
	for _, check := range r.Checks {
		if check.Status != report.Pass {
			lines = append(lines, fmt.Sprintf("  %s %s: %.300s", check.Status, check.ID, check.Message))
		}
	}
	return strings.Join(lines, "\n")
}

func without(all, known []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(known, s) })
}
