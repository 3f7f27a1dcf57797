package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// underway is a run and what stops it. The runner's mutex guards the run.
type underway struct {
	run  Run
	ctx  context.Context
	stop context.CancelFunc
}

func (u *underway) snapshot() Run {
	run := u.run
	run.Events = slices.Clone(run.Events)
	return run
}

// play is one performance of a scenario.
type play struct {
	runner   *Runner
	run      *underway
	scenario Scenario
	app      string
	account  mocks.Account
	flow     *flow
	last     outbox.Event // what Again repeats
}

// out plays the steps, one after the other, and notes how it ends.
func (p *play) out() {
	defer p.run.stop()
	err := p.steps(p.run.ctx)
	p.runner.note(p.run, func(run *Run) {
		run.Ended, run.Next = time.Now(), time.Time{}
		switch {
		case err == nil:
			run.State = Done
		case p.run.ctx.Err() != nil:
			run.State = Stopped
		default:
			run.State, run.Error = Failed, err.Error()
		}
	})
}

func (p *play) steps(ctx context.Context) error {
	clock := clock{start: p.run.run.Started, length: p.scenario.Length(), speed: p.run.run.Speed}
	offset := time.Duration(0)
	for number, step := range p.scenario.Steps {
		offset += step.Wait
		due := clock.due(offset)
		p.runner.note(p.run, func(run *Run) { run.Next = due })
		if err := until(ctx, due); err != nil {
			return err
		}
		id, err := p.make(ctx, step, clock.told(offset-step.Ago))
		if err != nil {
			return fmt.Errorf("step %d: %w", number+1, err)
		}
		p.runner.note(p.run, func(run *Run) {
			run.Step++
			run.Events = append(run.Events, id)
		})
	}
	return nil
}

// make sends what a step has to send, and returns the ID of that.
func (p *play) make(ctx context.Context, step Step, at time.Time) (int64, error) {
	switch {
	case step.Event != "":
		event, err := p.compose(step, at)
		if err != nil {
			return 0, err
		}
		p.last = event
	case !step.Again:
		return 0, nil
	}
	event := p.last
	event.Fault = step.Fault
	ids, err := p.runner.sender.Accept(ctx, []outbox.Event{event})
	if err != nil {
		return 0, err
	}
	if len(ids) != 1 {
		return 0, errors.New("the outbox did not say under which ID it took the event on")
	}
	return ids[0], nil
}

// compose makes a step's event in its wire form.
func (p *play) compose(step Step, at time.Time) (outbox.Event, error) {
	sample, payload, err := p.flow.compose(step, at)
	if err != nil {
		return outbox.Event{}, err
	}
	provider := p.flow.provider
	object := provider.Identity(payload)
	if provider.Envelop != nil {
		payload = provider.Envelop(p.account, payload)
	}
	return outbox.Event{
		App: p.app, Type: sample.Type, Object: object, Body: provider.Write(payload, rawjson.Compact),
	}, nil
}

// until waits for a time, and no longer than the context lasts.
func until(ctx context.Context, due time.Time) error {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
