package api

import (
	"math"
	"net/http"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/suites/console/wire"
)

// orderStates are an order's states by the words that the API has for them.
var orderStates = map[string]int{
	"pending": accesstrade.Pending, "success": accesstrade.Success, "cancelled": accesstrade.Cancelled,
}

// listTransactions shows a page of orders, and where the next one is.
func (a *api) listTransactions(w http.ResponseWriter, r *http.Request, q query) error {
	status, err := q.word("status", sorted(orderStates)...)
	if err != nil {
		return err
	}
	var filter accesstrade.Filter
	if number, wanted := orderStates[status]; wanted {
		filter.Status = &number
	}
	limit, err := q.limit()
	if err != nil {
		return err
	}
	orders, more, err := a.desk.Orders(r.Context(), filter, q["before"], limit)
	if err != nil {
		return err
	}
	page := wire.Transactions{Transactions: orders}
	if more {
		page.Next = nextPage(w, r, orders[len(orders)-1].ID)
	}
	return answer(w, http.StatusOK, page)
}

// listCalls shows the calls that are kept, or those after one.
func (a *api) listCalls(w http.ResponseWriter, r *http.Request, q query) error {
	after, err := q.number("after", math.MaxInt32)
	if err != nil {
		return err
	}
	calls, err := a.desk.Calls(r.Context(), int(after), 0)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wire.Calls{Calls: calls})
}
