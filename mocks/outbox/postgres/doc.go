// Package postgres keeps the outbox in PostgreSQL, for several khop serve side by side.
//
// The events are in tables of our own, and what is due is in River's queue. Accepting
// an event writes both in one transaction. A worker of any replica takes the job, makes
// the attempt, and stores it with the event's new state. An event that waits, for its
// next attempt or because its app is paused, is parked: it has no job until a keeper,
// which runs in every replica, finds that its time has come.
//
//	Accept ──▶ events + River job ──▶ worker ──▶ Deliver ──▶ attempts + events
//	                ▲                                            │ parked
//	                └──────────────── keeper ◀───────────────────┘
//
// A job is good for one turn of its event. Whatever ends the turn (an attempt stored,
// an app paused, a replica found dead) makes the job worthless, so an attempt is never
// counted twice, whoever is late. Each replica holds an advisory lock as long as its
// process and its connection live; the jobs of one that is gone are given to others
// within a second or two, without waiting for any timeout.
//
// The schema khop holds what else a khop serve keeps, too: AccessTrade's orders, of
// which package sharedbook takes care over connections of its own (Connect).
package postgres
