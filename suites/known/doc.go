// Package known holds the failures that a team has decided to tolerate for a while.
//
// A known-failures file names a check, the message that it fails with, and a reason:
//
//	# known.yaml
//	- check: superai.response.success-status
//	  message: "2 of 2 deliveries: update_status: 201 Created*"
//	  reason: the framework is replaced in March, KH-214
//	  until: 2027-03-31
//
// While a run goes on, Judge turns a failure that an entry describes into one that is
// known. When it is over, Stale says which entries hold no longer: the check passes,
// fails with another message, or the day has passed. Those fail the run, so that the
// file can only shrink or be argued about. Update writes the file anew from a run.
package known
