package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/riverqueue/river"

	"github.com/khop-dev/khop/mocks/outbox"
)

// turn is a job: the right to make one attempt of an event, as long as the event's own
// turn is the same. It is the same as long as the event is due and not parked: whoever
// changes that ends the turn. It stands in for completing the job in the transaction
// that stores the attempt: River completes jobs by the hundred, and one that is worked
// twice finds that its turn is over.
type turn struct {
	Event int64 `json:"event"`
	Turn  int   `json:"turn"`
}

// Kind is River's name for it.
func (turn) Kind() string { return "delivery" }

// InsertOpts make a job outlast every outage of the database: that it is done is for
// the event to say.
func (turn) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueName, MaxAttempts: math.MaxInt16}
}

// task is an event whose turn it is, and its app.
type task struct {
	turn  turn
	app   outbox.App
	event outbox.Event
}

// worker makes one attempt for a job.
type worker struct {
	river.WorkerDefaults[turn]
	store   *Store
	deliver outbox.Deliver
	gate    *gate
}

// Work makes the attempt of a turn. Its errors are khop's own trouble; the job is tried
// again then.
func (w *worker) Work(ctx context.Context, job *river.Job[turn]) error {
	task, err := w.store.loads.ask(ctx, w.store.ctx, job.Args)
	switch {
	case ctx.Err() != nil:
		return river.JobSnooze(0)
	case err != nil:
		return doing("load an event", err)
	case task == nil:
		return nil // its turn is over
	case task.app.Paused:
		return w.store.park(ctx, task.turn)
	case !w.gate.enter(ctx, task.app.ID):
		if ctx.Err() != nil {
			return river.JobSnooze(0)
		}
		return w.store.park(ctx, task.turn)
	}
	result, err := w.attempt(ctx, task)
	if errors.Is(err, outbox.ErrInterrupted) {
		return river.JobSnooze(0) // for the next replica that has time
	}
	if err != nil {
		return fmt.Errorf("deliver event %d: %w", task.event.ID, err)
	}
	// The attempt was made: stopping does not keep it from being put on record.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin/2)
	defer cancel()
	return w.store.settleTurn(ctx, outcome{turn: task.turn, result: numbered(result, task.event)})
}

// attempt makes one, and leaves the gate whatever happens.
func (w *worker) attempt(ctx context.Context, task *task) (outbox.Result, error) {
	defer w.gate.leave(task.app.ID)
	return w.deliver(ctx, task.app, task.event)
}

// numbered gives an attempt its place in the event's history.
func numbered(result outbox.Result, event outbox.Event) outbox.Result {
	result.Attempt.Event, result.Attempt.Number = event.ID, event.Times+1
	if result.State == outbox.Due && result.Next.IsZero() {
		result.Next = time.Now()
	}
	return result
}

// park takes an event out of the queue: its app is paused, or has too much to do.
func (s *Store) park(ctx context.Context, t turn) error {
	_, err := s.parks.ask(ctx, s.ctx, t)
	return doing("park an event", err)
}
