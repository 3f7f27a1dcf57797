package examples_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/plan"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// machine is what an example runs on for khop: processes that it may stop, kill and start
// again, in the place of a container.
type machine struct {
	t       *testing.T
	recipe  recipe
	running *process
}

func (m *machine) Pause(context.Context) error  { return m.running.signal(syscall.SIGSTOP) }
func (m *machine) Resume(context.Context) error { return m.running.signal(syscall.SIGCONT) }

func (m *machine) Kill(context.Context) error {
	m.running.kill()
	return nil
}

func (m *machine) Start(context.Context) error {
	m.running = m.recipe.start(m.t)
	return nil
}

func (m *machine) Ended(context.Context) error { return nil }

func (m *machine) Log(context.Context, time.Time) string { return m.running.output.String() }

// TestSlowExamplesLiveThroughOutages kills each in the middle of a burst and between
// deliveries, leaves it out for days, and lets it stand still.
func TestSlowExamplesLiveThroughOutages(t *testing.T) {
	each(t, func(t *testing.T, _ example, r recipe) {
		m := &machine{t, r, r.start(t)}
		result, err := suites.RunPlain(t.Context(), r.outages(t, m))
		if err != nil {
			t.Fatal(err)
		}
		if result.Verdict != report.Passed || result.Counts[report.Pass] != len(result.Checks) || len(result.Checks) < 4 {
			t.Errorf("verdict %s, %v:\n%s", result.Verdict, result.Counts, m.running.output.String())
		}
		for _, check := range result.Checks {
			if check.Status != report.Pass {
				t.Errorf("%s: %s: %s", check.ID, check.Status, check.Message)
			}
		}
	})
}

// outages is the part of khop.yaml's run that wants a machine.
func (r recipe) outages(t *testing.T, m suites.Machine) suites.Config {
	t.Helper()
	lookup := func(name string) (string, bool) {
		value, there := r.exported[name]
		return value, there
	}
	given, err := plan.Read(filepath.Join(r.folder, "khop.yaml"), lookup)
	if err != nil {
		t.Fatal(err)
	}
	run := given.Runs[0]
	account, err := run.Provider.Account(run.Secrets, run.Settings)
	if err != nil {
		t.Fatal(err)
	}
	address, err := target.ParseURL(run.Target)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	for name, value := range run.Headers {
		header.Set(name, strings.TrimSpace(value))
	}
	return suites.Config{
		Provider: run.Provider, Account: account, Machine: m,
		Target:    target.Config{URL: address, Header: header, Timeout: run.Timeout},
		Observer:  &target.Observer{Ask: run.Observe, Path: run.ObservePath},
		Selection: suites.Selection{Areas: []suites.Area{suites.Outage}},
	}
}
