package suites

import (
	"context"
	"time"

	"github.com/khop-dev/khop/suites/target"
)

// Machine is what a target runs on, where khop may do to it what an operator's bad
// day does: a container (suites/target/container), say.
type Machine interface {
	// Pause stops the target's processes where they are; Resume lets them go on.
	Pause(context.Context) error
	Resume(context.Context) error
	// Kill ends the target at once. Start starts it again, at the same address and
	// on the same disk, and waits until it answers.
	Kill(context.Context) error
	Start(context.Context) error
	// Ended says how the target's process ended, with the last that it wrote; nil
	// while it runs.
	Ended(context.Context) error
	// Log is what the target has written since a moment.
	Log(ctx context.Context, since time.Time) string
}

// disturb does something to the machine. A machine that does not obey is no fault of
// the target's.
func (p *Probe) disturb(ctx context.Context, how func(context.Context) error) {
	if err := how(ctx); err != nil {
		if ctx.Err() != nil {
			panic(interrupted{context.Cause(ctx)})
		}
		panic(blind{err})
	}
}

// soon is the same target with less time for an answer: one that is paused has none,
// and nothing is learnt from waiting for it.
func (p *Probe) soon() *Probe {
	const enough = time.Second
	own := *p
	config := p.target.Config()
	config.Timeout = min(config.Timeout, enough)
	own.over = target.New(config)
	return &own
}
