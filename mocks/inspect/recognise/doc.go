// Package recognise tells which provider's payload an object is, by what is in it.
//
// Most payloads say it themselves: SuperAI in `type`, Mobio in `event_type` or by its envelope. Others are told by
// their members: a name that only one documented payload has is worth more than one that many have, and the payload
// whose names come closest is the guess, if it comes close at all. Every Guess has a reason that people can follow.
//
// What an object is does not depend on whether it is right: a payload with a mistake in it is recognised too, or its
// mistake could not be told.
package recognise
