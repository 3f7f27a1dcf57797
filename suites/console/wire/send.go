package wire

import (
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

// Draft is an event that is to be sent, Preview what it would look like.
type (
	Draft   = desk.Draft
	Preview = desk.Preview
)

// Accepted are the events that were taken on; they are durable.
type Accepted struct {
	IDs []int64 `json:"ids"`
}

// Resend says which events are sent once more: those that have failed, of an app, a
// type, or about what Search finds.
type Resend struct {
	App    string       `json:"app,omitempty"`
	State  outbox.State `json:"state,omitempty"` // failed, and nothing else
	Type   string       `json:"type,omitempty"`
	Search string       `json:"q,omitempty"`
}

// Resent is how many events are sent once more.
type Resent struct {
	Count int `json:"count"`
}

// Change is news of one event, as the stream tells it.
type Change = outbox.Change
