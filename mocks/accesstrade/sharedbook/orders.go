package sharedbook

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

const putOrder = `
INSERT INTO khop.accesstrade_orders AS o (seq, id, time, status, value, discount, session, products, postbacks, reported, changed)
VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM khop.accesstrade_orders), $1, $2, $3, $4, $5, $6, $7, 1, $8, $9)
ON CONFLICT (id) DO UPDATE SET
	time = excluded.time, status = excluded.status, value = excluded.value, discount = excluded.discount,
	session = excluded.session, products = excluded.products, postbacks = o.postbacks + 1, changed = excluded.changed
RETURNING postbacks`

// forgetOrders leaves so many, those first reported last.
const forgetOrders = `
DELETE FROM khop.accesstrade_orders WHERE seq <= (SELECT max(seq) FROM khop.accesstrade_orders) - $1::bigint`

// Put keeps an order.
func (b *Book) Put(ctx context.Context, order accesstrade.Order) (repeated bool, err error) {
	err = b.write(ctx, lockOrders, func(tx pgx.Tx) error {
		postbacks := 0
		if err := tx.QueryRow(ctx, putOrder,
			[]byte(order.ID), order.Time.UnixMilli(), order.Status, order.Value, order.Discount, []byte(order.Session), order.Products,
			nanoseconds(order.Reported), nanoseconds(order.Changed)).Scan(&postbacks); err != nil {
			return err
		}
		if repeated = postbacks > 1; repeated {
			return nil
		}
		_, err := tx.Exec(ctx, forgetOrders, b.options.Orders)
		return err
	})
	return repeated, err
}

const unknownOrders = `
SELECT asked.id FROM unnest($1::bytea[]) WITH ORDINALITY AS asked (id, place)
WHERE NOT EXISTS (SELECT FROM khop.accesstrade_orders AS o WHERE o.id = asked.id)
ORDER BY place`

// changeOrders: of several states for one order the last holds.
const changeOrders = `
UPDATE khop.accesstrade_orders AS o SET status = last.status, changed = $3
FROM (
	SELECT DISTINCT ON (id) id, status FROM unnest($1::bytea[], $2::integer[]) WITH ORDINALITY AS asked (id, status, place)
	ORDER BY id, place DESC
) AS last WHERE o.id = last.id`

// Change gives orders new states.
func (b *Book) Change(ctx context.Context, changes []accesstrade.Change, at time.Time, skip bool) (unknown []string, err error) {
	ids, states := make([][]byte, len(changes)), make([]int, len(changes))
	for i, c := range changes {
		ids[i], states[i] = []byte(c.ID), c.Status
	}
	err = b.write(ctx, lockOrders, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, unknownOrders, ids)
		if err != nil {
			return err
		}
		if unknown, err = pgx.CollectRows(rows, scanText); err != nil || len(unknown) > 0 && !skip {
			return err
		}
		_, err = tx.Exec(ctx, changeOrders, ids, states, nanoseconds(at))
		return err
	})
	return unknown, err
}

func scanText(row pgx.CollectableRow) (string, error) {
	var text []byte
	err := row.Scan(&text)
	return string(text), err
}

const columns = `SELECT id, time, status, value, discount, session, products, postbacks, reported, changed FROM khop.accesstrade_orders`

// List returns the orders that fit.
func (b *Book) List(ctx context.Context, filter accesstrade.Filter) ([]accesstrade.Order, error) {
	where, values := conditions(filter, "")
	return find(ctx, b, scanOrder, columns+where+` ORDER BY seq`, values...)
}

// PageOrders returns the orders that fit, first reported last first, at most so many:
// where an ID is given, those first reported before that order. Before one that is not
// kept there are none.
func (b *Book) PageOrders(ctx context.Context, filter accesstrade.Filter, before string, limit int) ([]accesstrade.Order, error) {
	where, values := conditions(filter, before)
	return find(ctx, b, scanOrder, fmt.Sprintf(`%s%s ORDER BY seq DESC LIMIT %d`, columns, where, max(limit, 0)), values...)
}

// conditions are in SQL what is asked of orders.
func conditions(filter accesstrade.Filter, before string) (where string, values []any) {
	all := []string{"true"}
	add := func(condition string, value any) {
		values = append(values, value)
		all = append(all, fmt.Sprintf(condition, len(values)))
	}
	if !filter.From.IsZero() {
		add("time >= $%d", ceiling(filter.From))
	}
	if !filter.Before.IsZero() {
		add("time < $%d", ceiling(filter.Before))
	}
	if filter.Status != nil {
		add("status = $%d", *filter.Status)
	}
	if before != "" {
		add("seq < (SELECT seq FROM khop.accesstrade_orders WHERE id = $%d)", []byte(before))
	}
	return " WHERE " + strings.Join(all, " AND "), values
}

func scanOrder(row pgx.CollectableRow) (o accesstrade.Order, err error) {
	var id, session []byte
	var at int64
	var reported, changed *int64
	err = row.Scan(&id, &at, &o.Status, &o.Value, &o.Discount, &session, &o.Products, &o.Postbacks, &reported, &changed)
	o.ID, o.Session, o.Time = string(id), string(session), time.UnixMilli(at)
	o.Reported, o.Changed = instant(reported), instant(changed)
	return o, err
}

// ceiling is the first whole millisecond that does not lie before t.
func ceiling(t time.Time) int64 { return t.Add(time.Millisecond - time.Nanosecond).UnixMilli() }

// nanoseconds writes a time of khop's own clock.
func nanoseconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	since := t.UnixNano()
	return &since
}

// instant reads one.
func instant(nanoseconds *int64) time.Time {
	if nanoseconds == nil {
		return time.Time{}
	}
	return time.Unix(0, *nanoseconds)
}
