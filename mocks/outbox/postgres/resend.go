package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Resend makes events due that are not, and those due at once that wait for their
// time. The keeper queues them. An event that has a job already keeps it.
func (s *Store) Resend(ctx context.Context, ids ...int64) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		// Locked in their order, so that two who resend do not wait for each other.
		rows, err := tx.Query(ctx, "SELECT id FROM khop.events WHERE id = ANY($1) ORDER BY id FOR UPDATE", ids)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		if missing := without(ids, found); len(missing) > 0 {
			return fmt.Errorf("event %d: %w", missing[0], outbox.ErrUnknown)
		}
		_, err = tx.Exec(ctx, resendSQL+" id = ANY($1) AND (state <> 'due' OR parked AND next > now())", found)
		return err
	})
	s.keeping.ring()
	return doing("resend", err)
}

// resendSQL gives an event that was over its attempt by hand; one that waits for an
// attempt of its policy gets that one, now.
const resendSQL = `
	UPDATE khop.events SET state = 'due', next = now(), updated = now(), parked = true,
		by_hand = by_hand OR state <> 'due', turn = turn + 1
	WHERE`

// ResendFailed makes failed events due, all of them where the query has no limit.
func (s *Store) ResendFailed(ctx context.Context, query outbox.Query) (int, error) {
	if query.State != "" && query.State != outbox.Failed {
		return 0, nil
	}
	query.State = outbox.Failed
	where, args := conditions(query)
	limit := ""
	if query.Limit > 0 {
		limit = fmt.Sprintf("LIMIT %d", query.Limit)
	}
	var resent int64
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, resendSQL+` id IN (
			SELECT id FROM khop.events AS e WHERE `+where+` ORDER BY id DESC `+limit+` FOR UPDATE)`, args...)
		resent = tag.RowsAffected()
		return err
	})
	s.keeping.ring()
	return int(resent), doing("resend what has failed", err)
}

func without(all, some []int64) (rest []int64) {
	known := make(map[int64]bool, len(some))
	for _, one := range some {
		known[one] = true
	}
	for _, one := range all {
		if !known[one] {
			rest = append(rest, one)
		}
	}
	return rest
}
