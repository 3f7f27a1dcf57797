package scenario

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
)

// MostRuns is how many runs are remembered; those under way are among them.
const MostRuns = 100

// ErrNotStarted is wrapped by the reasons why a scenario cannot be run as asked.
var ErrNotStarted = errors.New("cannot be run")

// Runner plays scenarios. It is safe for concurrent use. Its runs live in memory: what
// they have sent is the outbox's, and what they have not is gone when khop ends.
type Runner struct {
	sender    Sender
	scenarios []Scenario

	playing sync.WaitGroup
	life    context.Context // of all runs
	end     context.CancelFunc

	mu       sync.Mutex
	runs     []*underway // oldest first
	watchers map[chan Run]bool
}

// New makes a runner of scenarios; of two with one name, the later one holds.
func New(sender Sender, scenarios []Scenario) *Runner {
	byName := map[string]Scenario{}
	for _, s := range scenarios {
		byName[s.Name] = s
	}
	r := &Runner{sender: sender, watchers: map[chan Run]bool{}}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		r.scenarios = append(r.scenarios, byName[name])
	}
	r.life, r.end = context.WithCancel(context.Background())
	return r
}

// Close stops all runs and waits until they have ended.
func (r *Runner) Close() {
	r.mu.Lock()
	r.end()
	r.mu.Unlock()
	r.playing.Wait()
}

// Scenarios lists them by name.
func (r *Runner) Scenarios() []Scenario { return slices.Clone(r.scenarios) }

// Scenario finds one by its name; its error wraps outbox.ErrUnknown.
func (r *Runner) Scenario(name string) (Scenario, error) {
	var known []string
	for _, s := range r.scenarios {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return Scenario{}, fmt.Errorf("scenario %q: %w%s", name, outbox.ErrUnknown, mocks.Suggest(name, known))
}

// Start lets a scenario begin for an app, with waits that pass so many times faster than
// told; at 0 they pass as fast as the app's own time. The context is for finding the app
// alone: the run goes on until it is over, Stop or Close.
func (r *Runner) Start(ctx context.Context, name, app string, speed float64) (Run, error) {
	s, err := r.Scenario(name)
	if err != nil {
		return Run{}, err
	}
	known, err := r.sender.App(ctx, app)
	if err != nil {
		return Run{}, err
	}
	provider, account, err := known.Account()
	if err != nil {
		return Run{}, err
	}
	if speed == 0 {
		speed = known.Speed
	}
	if speed == 0 {
		speed = 1
	}
	switch {
	case provider.Name != s.Provider:
		return Run{}, fmt.Errorf("scenario %s %w for the app %s: it is one of %s, and the app is of %s", name, ErrNotStarted, app, s.Provider, provider.Name)
	case !(speed > 0) || math.IsInf(speed, 1):
		return Run{}, fmt.Errorf("scenario %s %w at speed %v: how many times faster than the provider is a number above 0", name, ErrNotStarted, speed)
	}
	return r.begin(&play{runner: r, scenario: s, app: known.ID, account: account, flow: newFlow(provider)}, speed)
}

// begin writes a new run down and lets it play.
func (r *Runner) begin(p *play, speed float64) (Run, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.makeRoom(); err != nil {
		return Run{}, fmt.Errorf("scenario %s %w: %w", p.scenario.Name, ErrNotStarted, err)
	}
	p.run = &underway{run: Run{
		ID: "run_" + strings.ToLower(rand.Text()[:12]), Scenario: p.scenario.Name, App: p.app, Speed: speed,
		Started: time.Now(), Steps: len(p.scenario.Steps), Events: []int64{}, State: Running,
	}}
	p.run.ctx, p.run.stop = context.WithCancel(r.life)
	r.runs = append(r.runs, p.run)
	r.playing.Go(p.out)
	return p.run.snapshot(), nil
}

// makeRoom forgets the oldest run that is over where as many are remembered as may be.
func (r *Runner) makeRoom() error {
	if r.life.Err() != nil {
		return errors.New("khop is stopping")
	}
	if len(r.runs) < MostRuns {
		return nil
	}
	over := slices.IndexFunc(r.runs, func(u *underway) bool { return u.run.State != Running })
	if over < 0 {
		return fmt.Errorf("%d runs are under way, and that is the most; stop one", len(r.runs))
	}
	r.runs = slices.Delete(r.runs, over, over+1)
	return nil
}

// Stop ends a run before its next step; one that is over stays as it is.
func (r *Runner) Stop(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	u, ok := r.find(id)
	if !ok {
		return fmt.Errorf("run %q: %w", id, outbox.ErrUnknown)
	}
	u.stop()
	return nil
}

// Run finds a run.
func (r *Runner) Run(id string) (Run, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	u, ok := r.find(id)
	if !ok {
		return Run{}, false
	}
	return u.snapshot(), true
}

// Runs lists the runs that are remembered, newest first.
func (r *Runner) Runs() []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := []Run{}
	for _, u := range slices.Backward(r.runs) {
		all = append(all, u.snapshot())
	}
	return all
}

func (r *Runner) find(id string) (*underway, bool) {
	i := slices.IndexFunc(r.runs, func(u *underway) bool { return u.run.ID == id })
	if i < 0 {
		return nil, false
	}
	return r.runs[i], true
}
