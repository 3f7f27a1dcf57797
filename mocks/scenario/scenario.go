package scenario

import (
	"context"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Scenario is a named flow of events at one provider.
type Scenario struct {
	Name     string `json:"name"` // "superai-partial-delivery"
	Title    string `json:"title"`
	TitleVi  string `json:"title_vi"` // Vietnamese; the English one where there is none
	Provider string `json:"provider"`
	About    string `json:"about"`
	AboutVi  string `json:"about_vi"`
	Steps    []Step `json:"steps"`
}

// Step is one thing that happens in a flow.
type Step struct {
	Note   string `json:"note,omitempty"` // what it is, for people
	NoteVi string `json:"note_vi,omitempty"`
	// Event is the event's type or the name of a documented sample; empty where nothing
	// new is sent.
	Event string `json:"event,omitempty"`
	// Data holds members in place of the sample's own, by top-level name or JSON
	// pointer: texts, json.Numbers, booleans, nil, and lists and maps of them.
	Data map[string]any `json:"data,omitempty"`
	// Wait is the pause before the step, in the provider's time.
	Wait time.Duration `json:"wait,omitempty"`
	// Ago is how long before it is sent the event happened, in the provider's time.
	Ago time.Duration `json:"ago,omitempty"`
	// Again sends the flow's last event once more, byte for byte.
	Again bool `json:"again,omitempty"`
	// Fault spoils the first attempt to deliver what the step sends.
	Fault outbox.Fault `json:"fault,omitempty"`
}

// Sends tells whether the step sends anything.
func (s Step) Sends() bool { return s.Event != "" || s.Again }

// Length is how long the flow takes in the provider's time.
func (s Scenario) Length() time.Duration {
	var length time.Duration
	for _, step := range s.Steps {
		length += step.Wait
	}
	return length
}

// Sender is what a flow needs of an outbox; every outbox.Backend is one.
type Sender interface {
	// App finds the app that a flow is for.
	App(ctx context.Context, id string) (outbox.App, error)
	// Accept takes events on, and their faults with them.
	Accept(ctx context.Context, events []outbox.Event) ([]int64, error)
}

var _ Sender = outbox.Backend(nil)

// State is how far a run has got.
type State string

// The states of a run.
const (
	Running State = "running"
	Done    State = "done"    // every step was made
	Stopped State = "stopped" // by Stop, or because khop ends
	Failed  State = "failed"  // an event could not be made or accepted
)

// Run is a flow on its way.
type Run struct {
	ID       string    `json:"id"`
	Scenario string    `json:"scenario"`
	App      string    `json:"app"`
	Speed    float64   `json:"speed"` // how many times faster than told the waits pass
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	Next     time.Time `json:"next,omitzero"` // when the next step is due
	Step     int       `json:"step"`          // how many steps are done
	Steps    int       `json:"steps"`         // of how many
	// Events are the IDs of what was sent, one for every step that is done; 0 where a
	// step sends nothing.
	Events []int64 `json:"events"`
	State  State   `json:"state"`
	Error  string  `json:"error,omitempty"`
}
