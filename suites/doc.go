// Package suites says what a target must do, and finds out whether it does.
//
// A Check is a plain function in a registry; it says one thing that a provider
// demands, where that is documented, and how to see it. Run hands the checks to
// Ginkgo, which gives them their order, their time and their interrupts, once in a
// process. RunPlain does without it, as often as wanted and side by side: khop serve
// and khop's own tests take that. Test and Specs are for tests of a receiver's own.
// One check's way:
//
//	Probe.Genuine(event) ──▶ Delivery ──Probe.Send──▶ target ──▶ Answer ──matcher──▶ result
//
// The preflight comes first: unless the target accepts one genuine delivery, a
// refused forgery proves nothing. Rules are written once and hold for every
// provider that their demands name; see rule.go.
package suites
