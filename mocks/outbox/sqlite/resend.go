package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Resend makes one more attempt of each event.
func (s *Store) Resend(ctx context.Context, ids ...int64) error {
	return s.writer.write(ctx, len(ids), func(b *batch) error {
		_, err := b.resendAll(s.queue, ids, false)
		return err
	})
}

// ResendFailed does so part by part. Should khop die in the middle, the rest stays failed.
func (s *Store) ResendFailed(ctx context.Context, query outbox.Query) (int, error) {
	if query.State != "" && query.State != outbox.Failed {
		return 0, nil
	}
	query.State = outbox.Failed
	left, total := query.Limit, 0
	for {
		query.Limit = part
		if left > 0 {
			query.Limit = min(part, left-total)
		}
		var ids []int64
		err := s.reader.asOfNow(ctx, func(tx *sql.Tx) (err error) {
			ids, err = s.reader.find(ctx, tx, query)
			return err
		})
		if err != nil || len(ids) == 0 {
			return total, Explain(s.file, err)
		}
		n, err := s.resendStillFailed(ctx, ids)
		total += n
		if err != nil || total == left {
			return total, err
		}
		query.Before = slices.Min(ids)
	}
}

// resendStillFailed passes over what has changed since it was found.
func (s *Store) resendStillFailed(ctx context.Context, ids []int64) (int, error) {
	n := 0
	err := s.writer.write(ctx, len(ids), func(b *batch) (err error) {
		n, err = b.resendAll(s.queue, ids, true)
		return err
	})
	return n, err
}

// resendAll makes events due, and returns how many were not.
func (b *batch) resendAll(q *queue, ids []int64, onlyFailed bool) (int, error) {
	var again []*entry
	for _, id := range ids {
		e, err := b.resend(id, onlyFailed)
		if err != nil {
			return 0, err
		}
		if e != nil {
			again = append(again, e)
		}
	}
	b.after = append(b.after, func() { q.hurry(again...) })
	return len(again), nil
}

// resend makes an event due now; nil where it is so already. Where it has to have failed
// and has not, it stays as it is.
func (b *batch) resend(id int64, onlyFailed bool) (*entry, error) {
	e, state, err := b.event(id)
	switch {
	case err != nil && onlyFailed:
		return nil, ignoreUnknown(err)
	case err != nil:
		return nil, err
	case onlyFailed && state != failed, state == due && !e.event.Next.After(b.now):
		return nil, nil
	}
	e.event.ByHand = e.event.ByHand || state != due
	e.event.State, e.event.Next, e.event.Updated = outbox.Due, b.now, b.now
	if _, err := b.exec(b.do.redo, b.now.UnixNano(), e.event.ByHand, b.now.UnixNano(), id); err != nil {
		return nil, fmt.Errorf("sending event %d again: %w", id, err)
	}
	if state != due {
		if err := b.moveEvent(e, state, due); err != nil {
			return nil, err
		}
	}
	b.tell(e.event)
	return e, nil
}
