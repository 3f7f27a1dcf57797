// Package testcontainer runs khop's image in a test, in the manner of the modules of
// testcontainers-go:
//
//	khop, err := testcontainer.Run(ctx, "khop:dev", testcontainer.WithAccessTrade("K", "S"))
//	testcontainers.CleanupContainer(t, khop)
//
// An Option says which part khop plays: AccessTrade's endpoint, for code that posts to
// it, or a reference receiver, correct or with known defects, for code that sends. It
// becomes a command line, an environment with the secrets and a port:
//
//	Option ──▶ part ──Run──▶ container, waiting for HTTP ──▶ Container.URL
//
// Options of testcontainers-go itself (networks, names, arguments) come behind it and
// are carried out as there. In a test that is written in Go and needs no container,
// accesstrade.NewServer is quicker.
package testcontainer
