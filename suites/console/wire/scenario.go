package wire

import (
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
)

// Scenarios are the flows that can be run, by name.
type Scenarios struct {
	Scenarios []Scenario `json:"scenarios"`
}

// Scenario is a named flow of events.
type Scenario struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	Title    string `json:"title"`
	TitleVi  string `json:"title_vi,omitempty"`
	About    string `json:"about"`
	AboutVi  string `json:"about_vi,omitempty"`
	// LengthMS is how long the flow takes in the provider's time.
	LengthMS float64 `json:"length_ms"`
	Steps    []Step  `json:"steps"`
}

// Step is one thing that happens in a flow.
type Step struct {
	Note   string         `json:"note,omitempty"`
	NoteVi string         `json:"note_vi,omitempty"`
	Event  string         `json:"event,omitempty"`   // empty: nothing new is sent
	Data   map[string]any `json:"data,omitempty"`    // members in place of the sample's own
	WaitMS float64        `json:"wait_ms,omitempty"` // pause before it, in the provider's time
	AgoMS  float64        `json:"ago_ms,omitempty"`  // how long before it is sent the event happened
	Again  bool           `json:"again,omitempty"`   // the last event once more
	Fault  outbox.Fault   `json:"fault,omitempty"`   // what goes wrong with the first attempt
}

// NewRun says for which app a scenario is run, and how many times faster than told; 0
// is the app's own speed.
type NewRun struct {
	App   string  `json:"app"`
	Speed float64 `json:"speed,omitempty"`
}

// Run is a flow on its way.
type Run = scenario.Run

// Runs are the runs that are remembered, newest first.
type Runs struct {
	Runs []Run `json:"runs"`
}

// ScenarioOf is a scenario as the API shows it.
func ScenarioOf(s scenario.Scenario) Scenario {
	shown := Scenario{
		Name: s.Name, Provider: s.Provider, Title: s.Title, TitleVi: s.TitleVi,
		About: s.About, AboutVi: s.AboutVi, LengthMS: milliseconds(s.Length()), Steps: []Step{},
	}
	for _, step := range s.Steps {
		shown.Steps = append(shown.Steps, Step{
			Note: step.Note, NoteVi: step.NoteVi, Event: step.Event, Data: step.Data,
			WaitMS: milliseconds(step.Wait), AgoMS: milliseconds(step.Ago), Again: step.Again, Fault: step.Fault,
		})
	}
	return shown
}
