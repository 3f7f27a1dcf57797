package outbox_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// slow is an attempt that takes so long, and is cut by the end of its context.
func slow(took time.Duration) outbox.Deliver {
	return func(ctx context.Context, _ outbox.App, event outbox.Event) (outbox.Result, error) {
		select {
		case <-time.After(took):
			return outbox.Result{Attempt: outbox.Attempt{Event: event.ID}, State: outbox.Delivered}, nil
		case <-ctx.Done():
			return outbox.Result{}, outbox.ErrInterrupted
		}
	}
}

func TestAnAttemptUnderWayComesToItsEnd(t *testing.T) {
	for name, one := range map[string]struct {
		took     time.Duration
		stops    bool // khop stops; else its replica is lost
		finished bool
		over     time.Duration
	}{
		"in time":        {3 * time.Second, true, true, 3 * time.Second},
		"too slow":       {time.Minute, true, false, 6 * time.Second},
		"another's work": {3 * time.Second, false, false, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stop, halt := context.WithCancel(t.Context())
				defer halt()
				ctx, lost := context.WithCancel(stop)
				defer lost()
				if one.stops {
					lost = halt
				}
				time.AfterFunc(time.Second, lost)
				farewell := outbox.NewFarewell(stop, 5*time.Second)
				begun := time.Now()
				result, err := farewell.Deliver(slow(one.took))(ctx, outbox.App{}, outbox.Event{ID: 7})
				if over := time.Since(begun); over != one.over {
					t.Errorf("it was over after %s, not %s", over, one.over)
				}
				if one.finished != (err == nil && result.State == outbox.Delivered) || one.finished == errors.Is(err, outbox.ErrInterrupted) {
					t.Errorf("finished: %v, %v", result, err)
				}
				if (farewell.Cut() == 0) != one.finished || farewell.UnderWay() != 0 {
					t.Errorf("%d cut, %d under way", farewell.Cut(), farewell.UnderWay())
				}
				if _, err := farewell.Deliver(slow(0))(ctx, outbox.App{}, outbox.Event{}); !errors.Is(err, outbox.ErrInterrupted) {
					t.Error("another one begins", err)
				}
			})
		})
	}
}
