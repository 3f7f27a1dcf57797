// Package sqlite is the outbox backend for one machine: everything in one file, written
// by one khop at a time.
//
// All writes go through one goroutine, which commits together what has come up while it
// was committing: an accepted event is on the disk before Accept returns, and thousands
// a second cost a few hundred syncs. Reads have connections of their own and never wait
// for writes. What is due soon is held in memory, a bounded part of it; the rest stays
// in the file until there is room. An event is held until the result of its attempt is
// on the disk, so that it is delivered twice only where khop died in between.
//
//	Accept, Resend ─▶ writer ─commit─▶ file ─feed─▶ queue ─▶ workers ─Result─▶ writer
package sqlite
