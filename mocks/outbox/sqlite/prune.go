package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Prune forgets the oldest events that are not due, part by part so that others can write
// in between.
func (s *Store) Prune(ctx context.Context, keep outbox.Keep) (int, error) {
	total := 0
	for after := int64(0); ; {
		rows, err := s.reader.old.QueryContext(ctx, after, part)
		if err != nil {
			return total, Explain(s.file, fmt.Errorf("looking for old events: %w", err))
		}
		ids, created, err := scanPairs(rows)
		if err != nil {
			return total, Explain(s.file, err)
		}
		ids = ids[:s.tooOld(created, keep)]
		if len(ids) == 0 {
			return total, nil
		}
		n, err := s.forget(ctx, ids)
		total += n
		if err != nil {
			return total, err
		}
		after = ids[len(ids)-1]
	}
}

// tooOld is how many of these events, oldest first, are beyond what is kept.
func (s *Store) tooOld(created []int64, keep outbox.Keep) int {
	var most int64
	if all := s.writer.sums(); keep.Rows > 0 {
		most = all[due] + all[delivered] + all[failed] - int64(keep.Rows)
	}
	n := int(min(max(most, 0), int64(len(created))))
	if keep.Age > 0 {
		before := time.Now().Add(-keep.Age).UnixNano()
		for n < len(created) && created[n] < before {
			n++
		}
	}
	return n
}

// forget removes events, but not those that have become due meanwhile.
func (s *Store) forget(ctx context.Context, ids []int64) (int, error) {
	var n int
	err := s.writer.write(ctx, len(ids), func(b *batch) error {
		n = 0
		for _, id := range ids {
			e, state, err := b.event(id)
			if ignoreUnknown(err) != nil {
				return err
			}
			if err != nil || state == due {
				continue
			}
			if err := b.forgetEvent(id); err != nil {
				return err
			}
			if err := b.moveEvent(e, state, -1); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
