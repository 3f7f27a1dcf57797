package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Run delivers what is due until ctx ends, and returns when every result is on the disk.
func (s *Store) Run(ctx context.Context, deliver outbox.Deliver, atOnce int) error {
	select {
	case s.running <- struct{}{}:
		defer func() { <-s.running }()
	default:
		return errors.New("the outbox is being delivered already")
	}
	if atOnce < 1 {
		return fmt.Errorf("%d attempts at once: there has to be one at least", atOnce)
	}
	s.queue.begin(atOnce)
	var all sync.WaitGroup
	work := make(chan task)
	for range atOnce {
		all.Go(func() {
			for t := range work {
				s.attempt(ctx, deliver, t)
			}
		})
	}
	all.Go(func() { s.feed(ctx) })
	s.hand(ctx, work)
	close(work)
	all.Wait()
	s.drain()
	return nil
}

// begin sets how many attempts are made at once.
func (q *queue) begin(atOnce int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.atOnce = atOnce
}

// task is one attempt that is to be made.
type task struct {
	*entry
	app outbox.App
}

// hand gives out what is due until ctx ends.
func (s *Store) hand(ctx context.Context, work chan<- task) {
	for ctx.Err() == nil {
		e, app, at := s.queue.take(time.Now())
		if e == nil {
			wait(ctx, s.queue.ready, at)
			continue
		}
		select {
		case work <- task{e, app}:
		case <-ctx.Done():
			s.queue.back(e)
			s.queue.giveBack(e, e.event.Next)
		}
	}
}

// attempt makes one attempt and hands its result to the writer.
func (s *Store) attempt(ctx context.Context, deliver outbox.Deliver, t task) {
	result, err := s.deliver(ctx, deliver, t)
	s.queue.back(t.entry)
	if err == nil {
		s.record(ctx, t.entry, result)
		return
	}
	next := t.event.Next
	if !errors.Is(err, outbox.ErrInterrupted) && ctx.Err() == nil {
		s.log.Error("an attempt could not be made", "event", t.event.ID, "error", err)
		next = time.Now().Add(again)
	}
	s.queue.giveBack(t.entry, next)
}

func (s *Store) deliver(ctx context.Context, deliver outbox.Deliver, t task) (outbox.Result, error) {
	event := t.event
	if event.Body == nil {
		var err error
		if event.Body, err = s.reader.wire(ctx, event.ID); err != nil {
			return outbox.Result{}, Explain(s.file, err)
		}
	}
	return deliver(ctx, t.app, event)
}
