package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/khop-dev/khop/mocks/outbox"
)

// PutApp stores an app, encrypted where there is a key.
func (s *Store) PutApp(ctx context.Context, given outbox.App) (outbox.App, error) {
	stored := &app{}
	err := s.writer.write(ctx, 1, func(b *batch) error {
		*stored = app{App: cloned(given)}
		if given.ID == "" {
			stored.ID, stored.Created = outbox.NewAppID(), b.now
		} else {
			before, err := b.app(given.ID)
			if err != nil {
				return err
			}
			stored.seq, stored.Created = before.seq, before.Created
		}
		data, err := s.seal.write(stored.App)
		if err != nil {
			return fmt.Errorf("writing app %s: %w", stored.ID, err)
		}
		done, err := b.exec(b.do.putApp, stored.ID, data)
		if err != nil {
			return fmt.Errorf("storing app %s: %w", stored.ID, err)
		}
		if stored.seq == 0 {
			stored.seq, err = done.LastInsertId()
		}
		b.after = append(b.after, func() { b.put(stored); s.queue.put(stored) })
		return err
	})
	if err != nil {
		return outbox.App{}, err
	}
	return cloned(stored.App), nil
}

// cloned is an app that shares nothing with another.
func cloned(a outbox.App) outbox.App {
	a.Secrets, a.Headers, a.Settings = maps.Clone(a.Secrets), maps.Clone(a.Headers), maps.Clone(a.Settings)
	return a
}

// App finds an app.
func (s *Store) App(_ context.Context, id string) (outbox.App, error) {
	known, err := s.writer.app(id)
	if err != nil {
		return outbox.App{}, err
	}
	return cloned(known.App), nil
}

// Apps lists them, oldest first.
func (s *Store) Apps(context.Context) ([]outbox.App, error) {
	known := s.writer.list()
	apps := make([]outbox.App, len(known))
	for i, a := range known {
		apps[i] = cloned(a.App)
	}
	return apps, nil
}

// DropApp removes an app at once, and then its events, part by part so that others can
// write in between. Should khop die meanwhile, the next start goes on with it.
func (s *Store) DropApp(ctx context.Context, id string) error {
	var dropped *app
	err := s.writer.write(ctx, 1, func(b *batch) error {
		var err error
		if dropped, err = b.app(id); err != nil {
			return err
		}
		b.after = append(b.after, func() { b.drop(dropped); s.queue.drop(dropped.seq) })
		_, err = b.exec(b.do.dropApp, dropped.seq)
		return err
	})
	if err != nil {
		return err
	}
	return s.sweep(context.WithoutCancel(ctx), dropped.seq)
}

// sweepAll goes on with the removal of apps that another life of khop has dropped, beside everything else. What Close
// breaks off is left to the next start.
func (s *Store) sweepAll(ctx context.Context, dropped []int64) {
	for _, seq := range dropped {
		s.sweeping.Go(func() {
			if err := s.sweep(ctx, seq); err != nil && !errors.Is(err, ErrClosed) {
				s.log.Error("what a dropped app has left cannot be removed; the next start goes on with it", "error", err)
			}
		})
	}
}

// part is how many events are forgotten together.
const part = 500

// sweep removes what an app that is gone has left behind.
func (s *Store) sweep(ctx context.Context, app int64) error {
	for {
		rows, err := s.reader.db.QueryContext(ctx, `SELECT id FROM events WHERE lane IN (SELECT id FROM lanes WHERE app = ?) LIMIT ?`, app, part)
		if err != nil {
			return Explain(s.file, fmt.Errorf("looking for what a dropped app has left: %w", err))
		}
		ids, err := scanIDs(rows)
		if err != nil {
			return Explain(s.file, err)
		}
		err = s.writer.write(ctx, len(ids), func(b *batch) error { return b.forgetAll(ids, app) })
		if err != nil || len(ids) == 0 {
			return err
		}
	}
}

// forgetAll removes events of an app that is gone; where there are none left, the app's
// traces too.
func (b *batch) forgetAll(ids []int64, app int64) error {
	for _, id := range ids {
		if err := b.forgetEvent(id); err != nil {
			return err
		}
	}
	if len(ids) > 0 {
		return nil
	}
	if _, err := b.exec(b.do.forgetLanes, app); err != nil {
		return fmt.Errorf("forgetting lanes: %w", err)
	}
	_, err := b.exec(b.do.forgetApp, app)
	return err
}

func (b *batch) forgetEvent(id int64) error {
	if _, err := b.exec(b.do.forget, id); err != nil {
		return fmt.Errorf("forgetting event %d: %w", id, err)
	}
	if _, err := b.exec(b.do.forgetBody, id); err != nil {
		return fmt.Errorf("forgetting event %d: %w", id, err)
	}
	if _, err := b.exec(b.do.forgetTries, id<<attemptBits, (id+1)<<attemptBits-1); err != nil {
		return fmt.Errorf("forgetting event %d: %w", id, err)
	}
	return nil
}
