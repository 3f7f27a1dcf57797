package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target"
)

// keptRuns is how many verifications are remembered.
const keptRuns = 50

// checkRuns are the verifications, newest first.
type checkRuns struct {
	mu       sync.Mutex
	runs     []*CheckRun
	watchers map[chan CheckRun]bool
}

// StartCheck runs the suites against an app's target. It goes on when ctx has ended:
// CheckRun tells how far it is.
func (d *Desk) StartCheck(ctx context.Context, id string) (CheckRun, error) {
	return d.startCheck(ctx, id, nil)
}

// startCheck is StartCheck with an observer; nil: side effects cannot be seen.
func (d *Desk) startCheck(ctx context.Context, id string, observer *target.Observer) (CheckRun, error) {
	app, err := d.Backend.App(ctx, id)
	if err != nil {
		return CheckRun{}, err
	}
	provider, account, err := d.sender(ctx, id)
	if err != nil {
		return CheckRun{}, err
	}
	to, err := target.ParseURL(app.Target)
	if err != nil {
		return CheckRun{}, fmt.Errorf("%w: target: %w", ErrInvalid, err)
	}
	header := http.Header{}
	for name, value := range app.Headers {
		header.Set(name, value)
	}
	run, err := d.checks.begin(id, len(suites.Checks(provider.Name)))
	if err != nil {
		return CheckRun{}, err
	}
	config := suites.Config{
		Provider: provider, Account: account, Pinned: app.Settings,
		Target: target.Config{URL: to, Header: header}, Observer: observer, Version: d.Version,
		Watch: func(report.Check) { d.checks.step(run.ID) },
	}
	go func() {
		result, err := suites.RunPlain(context.WithoutCancel(ctx), config)
		d.checks.end(run.ID, result, err)
	}()
	return run, nil
}

// CheckRun is a verification as far as it is, and whether there is one by that ID.
func (d *Desk) CheckRun(id string) (CheckRun, bool) {
	d.checks.mu.Lock()
	defer d.checks.mu.Unlock()
	run := d.checks.find(id)
	if run == nil {
		return CheckRun{}, false
	}
	return *run, true
}

// CheckRuns lists the verifications, newest first.
func (d *Desk) CheckRuns() []CheckRun {
	d.checks.mu.Lock()
	defer d.checks.mu.Unlock()
	runs := make([]CheckRun, len(d.checks.runs))
	for i, run := range d.checks.runs {
		runs[i] = *run
	}
	return runs
}

// begin notes a verification. A target is verified by one at a time: two would stand
// in each other's way.
func (c *checkRuns) begin(app string, checks int) (CheckRun, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.ContainsFunc(c.runs, func(r *CheckRun) bool { return r.App == app && !r.Finished }) {
		return CheckRun{}, fmt.Errorf("%w: this app is being verified already", ErrBusy)
	}
	run := &CheckRun{ID: "check_" + rand.Text()[:12], App: app, Started: time.Now(), All: checks}
	c.runs = append([]*CheckRun{run}, c.runs[:min(len(c.runs), keptRuns-1)]...)
	c.tell(*run)
	return *run, nil
}

func (c *checkRuns) step(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if run := c.find(id); run != nil {
		run.Done++
		c.tell(*run)
	}
}

func (c *checkRuns) end(id string, result *report.Report, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	run := c.find(id)
	if run == nil {
		return
	}
	run.Finished, run.Report = true, result
	if err != nil {
		run.Error = err.Error()
	}
	c.tell(*run)
}

// find is the run by an ID, or nil; the caller holds the lock.
func (c *checkRuns) find(id string) *CheckRun {
	at := slices.IndexFunc(c.runs, func(r *CheckRun) bool { return r.ID == id })
	if at < 0 {
		return nil
	}
	return c.runs[at]
}
