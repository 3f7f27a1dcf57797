package wire

import "github.com/khop-dev/khop/mocks/accesstrade"

// Transactions are a page of the orders that merchants have reported to the AccessTrade
// endpoint, first reported last first.
type Transactions struct {
	Transactions []accesstrade.Order `json:"transactions"`
	// Next is where the page after this one is; empty where there is none.
	Next string `json:"next,omitempty"`
}

// Calls are calls to the AccessTrade endpoint, oldest first.
type Calls struct {
	Calls []accesstrade.Entry `json:"calls"`
}
