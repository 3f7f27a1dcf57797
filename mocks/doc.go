// Package mocks knows what each provider does on the wire: which events it sends,
// how it builds and signs a request, and how it reads the answer.
//
// A Provider is data and a few pure functions. One event becomes one request:
//
//	fixture ──Fresh──▶ payload ──Envelop, Write──▶ body ──Request──▶ signed request
//
// An Account is one partner's side of it: the secrets and the dialect (a choice
// that the provider's document leaves open). The providers themselves live in the
// packages below and register here; import mocks/platforms to have them all.
package mocks
