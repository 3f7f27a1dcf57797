package outbox

import "time"

// State is how far an event has got.
type State string

// The states of an event.
const (
	Due       State = "due"       // waits for its next attempt, the first one included
	Delivered State = "delivered" // the provider was content with an answer
	Failed    State = "failed"    // the policy has given up; a resend by hand may follow
)

// States lists them.
var States = []State{Due, Delivered, Failed}

// Fault is something that goes wrong on purpose between provider and target. The
// courier brings it about in an event's first attempt only, so that its later ones show
// what the policy makes of it.
type Fault string

// The faults.
const (
	Refused   Fault = "refused"   // the connection is not opened: the target sees nothing
	Reset     Fault = "reset"     // the request arrives; the connection is reset before its answer is read
	Swallowed Fault = "swallowed" // the request arrives; its answer is thrown away, and counts as timed out
)

// Faults lists them.
var Faults = []Fault{Refused, Reset, Swallowed}

// Event is one event of an app on its way to the target.
type Event struct {
	ID      int64     `json:"id"`     // ascending in the order of acceptance; never given twice
	App     string    `json:"app"`    // ID of the app
	Type    string    `json:"type"`   // the provider's word for it: "update_status"
	Object  string    `json:"object"` // identity of what it is about, as receivers know it
	Body    []byte    `json:"-"`      // its wire form, byte for byte as it is signed
	State   State     `json:"state"`
	Times   int       `json:"times"`           // attempts made so far
	Next    time.Time `json:"next"`            // when the next attempt is due; zero where none is
	ByHand  bool      `json:"by_hand"`         // the next attempt is a resend by hand: the policy does not follow it
	Fault   Fault     `json:"fault,omitempty"` // what goes wrong on purpose with the first attempt, and with no other
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
}

// Attempt is one request for an event, and what became of it.
type Attempt struct {
	Event   int64         `json:"event"`
	Number  int           `json:"number"` // from 1
	ByHand  bool          `json:"by_hand,omitempty"`
	Due     time.Duration `json:"due"` // when the provider would make it, counted from the first, uncompressed
	Started time.Time     `json:"started"`
	Took    time.Duration `json:"took"`
	Request Request       `json:"request"`
	Status  int           `json:"status"` // of the answer; 0 where none came
	Header  [][2]string   `json:"header,omitempty"`
	Answer  []byte        `json:"answer,omitempty"` // the beginning of its body
	Failure string        `json:"failure,omitempty"`
	// Outcome is what the provider makes of it (delivery.Outcome), and Reading what it
	// would complain about.
	Outcome string `json:"outcome"`
	Reading string `json:"reading,omitempty"`
	// Wait is how long the policy waits before the next attempt, uncompressed; 0 where
	// none follows.
	Wait time.Duration `json:"wait,omitempty"`
}

// Request is what was sent, secrets masked.
type Request struct {
	Method string      `json:"method"`
	URL    string      `json:"url"`
	Header [][2]string `json:"header"`
}

// Result is what an attempt makes of its event.
type Result struct {
	Attempt Attempt
	State   State
	Next    time.Time // when the next attempt is due; zero where none is
}
