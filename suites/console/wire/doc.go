// Package wire holds the shapes that travel between khop serve and its clients: what
// the JSON of /api/v1 looks like in Go.
//
// What the outbox and the desk keep in a form of their own is told here the way that a
// reader wants it: lengths of time in milliseconds, bodies as text, and what is not there
// left out. EventOf, AttemptOf and ScenarioOf make such shapes; the API writes them, the
// client reads them, and the OpenAPI document describes them.
//
//	outbox, desk ──EventOf──▶ wire ──JSON──▶ wire ──▶ commands
package wire
