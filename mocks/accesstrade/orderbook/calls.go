package orderbook

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// Keep writes a call down, without the oldest one where there are too many. It is what an
// endpoint's Config.Watch is for; a call that cannot be kept is told to the log, and the
// merchant gets his answer all the same.
func (b *Book) Keep(entry accesstrade.Entry) {
	if err := b.keep(context.Background(), entry); err != nil {
		b.options.Log.Error("a call to the AccessTrade endpoint is missing in the database", "number", entry.Number, "error", err)
	}
}

func (b *Book) keep(ctx context.Context, entry accesstrade.Entry) error {
	text, err := json.Marshal(entry)
	if err != nil {
		return fmt.Errorf("keeping a call: %w", err)
	}
	return b.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO accesstrade_calls (number, entry) VALUES (?, ?)`, entry.Number, text); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM accesstrade_calls WHERE number <= ?`, entry.Number-b.options.Calls)
		return err
	})
}

// Calls returns the calls that are kept and have a greater number, oldest first; at most
// so many, the newest ones, and 0 means all. All of them are what the next endpoint's
// journal begins with (Config.Past).
func (b *Book) Calls(ctx context.Context, after, most int) ([]accesstrade.Entry, error) {
	if most <= 0 {
		most = math.MaxInt
	}
	rows, err := b.db.QueryContext(ctx, `SELECT entry FROM accesstrade_calls WHERE number > ? ORDER BY number DESC LIMIT ?`, after, most)
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	defer rows.Close()
	calls := []accesstrade.Entry{}
	for rows.Next() {
		var text []byte
		var entry accesstrade.Entry
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("reading the database: %w", err)
		}
		if err := json.Unmarshal(text, &entry); err != nil {
			return nil, fmt.Errorf("reading the database: a call in it is damaged: %w", err)
		}
		calls = append(calls, entry)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	slices.Reverse(calls)
	return calls, nil
}

// LastCall is the number of the newest call; 0 where there was none.
func (b *Book) LastCall(ctx context.Context) (last int, err error) {
	if err := b.db.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM accesstrade_calls`).Scan(&last); err != nil {
		return 0, fmt.Errorf("reading the database: %w", err)
	}
	return last, nil
}
