// Package metrics tells how a khop serve is doing: figures for Prometheus, a line in the
// log for every request, and whether the store can be written.
//
// Figures come from three places. What is accepted is counted where the backend takes it
// on, what is attempted where the courier delivers, and requests where they come in; the
// queue is asked for its length when somebody looks. Nothing is global: each Metrics has a
// registry of its own.
//
//	Backend, Deliver, Watch ──count──▶ registry ◀──scrape── Handler
package metrics
