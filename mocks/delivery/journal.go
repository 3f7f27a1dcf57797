package delivery

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Journal is what happened to one event.
type Journal struct {
	Policy   Policy    `json:"policy"`
	Attempts []Attempt `json:"attempts"`
	// End is why the policy's attempts stopped. A resend by hand does not change it.
	End End `json:"end"`
}

// Attempt is one request for the event.
type Attempt struct {
	Number int `json:"number"` // from 1, resends by hand included
	// Due is when the policy's schedule has this attempt, counted from the first,
	// uncompressed. For a resend by hand it is 0: nobody planned it.
	Due     time.Duration `json:"due_ns"`
	ByHand  bool          `json:"by_hand,omitempty"`
	Started time.Time     `json:"started"`
	Took    time.Duration `json:"took_ns"`
	Outcome Outcome       `json:"outcome"`
}

// String tells the attempt on one line, its place in the true schedule included:
// "attempt 2, due after 5m0s: accepted".
func (a Attempt) String() string {
	if a.ByHand {
		return fmt.Sprintf("attempt %d, by hand: %s", a.Number, a.Outcome)
	}
	return fmt.Sprintf("attempt %d, due after %s: %s", a.Number, a.Due, a.Outcome)
}

// End is why no further attempt followed by itself.
type End string

// The ends.
const (
	WasAccepted End = "accepted"    // the provider was content
	UsedUp      End = "used up"     // the last attempt that the policy allows failed
	NotRetried  End = "not retried" // the policy does not try again after this outcome
	Canceled    End = "canceled"    // the context ended before the policy did
)

// Accepted tells whether any attempt was accepted, by hand or not.
func (j *Journal) Accepted() bool {
	return slices.ContainsFunc(j.Attempts, func(a Attempt) bool { return a.Outcome == Accepted })
}

// Resend makes one more attempt outside the policy, as a person does at the
// provider's console. It is not safe for concurrent use with itself.
func (j *Journal) Resend(ctx context.Context, send Send) Attempt {
	return j.attempt(ctx, send, Attempt{ByHand: true})
}

// attempt sends once and notes what came of it.
func (j *Journal) attempt(ctx context.Context, send Send, a Attempt) Attempt {
	a.Number, a.Started = len(j.Attempts)+1, time.Now()
	a.Outcome = send(ctx, a.Number)
	a.Took = time.Since(a.Started)
	j.Attempts = append(j.Attempts, a)
	return a
}
