package wire

import (
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Event is an event as a list shows it.
type Event struct {
	ID     int64        `json:"id"`
	App    string       `json:"app"`
	Type   string       `json:"type"`
	Object string       `json:"object"`
	State  outbox.State `json:"state"`
	Times  int          `json:"times"`         // attempts made so far
	Next   time.Time    `json:"next,omitzero"` // when the next attempt is due, where one is
	// ByHand tells that the next attempt is a resend by hand.
	ByHand  bool         `json:"by_hand,omitempty"`
	Fault   outbox.Fault `json:"fault,omitempty"` // what goes wrong on purpose with the first attempt
	Created time.Time    `json:"created"`
	Updated time.Time    `json:"updated"`
}

// EventDetail is an event with all that became of it.
type EventDetail struct {
	Event
	Body       string    `json:"body"`                  // its wire form: a JSON body, or a query string
	BodyBase64 []byte    `json:"body_base64,omitempty"` // the same, where it is no text
	Attempts   []Attempt `json:"attempts"`
}

// Events are a page of events, newest first.
type Events struct {
	Events []Event `json:"events"`
	// Next is where the page after this one is; empty where there can be none.
	Next string `json:"next,omitempty"`
}

// Attempt is one request for an event, and what became of it.
type Attempt struct {
	Number  int            `json:"number"` // from 1
	ByHand  bool           `json:"by_hand,omitempty"`
	DueMS   float64        `json:"due_ms"` // when the provider would make it, counted from the first
	Started time.Time      `json:"started"`
	TookMS  float64        `json:"took_ms"`
	Request outbox.Request `json:"request"`
	Answer  *Answer        `json:"answer,omitempty"`
	Failure string         `json:"failure,omitempty"` // why there is no answer
	Outcome string         `json:"outcome"`
	Reading string         `json:"reading,omitempty"` // what the provider would complain about
	// WaitMS is how long the policy waits before the next attempt, in the provider's
	// time; 0 where none follows.
	WaitMS float64 `json:"wait_ms,omitempty"`
}

// Answer is what a target answered; bytes of the body that are no UTF-8 are U+FFFD.
type Answer struct {
	Status int         `json:"status"`
	Header [][2]string `json:"header"`
	Body   string      `json:"body"` // its beginning
}

// EventOf is an event as a list shows it.
func EventOf(e outbox.Event) Event {
	return Event{
		ID: e.ID, App: e.App, Type: e.Type, Object: e.Object, State: e.State, Times: e.Times,
		Next: e.Next, ByHand: e.ByHand, Fault: e.Fault, Created: e.Created, Updated: e.Updated,
	}
}

// AttemptOf is an attempt as the API shows it.
func AttemptOf(a outbox.Attempt) Attempt {
	shown := Attempt{
		Number: a.Number, ByHand: a.ByHand, DueMS: milliseconds(a.Due), Started: a.Started,
		TookMS: milliseconds(a.Took), Request: a.Request, Failure: a.Failure,
		Outcome: a.Outcome, Reading: a.Reading, WaitMS: milliseconds(a.Wait),
	}
	shown.Request.Header = pairs(a.Request.Header)
	if a.Status != 0 {
		shown.Answer = &Answer{a.Status, pairs(a.Header), string(a.Answer)}
	}
	return shown
}

// pairs is the list itself, and an empty one rather than none.
func pairs(list [][2]string) [][2]string {
	if list == nil {
		return [][2]string{}
	}
	return list
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
