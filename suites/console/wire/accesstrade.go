package wire

import "github.com/khop-dev/khop/mocks/accesstrade"

// Transactions are the orders that merchants have reported to the AccessTrade endpoint,
// first reported first.
type Transactions struct {
	Transactions []accesstrade.Order `json:"transactions"`
}

// Calls are calls to the AccessTrade endpoint, oldest first.
type Calls struct {
	Calls []accesstrade.Entry `json:"calls"`
}
