// Package editions pins khop's checks: an edition is a numbered list of check ids
// and their levels, and a run that is pinned to one is not judged by checks that a
// later khop has added.
//
// An edition is data, <number>.yaml, by provider. The newest one is open until a
// release closes it: new checks go into the open edition (go test ./suites -run
// Editions -update writes it), and a closed one never changes. A check that comes to
// demand something else gets a new id, so that an id means the same in every edition.
package editions
