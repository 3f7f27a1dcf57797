// Package sharedbook keeps what merchants report to the AccessTrade endpoint in
// PostgreSQL, so that several khop serve are one endpoint: whichever of them takes a
// postback, all of them list the order, and show the call.
//
//	store, err := postgres.Open(ctx, url, postgres.Options{})
//	pool, err := store.Connect(ctx, sharedbook.Connections)
//	book := sharedbook.New(pool, sharedbook.Options{})
//	endpoint, err := accesstrade.New(accesstrade.Config{Store: book, Watch: book.Keep, ...})
//
// Whatever the endpoint answers has been committed before. Those who write wait for each
// other by an advisory lock, over all replicas: orders and calls are numbered without
// gaps, and the oldest are forgotten by their numbers. The tables are those of a
// migration of mocks/outbox/postgres.
package sharedbook
