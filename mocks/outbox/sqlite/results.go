package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// again is how long a result waits that could not be written.
const again = 500 * time.Millisecond

// record puts a result on the disk, and waits only where too many wait already. An event
// stays held until then: it is not sent a second time. While the disk takes nothing,
// record tries until ctx ends; the attempt is made again by the next Run then.
func (s *Store) record(ctx context.Context, e *entry, result outbox.Result) {
	s.results <- struct{}{}
	result.Attempt.Event, result.Attempt.Number, result.Attempt.ByHand = e.event.ID, e.event.Times+1, e.event.ByHand
	data := encode(result.Attempt)
	s.tryRecord(ctx, e, result, data)
}

func (s *Store) tryRecord(ctx context.Context, e *entry, result outbox.Result, data []byte) {
	s.writer.submit(&job{
		ctx: context.Background(), rows: 1,
		do: func(b *batch) error { return b.record(s.queue, e, result, data) },
		done: func(err error) {
			if err == nil {
				<-s.results
				return
			}
			s.log.Error("the result of an attempt cannot be written", "event", e.event.ID, "error", err)
			time.AfterFunc(again, func() { s.retryRecord(ctx, e, result, data) })
		},
	})
}

func (s *Store) retryRecord(ctx context.Context, e *entry, result outbox.Result, data []byte) {
	if ctx.Err() != nil {
		s.queue.giveBack(e, time.Now())
		<-s.results
		return
	}
	s.tryRecord(ctx, e, result, data)
}

// drain waits for the results that are on their way to the disk.
func (s *Store) drain() {
	for range unrecorded {
		s.results <- struct{}{}
	}
	for range unrecorded {
		<-s.results
	}
}

// record notes an attempt and what it makes of its event. Where the app has been dropped
// meanwhile there is nothing to note.
func (b *batch) record(q *queue, e *entry, result outbox.Result, data []byte) error {
	state, err := stateNumber(result.State)
	if err != nil {
		return err
	}
	after := e.event
	after.State, after.Times, after.ByHand, after.Next, after.Updated = result.State, e.event.Times+1, false, time.Time{}, b.now
	if state == due {
		after.Next = result.Next
	}
	done, err := b.exec(b.do.settle, state, after.Times, instant(after.Next), b.now.UnixNano(), e.event.ID)
	if err != nil {
		return fmt.Errorf("noting event %d: %w", e.event.ID, err)
	}
	b.after = append(b.after, func() { q.settle(e, after) })
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if _, err := b.exec(b.do.addAttempt, e.event.ID<<attemptBits|int64(after.Times), data); err != nil {
		return fmt.Errorf("noting an attempt of event %d: %w", e.event.ID, err)
	}
	if err := b.moveEvent(e, due, state); err != nil {
		return err
	}
	b.tell(after)
	return nil
}

func (b *batch) moveEvent(e *entry, from, to int) error {
	in, err := b.laneOf(e.owner, e.event.Type)
	if err == nil {
		b.move(in, from, to)
	}
	return err
}
