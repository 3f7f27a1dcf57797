// Package delivery is the life of one event: its attempts, from the first until
// the provider is content or gives up.
//
// A Policy is a pure value that says after each attempt whether and when to try
// again; one constructor a provider tells where its figures come from and how sure
// they are. Run makes the attempts on the time package's clock and keeps a Journal
// of them, with the true schedule however much the waits were compressed:
//
//	Policy ──Next──▶ wait ──Speed──▶ send ──▶ Outcome ──▶ Journal
//	   ▲                                         │
//	   └─────────────── again? ──────────────────┘
//
// What an answer means is the provider's affair: send reads it and returns an
// Outcome. A wait begins when the attempt before it has failed.
package delivery
