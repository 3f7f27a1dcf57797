package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/khop-dev/khop/mocks/delivery"
)

// Answer is what came back for one request: a status, or the way in which none
// came.
type Answer struct {
	Status  int
	Header  http.Header
	Body    []byte
	Took    time.Duration
	Within  time.Duration // how long it was waited for at most
	Failure *Failure      // nil when there is a status
}

// Failure is the way in which no answer came.
type Failure struct {
	Kind FailureKind
	Err  error
}

// FailureKind sorts failures by what they say about the target.
type FailureKind string

// The kinds of failure.
const (
	Unreachable FailureKind = "unreachable" // no connection could be opened
	TLS         FailureKind = "tls"         // no secure connection could be agreed on
	Timeout     FailureKind = "timeout"     // connected, and nothing came in time
	Closed      FailureKind = "closed"      // the connection ended without an answer
	Lost        FailureKind = "lost"        // khop itself ended the connection
	NotOpened   FailureKind = "not-opened"  // khop itself opened no connection
	TooLate     FailureKind = "too-late"    // khop itself kept the answer back
	Canceled    FailureKind = "canceled"    // the run was interrupted
)

func (f *Failure) Error() string {
	if words := f.Kind.words(); words != "" {
		return words + ": " + f.Err.Error()
	}
	return f.Err.Error() // khop's own doing, which says so itself
}

// words say what the target did, to somebody who does not know the kinds.
func (k FailureKind) words() string {
	switch k {
	case Unreachable:
		return "no connection"
	case TLS:
		return "no secure connection"
	case Timeout:
		return "no answer in time"
	case Closed:
		return "closed without an answer"
	}
	return ""
}

// Outcome is how a provider sees the failure.
func (f *Failure) Outcome() delivery.Outcome {
	switch f.Kind {
	case NotOpened, Unreachable, TLS:
		return delivery.Unopened
	case TooLate, Timeout:
		return delivery.TimedOut
	}
	return delivery.Broken
}

// Unwrap gives the transport's own error.
func (f *Failure) Unwrap() error { return f.Err }

// Acknowledged tells whether the target took the delivery, in any 2xx way.
func (a Answer) Acknowledged() bool { return a.Failure == nil && a.Status/100 == 2 }

// String says in a few words what came back: "401 Unauthorized".
func (a Answer) String() string {
	if a.Failure == nil {
		return fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status))
	}
	switch a.Failure.Kind {
	case Timeout:
		return fmt.Sprintf("no answer within %s", a.waited())
	case Closed:
		return "the connection was closed without an answer"
	case Canceled:
		return "interrupted before an answer came"
	default:
		return a.Failure.Error()
	}
}

// waited is how long nothing came: the time that was given, and less where the network
// gave up before.
func (a Answer) waited() time.Duration {
	if a.Within > 0 && a.Took >= a.Within {
		return a.Within
	}
	return a.Took.Round(time.Millisecond)
}

// read takes an answer off its connection.
func read(response *http.Response) Answer {
	defer response.Body.Close()
	answer := Answer{Status: response.StatusCode, Header: response.Header}
	var err error
	answer.Body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	// A body that breaks off still has its status, which is what providers read. One
	// that never ends keeps their clients waiting until they give up.
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		answer.Failure = &Failure{Kind: Timeout, Err: fmt.Errorf("status %d, and a body without an end", answer.Status)}
	}
	return answer
}
