package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Watch tells the news of all replicas.
func (s *Store) Watch(ctx context.Context) <-chan outbox.Change {
	return s.news.Watch(ctx)
}

// attend keeps the store among the replicas and hands on the news. What happens while
// the connection is lost is missed, and said to be.
func (s *Store) attend(r *replica) {
	for r != nil {
		err := r.listen(s.ctx, s.hear)
		if s.ctx.Err() != nil {
			return
		}
		s.log.Warn("the connection to the database was lost; joining the replicas again", "error", err)
		r = s.rejoin()
		s.presence.set(r)
		s.news.Tell(outbox.Change{})
	}
}

// rejoin tries until it works, or the store is closed.
func (s *Store) rejoin() *replica {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		ctx, cancel := context.WithTimeout(s.ctx, 2*patience)
		r, err := announce(ctx, s.pool)
		cancel()
		if err == nil {
			return r
		}
		select {
		case <-time.After(wait):
		case <-s.ctx.Done():
			return nil
		}
	}
}

// hear reads a message: a line for each change, or one word where there are too many.
func (s *Store) hear(message string) {
	lines := strings.Split(message, "\n")
	news := make([]outbox.Change, len(lines))
	for i, line := range lines {
		var change outbox.Change
		if _, err := fmt.Sscan(line, &change.ID, &change.App, &change.State, &change.Times); err == nil {
			news[i] = change // everything else is a change without ID: some were missed
		}
	}
	s.news.Tell(news...)
}
