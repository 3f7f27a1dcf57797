package wire

import "encoding/json"

// Providers are what a form for an app or an event needs to know.
type Providers struct {
	Providers []Provider `json:"providers"`
	// Schemas are the events' JSON Schemas (draft-07), by ID.
	Schemas map[string]json.RawMessage `json:"schemas"`
}

// Provider is one platform.
type Provider struct {
	Name     string `json:"name"`     // "superai"
	Title    string `json:"title"`    // "SuperAI"
	Document string `json:"document"` // public address of its document
	// Query says that events travel as the query string of a GET.
	Query    bool      `json:"query"`
	Secrets  []Secret  `json:"secrets"`
	Settings []Setting `json:"settings"`
	Events   []Kind    `json:"events"`
}

// Secret is a credential that provider and partner share.
type Secret struct {
	Name string `json:"name"`
	Help string `json:"help"`
}

// Setting is a choice that the provider's document leaves open.
type Setting struct {
	Name    string   `json:"name"`
	Default string   `json:"default"`
	Values  []string `json:"values,omitempty"` // none: a free value
	Help    string   `json:"help"`
	Dialect bool     `json:"dialect,omitempty"` // it changes what goes out
}

// Kind is a kind of event.
type Kind struct {
	Type string `json:"type"`
	// Generated tells that payloads of this kind can be generated.
	Generated bool     `json:"generated"`
	Samples   []Sample `json:"samples"`
}

// Sample is a payload: the documented one, or one that was generated.
type Sample struct {
	Event   string `json:"event"`
	Name    string `json:"name,omitempty"` // of the documented one
	Title   string `json:"title"`
	Schema  string `json:"schema"`
	Section string `json:"section"`        // where it is documented
	Note    string `json:"note,omitempty"` // how it was mended, or what is peculiar about it
	Body    string `json:"body"`           // its wire form
	// Seed draws a generated payload again.
	Seed uint64 `json:"seed,omitempty"`
}

// Validation is a payload that is to be judged. An empty Schema lets the payload say
// what it is.
type Validation struct {
	Schema string `json:"schema,omitempty"`
	Body   string `json:"body"`
}

// Judgement is what the schemas say about a payload.
type Judgement struct {
	Valid bool `json:"valid"`
	// Schema is what judged it, Reason why that one; empty where it was not recognised.
	Schema   string   `json:"schema,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Problems []Breach `json:"problems"`
}

// Breach is one rule that a payload breaks, and where.
type Breach struct {
	Line     int    `json:"line"`   // from 1
	Column   int    `json:"column"` // in characters, from 1
	Pointer  string `json:"pointer"`
	Rule     string `json:"rule"`
	Expected string `json:"expected"`
	Found    string `json:"found"`
}
