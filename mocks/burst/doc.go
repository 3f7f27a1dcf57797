// Package burst loads a target with a provider's events, open loop, and says how it
// held: what became of every kind of event, and how long answers took.
//
//	Options ──▶ Source ──▶ pacing ──▶ connections ──▶ reading of answers ──▶ Result
//
// A Source writes whole signed requests, each event unique. The pace is set by the
// clock, not by the target: an event that is due while the target is slow waits, and
// the wait counts as latency, as it would for the event's owner (a closed loop hides
// it: "coordinated omission"). Results of several shards add up exactly, because
// their histograms have the same buckets.
package burst
