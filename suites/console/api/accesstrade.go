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

func (a *api) listTransactions(w http.ResponseWriter, r *http.Request, q query) error {
	status, err := q.word("status", sorted(orderStates)...)
	if err != nil {
		return err
	}
	var filter accesstrade.Filter
	if number, wanted := orderStates[status]; wanted {
		filter.Status = &number
	}
	orders, err := a.desk.Endpoint.Orders(r.Context(), filter)
	if err != nil {
		return err
	}
	if orders == nil {
		orders = []accesstrade.Order{}
	}
	return answer(w, http.StatusOK, wire.Transactions{Transactions: orders})
}

// listCalls shows the calls that are kept, or those after one.
func (a *api) listCalls(w http.ResponseWriter, r *http.Request, q query) error {
	after, err := q.number("after", math.MaxInt64)
	if err != nil {
		return err
	}
	shown := wire.Calls{Calls: []accesstrade.Entry{}}
	for _, call := range a.desk.Endpoint.Journal() {
		if int64(call.Number) > after {
			shown.Calls = append(shown.Calls, call)
		}
	}
	return answer(w, http.StatusOK, shown)
}
