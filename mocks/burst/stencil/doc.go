// Package stencil writes a provider's events as fast as they can be signed: each is a
// copy of one request in which identity, time and signature are filled in.
//
//	Provider.Fresh ──▶ pattern, with marks for what differs ──Cut──▶ Stencil ──Append──▶ request
//
// Nothing here knows any provider. The pattern is a request that the provider itself
// writes, of an event whose birth draws marks and is at a known time (mocks.Script);
// where those show up, and where the digest of it does, events differ. What Cut returns
// has been held against the provider's own way of writing.
//
// An identity follows from seed and number: wheels turn numbers into characters, one to
// one, so that uniqueness is no matter of chance.
package stencil
