// Package target is the receiver under test, seen from outside: an address that
// takes HTTP requests and gives answers.
//
// Target.Send carries one request in a Manner: whole or chunked, at once or
// slowly, cut off in the middle, with the answer thrown away. What comes back is an
// Answer, which is never an error of khop's: a target that closes the connection
// has answered too, in its way. Target.Alive tells a target that is gone from one
// that only behaved badly.
//
// Two others stand beside it. An Observer looks behind the target, and tells how often
// it has applied an event; a Curl spells a request as a command, for people to repeat.
//
//	mocks.Request, Manner ──Send──▶ the target ──▶ Answer
//	an event's identity ──Count──▶ what is behind it ──▶ how often it was applied
package target
