package desk

import (
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/report"
)

// Desk is everything that khop serve can do.
type Desk struct {
	Backend  outbox.Backend
	Endpoint *accesstrade.Endpoint // AccessTrade's, with its journal and orders
	// Book is where the endpoint keeps its orders and calls; nil: in its own memory.
	Book      Book
	Scenarios *scenario.Runner
	// Allow says whether events may be sent to a target; nil allows every one.
	Allow func(*url.URL) error
	// Version is khop's own.
	Version string

	births births
	checks checkRuns
	puts   atomic.Uint64
	naming sync.Mutex // held while an app gets its name
}

// Errors of what a user asked for; everything else is khop's own.
var (
	// ErrInvalid is wrapped by what is wrong with a request.
	ErrInvalid = errors.New("invalid")
	// ErrTaken is wrapped, within ErrInvalid, where another app has the name.
	ErrTaken = errors.New("name")
	// ErrForbidden is wrapped where a target must not be sent to.
	ErrForbidden = errors.New("forbidden")
	// ErrBusy is wrapped where something else has to end first.
	ErrBusy = errors.New("busy")
)

// Draft is an event that is to be sent: the documented sample of Event (a type, or a
// sample's name) with a fresh identity, with members of Data in place of its own; or
// Body, byte for byte.
type Draft struct {
	Event string         `json:"event"`
	Data  map[string]any `json:"data,omitempty"` // by top-level name or JSON pointer
	Body  string         `json:"body,omitempty"`
	// BodyBase64 is a Body that is no text: JSON would not carry it.
	BodyBase64 []byte `json:"body_base64,omitempty"`
	Generated  bool   `json:"generated,omitempty"` // a generated payload in place of the sample
	Count      int    `json:"count,omitempty"`     // 0 is 1; each has an identity of its own
}

// Preview is a draft as it would go out now.
type Preview struct {
	Body       string    `json:"body"`                  // the wire form: a JSON body, or a query string
	BodyBase64 []byte    `json:"body_base64,omitempty"` // the same, where it is no text
	Curl       string    `json:"curl"`                  // the whole request, signed, secrets out of sight
	Problems   []Problem `json:"problems"`              // what the schema has against it; it is sent all the same
}

// Problem is one thing that is wrong with a payload.
type Problem struct {
	Pointer string `json:"pointer"`
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

// CheckRun is one verification of an app, running or over.
type CheckRun struct {
	ID       string         `json:"id"`
	App      string         `json:"app"`
	Started  time.Time      `json:"started"`
	Done     int            `json:"done"` // checks that are over
	All      int            `json:"all"`
	Finished bool           `json:"finished"`
	Report   *report.Report `json:"report,omitempty"`
	Error    string         `json:"error,omitempty"`
}
