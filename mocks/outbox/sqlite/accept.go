package sqlite

import (
	"bytes"
	"context"
	"fmt"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Accept takes events on: they are on the disk when it returns.
func (s *Store) Accept(ctx context.Context, events []outbox.Event) ([]int64, error) {
	ids := make([]int64, len(events))
	err := s.writer.write(ctx, len(events), func(b *batch) error {
		taken := make([]*entry, len(events))
		for i, event := range events {
			e, err := b.accept(event)
			if err != nil {
				return err
			}
			taken[i], ids[i] = e, e.event.ID
		}
		b.after = append(b.after, func() { s.queue.offer(taken...) })
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// accept adds one event.
func (b *batch) accept(event outbox.Event) (*entry, error) {
	owner, err := b.app(event.App)
	if err != nil {
		return nil, err
	}
	in, err := b.laneOf(owner.seq, event.Type)
	if err != nil {
		return nil, err
	}
	b.next++
	now := b.now.UnixNano()
	if _, err := b.exec(b.do.addEvent, b.next, owner.seq, in.id, event.Object, now, now, now, event.Fault); err != nil {
		return nil, fmt.Errorf("adding an event: %w", err)
	}
	if _, err := b.exec(b.do.addBody, b.next, append([]byte{}, event.Body...)); err != nil {
		return nil, fmt.Errorf("adding an event's body: %w", err)
	}
	b.move(in, -1, due)
	b.news = append(b.news, outbox.Change{ID: b.next, App: event.App, State: outbox.Due})
	return &entry{owner: owner.seq, event: outbox.Event{
		ID: b.next, App: event.App, Type: event.Type, Object: event.Object, Body: held(event.Body),
		State: outbox.Due, Next: b.now, Created: b.now, Updated: b.now, Fault: event.Fault,
	}}, nil
}

// maxHeld bounds the bodies that are held in memory; greater ones are read when they
// are sent.
const maxHeld = 4 << 10

// held is a body as it is held; nil where it has to be read.
func held(body []byte) []byte {
	if len(body) > maxHeld {
		return nil
	}
	return bytes.Clone(body)
}
