// Package api serves the desk to programs: everything that the pages can do, as JSON
// under /api/v1.
//
// A request goes one way. The mux finds its route, the route's operation reads the query
// and the body strictly (what it does not know is an error, never ignored), asks the
// desk, and answers with a shape of package wire, or with a problem (RFC 9457) that names
// what is wrong and the way out. News of events goes another way: one watch of the
// backend feeds a hub, and the hub every reader of the stream.
//
//	request ──▶ route ──read──▶ desk.Desk ──▶ wire ──▶ answer
//	backend ──Watch──▶ hub ──▶ server-sent events
//
// The OpenAPI document in openapi/ describes all of it, and the tests hold both together.
package api
