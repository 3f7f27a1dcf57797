package outboxtest

import (
	"context"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Postman stands in for a courier. It is safe for concurrent use.
type Postman struct {
	// Answer says how an attempt ends; nil: all are accepted.
	Answer func(event outbox.Event) outbox.Result

	mu      sync.Mutex
	made    []Round
	busy    map[int64]bool
	most    int // attempts at once
	doubled int // attempts of an event of which another was being made
}

// Round is one attempt as a Postman saw it.
type Round struct {
	App   outbox.App
	Event outbox.Event
	At    time.Time
}

// Deliver is an outbox.Deliver.
func (p *Postman) Deliver(_ context.Context, app outbox.App, event outbox.Event) (outbox.Result, error) {
	p.mu.Lock()
	if p.busy == nil {
		p.busy = map[int64]bool{}
	}
	if p.busy[event.ID] {
		p.doubled++
	}
	p.busy[event.ID] = true
	p.made = append(p.made, Round{app, event, time.Now()})
	p.most = max(p.most, len(p.busy))
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.busy, event.ID)
	}()
	if p.Answer == nil {
		return Accepted(event), nil
	}
	return p.Answer(event), nil
}

// Rounds are the attempts of one event in their order.
func (p *Postman) Rounds(event int64) []Round {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rounds []Round
	for _, round := range p.made {
		if round.Event.ID == event {
			rounds = append(rounds, round)
		}
	}
	return rounds
}

// Made counts all attempts.
func (p *Postman) Made() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.made)
}

// Most is how many attempts were made at once, and Doubled how many of them for one event.
func (p *Postman) Most() (all, doubled int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.most, p.doubled
}

// Accepted is an attempt that the provider is content with.
func Accepted(event outbox.Event) outbox.Result {
	return outbox.Result{Attempt: attempt(event, 200, "accepted"), State: outbox.Delivered}
}

// Failed is one after which the provider gives up.
func Failed(event outbox.Event) outbox.Result {
	return outbox.Result{Attempt: attempt(event, 500, "refused"), State: outbox.Failed}
}

// Refused is one after which another follows.
func Refused(event outbox.Event, wait time.Duration) outbox.Result {
	result := outbox.Result{Attempt: attempt(event, 500, "refused"), State: outbox.Due, Next: time.Now().Add(wait)}
	result.Attempt.Wait = wait
	return result
}

// attempt has something in every field.
func attempt(event outbox.Event, status int, outcome string) outbox.Attempt {
	return outbox.Attempt{
		Event: event.ID, Number: event.Times + 1, ByHand: event.ByHand, Due: time.Duration(event.Times) * time.Minute,
		Started: time.Now(), Took: 1234 * time.Microsecond,
		Request: outbox.Request{Method: "POST", URL: "http://127.0.0.1:1/hook", Header: [][2]string{{"Content-Type", "application/json"}, {"X-Shop", outbox.Veil}}},
		Status:  status, Header: [][2]string{{"Date", "today"}, {"Date", "again"}}, Answer: []byte("a\x00b\xff"),
		Failure: "broken: đứt", Outcome: outcome, Reading: "SuperAI wants 200",
	}
}
