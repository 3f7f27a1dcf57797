package sharedbook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

const (
	putCall = `
INSERT INTO khop.accesstrade_calls (number, entry)
VALUES ((SELECT coalesce(max(number), 0) + 1 FROM khop.accesstrade_calls), $1)`
	forgetCalls = `
DELETE FROM khop.accesstrade_calls WHERE number <= (SELECT max(number) FROM khop.accesstrade_calls) - $1::bigint`
)

// Keep writes a call down, without the oldest one where there are too many. It is what an
// endpoint's Config.Watch is for; a call that cannot be kept is told to the log, and the
// merchant gets his answer all the same. Its number is the next of all replicas' calls,
// whatever it is in the endpoint's own journal.
func (b *Book) Keep(entry accesstrade.Entry) {
	if err := b.keep(context.Background(), entry); err != nil {
		b.options.Log.Error("a call to the AccessTrade endpoint is missing in the database", "call", entry.Call, "error", err)
	}
}

func (b *Book) keep(ctx context.Context, entry accesstrade.Entry) error {
	text, err := json.Marshal(entry)
	if err != nil {
		return fmt.Errorf("keeping a call: %w", err)
	}
	return b.write(ctx, lockCalls, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, putCall, text); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, forgetCalls, b.options.Calls)
		return err
	})
}

// Calls returns the calls that are kept and have a greater number, oldest first; at most
// so many, the newest ones, and 0 means all.
func (b *Book) Calls(ctx context.Context, after, most int) ([]accesstrade.Entry, error) {
	calls, err := find(ctx, b, scanCall, `
SELECT number, entry FROM khop.accesstrade_calls WHERE number > $1
ORDER BY number DESC LIMIT nullif($2::bigint, 0)`, after, most)
	slices.Reverse(calls)
	return calls, err
}

func scanCall(row pgx.CollectableRow) (entry accesstrade.Entry, err error) {
	var text []byte
	number := 0
	if err := row.Scan(&number, &text); err != nil {
		return entry, err
	}
	if err := json.Unmarshal(text, &entry); err != nil {
		return entry, fmt.Errorf("call %d is damaged: %w", number, err)
	}
	entry.Number = number
	return entry, nil
}

// LastCall is the number of the newest call; 0 where there was none.
func (b *Book) LastCall(ctx context.Context) (int, error) {
	last, err := find(ctx, b, pgx.RowTo[int], `SELECT coalesce(max(number), 0) FROM khop.accesstrade_calls`)
	if err != nil {
		return 0, err
	}
	return last[0], nil
}
