package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/target"
)

// anHourASecond is the speed of a flow that khop plays by itself.
const anHourASecond = 3600

// shell is the outbox of a flow that is played in the shell: it delivers at once, and
// again as the provider's policy says, while the flow goes on.
type shell struct {
	app     outbox.App
	target  *target.Target
	policy  delivery.Policy
	account mocks.Account
	from    *mocks.Provider
	mask    func(string) string
	notes   []string        // of the steps that send
	life    context.Context // of the deliveries

	deliveries sync.WaitGroup
	mu         sync.Mutex
	out        io.Writer
	sent       []*shellEvent
}

// shellEvent is one event and what has become of it.
type shellEvent struct {
	outbox.Event
	accepted bool
	spoilt   bool // by khop on purpose, and not sent again
	reached  bool // an attempt came as far as the target
	last     target.Answer
}

// playInShell plays a flow against a target and judges how that took it.
func playInShell(cmd *cobra.Command, s scenario.Scenario, c credentials, a address, speed float64) error {
	ctx := cmd.Context()
	sh, err := newShell(cmd, s, c, a)
	if err != nil {
		return err
	}
	if err := sh.target.Alive(ctx, 500*time.Millisecond); err != nil {
		if ctx.Err() != nil {
			return verdict{exitInterrupted}
		}
		return serious{fmt.Errorf("the target cannot be reached: %s", sh.mask(err.Error()))}
	}
	if speed == 0 {
		speed = anHourASecond
	}
	sh.app.Speed = speed
	runner := scenario.New(sh, []scenario.Scenario{s})
	news := runner.Watch(ctx) // ends with ctx
	run, err := runner.Start(ctx, s.Name, sh.app.ID, speed)
	if err != nil {
		return err // nothing is under way then
	}
	for run = range news {
		if run.State != scenario.Running {
			break
		}
	}
	runner.Close()
	sh.deliveries.Wait() // for the retries that are still due; with ctx they end at once
	return sh.verdict(ctx, run)
}

func newShell(cmd *cobra.Command, s scenario.Scenario, c credentials, a address) (*shell, error) {
	provider, err := mocks.Lookup(s.Provider)
	if err != nil {
		return nil, err
	}
	account, _, err := c.account(provider)
	if err != nil {
		return nil, err
	}
	config, err := a.forProvider(provider)
	if err != nil {
		return nil, err
	}
	if provider.Forbids != nil {
		if err := provider.Forbids(account, config.URL); err != nil {
			return nil, fmt.Errorf("--target: %w", err)
		}
	}
	sh := &shell{
		app:    outbox.App{ID: "the target", Provider: provider.Name, Secrets: account.Secrets, Settings: account.Settings},
		target: target.New(config), policy: delivery.Once(provider.Name), account: account, from: provider,
		mask: suites.Config{Provider: provider, Account: account, Target: config}.Mask,
		life: cmd.Context(), out: cmd.OutOrStdout(),
	}
	if provider.Policy != nil {
		sh.policy = provider.Policy(account)
	}
	for _, step := range s.Steps {
		if step.Sends() {
			sh.notes = append(sh.notes, language(cmd).Pick(step.Note, step.NoteVi))
		}
	}
	return sh, nil
}

// App is the only app that there is.
func (sh *shell) App(context.Context, string) (outbox.App, error) { return sh.app, nil }

// Accept makes the first attempt of each event; those that follow go on by themselves.
func (sh *shell) Accept(_ context.Context, events []outbox.Event) ([]int64, error) {
	var ids []int64
	for _, event := range events {
		sent := &shellEvent{Event: event}
		sh.mu.Lock()
		sh.sent = append(sh.sent, sent)
		sent.ID = int64(len(sh.sent))
		sh.mu.Unlock()
		ids = append(ids, sent.ID)
		sh.say("\n#%d %s of %s: %s\n", sent.ID, event.Type, event.Object, sh.notes[sent.ID-1])
		first := make(chan struct{})
		sh.deliveries.Go(func() { sh.deliver(sent, sync.OnceFunc(func() { close(first) })) })
		<-first
	}
	return ids, nil
}

// deliver makes the attempts of an event, and tells when the first one is over.
func (sh *shell) deliver(sent *shellEvent, first func()) {
	defer first()
	request := sh.from.Request(sh.account, sent.Body)
	attempt := func(ctx context.Context, number int) delivery.Outcome {
		fault := target.NoFault
		if number == 1 {
			fault = links[sent.Fault]
		}
		answer := sh.target.Send(ctx, request, target.Manner{Fault: fault})
		outcome := outcomeOf(sh.from, answer)
		wait, again := sh.policy.Next(number, outcome)
		line := fmt.Sprintf("#%d attempt %d: %s", sent.ID, number, became(answer, outcome))
		switch {
		case again:
			line += fmt.Sprintf("; the next one is due in %s", span(wait))
		case outcome == delivery.Refused:
			line += "; " + sh.from.Objection(answer.Status, answer.Body)
		}
		sh.note(sent, answer, outcome, fault != target.NoFault && !again, sh.mask(line))
		first()
		return outcome
	}
	delivery.Run(sh.life, sh.policy, delivery.Options{Speed: sh.app.Speed}, attempt)
}

// links are the faults as the link plays them.
var links = map[outbox.Fault]target.Fault{
	outbox.Refused: target.Refuse, outbox.Reset: target.ResetAfter, outbox.Swallowed: target.Swallow,
}

// note writes down what became of an attempt, and says so.
func (sh *shell) note(sent *shellEvent, answer target.Answer, outcome delivery.Outcome, spoilt bool, line string) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sent.last, sent.spoilt = answer, spoilt
	sent.accepted = sent.accepted || outcome == delivery.Accepted
	sent.reached = sent.reached || answer.Failure == nil || outcome != delivery.Unopened
	fmt.Fprintln(sh.out, line)
}

func (sh *shell) say(format string, details ...any) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	fmt.Fprintf(sh.out, format, details...)
}

// verdict counts, and blames the target for what it has not taken.
func (sh *shell) verdict(ctx context.Context, run scenario.Run) error {
	if ctx.Err() != nil {
		return verdict{exitInterrupted}
	}
	if run.State == scenario.Failed {
		return serious{errors.New(run.Error)}
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	counts := map[string]int{}
	reached := false
	for _, sent := range sh.sent {
		counts[sent.end()]++
		reached = reached || sent.reached
	}
	fmt.Fprintf(sh.out, "\n%s: %s\n", run.Scenario, told(counts))
	switch {
	case counts[notTaken] == 0:
		return nil
	case !reached:
		return serious{fmt.Errorf("the target cannot be reached: %s", sh.mask(sh.sent[len(sh.sent)-1].last.String()))}
	}
	return verdict{exitFailed}
}

// The ends of an event.
const (
	taken     = "accepted"
	notTaken  = "not accepted"
	lostByUse = "lost on purpose"
)

func (e *shellEvent) end() string {
	switch {
	case e.accepted:
		return taken
	case e.spoilt:
		return lostByUse
	}
	return notTaken
}

// told counts the events by their ends.
func told(counts map[string]int) string {
	var parts []string
	for _, end := range []string{taken, notTaken, lostByUse} {
		if counts[end] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[end], end))
		}
	}
	return strings.Join(parts, ", ")
}
