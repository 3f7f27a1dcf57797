// Package client talks to a khop serve: its API in Go.
//
// Each operation of /api/v1 is a method that takes a context first and the shapes of
// package wire. What khop refuses comes back as a *wire.Problem, which says what is wrong
// and the way out; where nobody answers, the error wraps ErrUnreachable. Follow reads the
// stream, and joins it again after every interruption without missing anything unsaid.
//
//	khop, err := client.New("http://127.0.0.1:8700", token)
//	app, err := khop.Find(ctx, "shop")
//	accepted, err := khop.Trigger(ctx, app.ID, wire.Draft{Event: "update_status"})
package client
