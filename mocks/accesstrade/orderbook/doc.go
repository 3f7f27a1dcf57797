// Package orderbook keeps what merchants report to the AccessTrade endpoint in a SQLite
// database, so that orders and calls are there again after khop was stopped or killed.
//
// A Book is an accesstrade.Store, and what the endpoint's journal begins with and writes
// to:
//
//	book, err := orderbook.OpenFile(ctx, "khop.db", orderbook.Options{})
//	past, err := book.Calls(ctx, 0, 0)
//	endpoint, err := accesstrade.New(accesstrade.Config{Store: book, Past: past, Watch: book.Keep, ...})
//
// Whatever the endpoint answers has been committed before. The tables' names begin with
// accesstrade_, so that a book may share its file with others.
package orderbook
