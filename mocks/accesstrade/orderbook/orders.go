package orderbook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// errNothing ends a transaction that is to change nothing.
var errNothing = errors.New("nothing is to change")

const putOrder = `
INSERT INTO accesstrade_orders (seq, id, time, status, value, discount, session, products, postbacks, reported, changed)
VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM accesstrade_orders), ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
ON CONFLICT (id) DO UPDATE SET
	time = excluded.time, status = excluded.status, value = excluded.value, discount = excluded.discount,
	session = excluded.session, products = excluded.products, postbacks = postbacks + 1, changed = excluded.changed
RETURNING postbacks`

// forgetOrders leaves so many, those first reported last: there are no gaps between them.
const forgetOrders = `
DELETE FROM accesstrade_orders WHERE seq <= (SELECT max(seq) FROM accesstrade_orders) - ?`

// Put keeps an order.
func (b *Book) Put(ctx context.Context, order accesstrade.Order) (repeated bool, err error) {
	err = b.write(ctx, func(tx *sql.Tx) error {
		postbacks := 0
		if err := tx.QueryRowContext(ctx, putOrder,
			order.ID, order.Time.UnixMilli(), order.Status, order.Value, order.Discount, order.Session, order.Products,
			nanoseconds(order.Reported), nanoseconds(order.Changed)).Scan(&postbacks); err != nil {
			return err
		}
		if repeated = postbacks > 1; repeated {
			return nil
		}
		_, err := tx.ExecContext(ctx, forgetOrders, b.options.Orders)
		return err
	})
	return repeated, err
}

// Change gives orders new states.
func (b *Book) Change(ctx context.Context, changes []accesstrade.Change, at time.Time, skip bool) ([]string, error) {
	var unknown []string
	err := b.write(ctx, func(tx *sql.Tx) error {
		for _, c := range changes {
			done, err := tx.ExecContext(ctx, `UPDATE accesstrade_orders SET status = ?, changed = ? WHERE id = ?`, c.Status, nanoseconds(at), c.ID)
			if err != nil {
				return err
			}
			if rows, err := done.RowsAffected(); err != nil {
				return err
			} else if rows == 0 {
				unknown = append(unknown, c.ID)
			}
		}
		if len(unknown) > 0 && !skip {
			return errNothing
		}
		return nil
	})
	if errors.Is(err, errNothing) {
		return unknown, nil
	}
	return unknown, err
}

const orderColumns = `
SELECT id, time, status, value, discount, session, products, postbacks, reported, changed
FROM accesstrade_orders`

// List returns the orders that fit.
func (b *Book) List(ctx context.Context, filter accesstrade.Filter) ([]accesstrade.Order, error) {
	where, values := conditions(filter, "")
	return b.orders(ctx, orderColumns+where+` ORDER BY seq`, values...)
}

// PageOrders returns the orders that fit, first reported last first, at most so many:
// where an ID is given, those first reported before that order. Before one that is not
// kept there are none.
func (b *Book) PageOrders(ctx context.Context, filter accesstrade.Filter, before string, limit int) ([]accesstrade.Order, error) {
	where, values := conditions(filter, before)
	return b.orders(ctx, orderColumns+where+` ORDER BY seq DESC LIMIT ?`, append(values, max(limit, 0))...)
}

// orders reads what a question has for an answer.
func (b *Book) orders(ctx context.Context, question string, values ...any) ([]accesstrade.Order, error) {
	rows, err := b.db.QueryContext(ctx, question, values...)
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	defer rows.Close()
	found := []accesstrade.Order{}
	for rows.Next() {
		order, err := scanOrder(rows)
		if err != nil {
			return nil, fmt.Errorf("reading the database: %w", err)
		}
		found = append(found, order)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	return found, nil
}

func scanOrder(row *sql.Rows) (o accesstrade.Order, err error) {
	var at int64
	var reported, changed sql.NullInt64
	err = row.Scan(&o.ID, &at, &o.Status, &o.Value, &o.Discount, &o.Session, &o.Products, &o.Postbacks, &reported, &changed)
	o.Time, o.Reported, o.Changed = time.UnixMilli(at), instant(reported), instant(changed)
	return o, err
}

// conditions are in SQL what is asked of orders.
func conditions(filter accesstrade.Filter, before string) (where string, values []any) {
	var all []string
	add := func(condition string, value any) {
		all, values = append(all, condition), append(values, value)
	}
	if !filter.From.IsZero() {
		add("time >= ?", ceiling(filter.From))
	}
	if !filter.Before.IsZero() {
		add("time < ?", ceiling(filter.Before))
	}
	if filter.Status != nil {
		add("status = ?", *filter.Status)
	}
	if before != "" {
		add("seq < (SELECT seq FROM accesstrade_orders WHERE id = ?)", before)
	}
	if len(all) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(all, " AND "), values
}

// ceiling is the first whole millisecond that does not lie before t.
func ceiling(t time.Time) int64 { return t.Add(time.Millisecond - time.Nanosecond).UnixMilli() }

// nanoseconds writes a time of khop's own clock.
func nanoseconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

// instant reads one.
func instant(nanoseconds sql.NullInt64) time.Time {
	if !nanoseconds.Valid {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds.Int64)
}
