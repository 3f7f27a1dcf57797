package accesstrade

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/khop-dev/khop/schemas"
)

// Fault is something that goes wrong with a postback on AccessTrade's side or on the
// way back. The zero Fault is none.
type Fault struct {
	Name string // the word on a command line: "503"
	Help string // what happens

	// Hold is how long a silent fault keeps the connection open before it cuts it; 0
	// means a minute. A merchant that hangs up ends it at once.
	Hold time.Duration

	after   bool // the postback is processed first
	page    bool // the answer is a page for people
	status  int  // HTTP status of the answer; 0 the one of a refusal
	silence silence
}

// silence is how a fault keeps an answer back.
type silence int

const (
	speaks silence = iota
	hangs
	cuts
)

// Faults lists what can go wrong.
func Faults() []Fault {
	return []Fault{
		{Name: "500", Help: "answer 500 and process nothing", status: http.StatusInternalServerError},
		{Name: "503", Help: "answer 503 and process nothing", status: http.StatusServiceUnavailable},
		{Name: "refuse", Help: "answer status:false and process nothing"},
		{Name: "html", Help: "answer 200 with an HTML page, as a gateway under maintenance does, and process nothing", status: http.StatusOK, page: true},
		{Name: "timeout", Help: "process nothing and never answer", silence: hangs},
		{Name: "cut", Help: "process nothing and cut the connection", silence: cuts},
		{Name: "500-after", Help: "process the postback and answer 500", status: http.StatusInternalServerError, after: true},
		{Name: "timeout-after", Help: "process the postback and never answer", silence: hangs, after: true},
		{Name: "cut-after", Help: "process the postback and cut the connection", silence: cuts, after: true},
	}
}

// ParseFault finds a fault by its name.
func ParseFault(name string) (Fault, error) {
	var known []string
	for _, f := range Faults() {
		if f.Name == name {
			return f, nil
		}
		known = append(known, f.Name)
	}
	return Fault{}, fmt.Errorf("no fault %q: %s", name, schemas.Hint(name, known))
}

// SetFault lets the next postbacks go wrong, so many of them, in place of what was
// set before; 0 times clears it.
func (e *Endpoint) SetFault(fault Fault, times int) { e.faults.set(fault, times) }

// FaultLeft is the fault that the next postbacks meet, and how many of them; the zero
// Fault and 0 where none is left.
func (e *Endpoint) FaultLeft() (Fault, int) { return e.faults.remaining() }

// faults is what is still to go wrong.
type faults struct {
	mu    sync.Mutex
	fault Fault
	left  int
}

func (f *faults) set(fault Fault, times int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.left = fault, times
}

func (f *faults) remaining() (Fault, int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left <= 0 {
		return Fault{}, 0
	}
	return f.fault, f.left
}

// next takes one fault off; the zero Fault when none is left.
func (f *faults) next() Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left <= 0 {
		return Fault{}
	}
	f.left--
	return f.fault
}

// keepSilent returns when there is to be an answer. Otherwise it does not return:
// it ends the connection, at once or when the merchant has waited long enough.
func (f Fault) keepSilent(ctx context.Context) {
	switch f.silence {
	case speaks:
		return
	case hangs:
		hold := f.Hold
		if hold <= 0 {
			hold = time.Minute
		}
		timer := time.NewTimer(hold)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	panic(http.ErrAbortHandler) // net/http's word for closing without an answer
}
