package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/schemas/rawjson"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// partner is an outbox in memory, with an app for every provider, by its name.
type partner struct {
	settings map[string]string
	speed    float64
	refuse   func(number int) error // asked before an event is taken on

	mu     sync.Mutex
	events []outbox.Event
	times  []time.Time
}

func (p *partner) App(_ context.Context, id string) (outbox.App, error) {
	secrets := map[string]map[string]string{
		"superai": {"partner_code": "PARTNER-42"}, "abaha": nil, "esms": nil,
		"mobio": {"app_id": "A-1", "app_secret": "S-9"}, "accesstrade": {"access_key": "K", "secret_key": "S"},
	}
	own, ok := secrets[id]
	if !ok {
		return outbox.App{}, fmt.Errorf("app %q: %w", id, outbox.ErrUnknown)
	}
	return outbox.App{ID: id, Provider: id, Secrets: own, Settings: p.settings, Speed: p.speed}, nil
}

func (p *partner) Accept(ctx context.Context, events []outbox.Event) ([]int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []int64
	for _, event := range events {
		if p.refuse != nil {
			if err := p.refuse(len(p.events) + 1); err != nil {
				return nil, err
			}
		}
		p.events, p.times = append(p.events, event), append(p.times, time.Now())
		ids = append(ids, int64(len(p.events)))
	}
	return ids, ctx.Err()
}

// payloads are the events' contents.
func (p *partner) payloads() []rawjson.Value {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []rawjson.Value
	for _, event := range p.events {
		provider, err := mocks.Lookup(event.App)
		if err != nil {
			panic(err)
		}
		all = append(all, provider.Parse(event.Body))
	}
	return all
}

// parse reads a flow that is right.
func parse(t testing.TB, text string) scenario.Scenario {
	t.Helper()
	s, err := scenario.Parse("flow.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// started is a run that has begun.
func started(t testing.TB, runner *scenario.Runner, s scenario.Scenario, speed float64) scenario.Run {
	t.Helper()
	run, err := runner.Start(t.Context(), s.Name, s.Provider, speed)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// over waits for a run's end.
func over(t testing.TB, runner *scenario.Runner, id string) scenario.Run {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	news := runner.Watch(ctx)
	for {
		run, ok := runner.Run(id)
		if !ok {
			t.Fatalf("there is no run %s", id)
		}
		if run.State != scenario.Running {
			return run
		}
		<-news
	}
}

// content is a member's text.
func content(payload rawjson.Value, pointer string) string {
	value, _ := payload.Get(pointer)
	return value.Content()
}

var errFull = errors.New("the disk is full")
