package desk

import (
	"context"
	"slices"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// Book is where AccessTrade's endpoint keeps orders and calls, for those who look at
// them: orderbook.Book and sharedbook.Book are such.
type Book interface {
	// PageOrders finds the orders that fit, first reported last first, at most so many:
	// where an ID is given, those first reported before that order.
	PageOrders(ctx context.Context, filter accesstrade.Filter, before string, limit int) ([]accesstrade.Order, error)
	// Calls are those that are kept and have a greater number, oldest first; at most so
	// many, the newest ones, and 0 means all.
	Calls(ctx context.Context, after, most int) ([]accesstrade.Entry, error)
	// LastCall is the number of the newest call, 0 where there was none.
	LastCall(ctx context.Context) (int, error)
}

// book is the desk's, or the endpoint's own memory.
func (d *Desk) book() Book {
	if d.Book != nil {
		return d.Book
	}
	return memory{d.Endpoint}
}

// Orders is a page of the orders that merchants have reported to AccessTrade's endpoint,
// first reported last first: those first reported before an order, where its ID is
// given. More tells whether another page follows.
func (d *Desk) Orders(ctx context.Context, filter accesstrade.Filter, before string, limit int) (page []accesstrade.Order, more bool, err error) {
	page, err = d.book().PageOrders(ctx, filter, before, limit+1)
	if len(page) > limit {
		return page[:limit], true, err
	}
	return page, false, err
}

// Calls are the merchants' calls to AccessTrade's endpoint with a greater number, oldest
// first; at most so many, the newest ones, and 0 means all that are kept.
func (d *Desk) Calls(ctx context.Context, after, most int) ([]accesstrade.Entry, error) {
	return d.book().Calls(ctx, after, most)
}

// LastCall is the number of the newest call, 0 where there was none.
func (d *Desk) LastCall(ctx context.Context) (int, error) { return d.book().LastCall(ctx) }

// memory is the book of an endpoint that keeps orders and calls in its memory.
type memory struct{ endpoint *accesstrade.Endpoint }

func (m memory) PageOrders(ctx context.Context, filter accesstrade.Filter, before string, limit int) ([]accesstrade.Order, error) {
	orders, err := m.endpoint.Orders(ctx, accesstrade.Filter{})
	if before != "" {
		at := slices.IndexFunc(orders, func(o accesstrade.Order) bool { return o.ID == before })
		orders = orders[:max(0, at)]
	}
	page := []accesstrade.Order{}
	for _, order := range slices.Backward(orders) {
		if len(page) == limit {
			break
		}
		if filter.Status == nil || *filter.Status == order.Status {
			page = append(page, order)
		}
	}
	return page, err
}

func (m memory) Calls(_ context.Context, after, most int) ([]accesstrade.Entry, error) {
	calls := slices.DeleteFunc(m.endpoint.Journal(), func(c accesstrade.Entry) bool { return c.Number <= after })
	if most > 0 {
		calls = calls[max(0, len(calls)-most):]
	}
	return calls, nil
}

func (m memory) LastCall(context.Context) (int, error) {
	if calls := m.endpoint.Journal(); len(calls) > 0 {
		return calls[len(calls)-1].Number, nil
	}
	return 0, nil
}
