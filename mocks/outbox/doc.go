// Package outbox keeps events until their targets have taken them, as a provider's own
// outbox does: durably, on the provider's schedule, with every attempt on record.
//
// An App is one partner's webhook at one provider. An event is accepted for an app,
// and on the disk before Accept returns; from then on it is delivered at least once,
// under an ID that stays the same. A Courier makes one attempt: it signs, sends and
// reads the answer as the provider does, and its policy says what follows. A Backend
// stores all that and runs the queue: SQLite for one machine, PostgreSQL with River
// for several.
//
//	Accept ──▶ Backend ──due──▶ Courier ──Attempt, next──▶ Backend ──▶ Events, Watch
package outbox
