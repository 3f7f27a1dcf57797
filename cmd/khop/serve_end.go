package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/console"
	"github.com/khop-dev/khop/suites/console/desk"
)

// stopWithin is how long a khop serve that stops waits for what is under way.
const stopWithin = 5 * time.Second

// ending is how a khop serve stops: nothing begins any more, what is under way comes to
// its end, and what is lost is told.
type ending struct {
	*outbox.Farewell
	tell  io.Writer
	desk  *desk.Desk
	queue chan error // what the delivery of events has ended with
}

func newEnding(ctx context.Context, tell io.Writer, d *desk.Desk) *ending {
	return &ending{outbox.NewFarewell(ctx, stopWithin), tell, d, make(chan error, 1)}
}

// serve answers until the context ends, or until the queue has failed.
func (e *ending) serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := console.Server(handler)
	server.BaseContext = func(net.Listener) context.Context { return ctx } // streams end with it
	silent := silentConnections{}
	server.ConnState = silent.note
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	var failure error
	select {
	case err := <-ended:
		return serious{fmt.Errorf("serving: %w", err)}
	case err := <-e.queue:
		e.queue <- nil // it is not waited for again
		if ctx.Err() == nil {
			failure = serious{fmt.Errorf("delivering: %w", err)}
		}
	case <-ctx.Done():
	}
	signal.Reset(os.Interrupt, syscall.SIGTERM) // from here on Ctrl-C ends the process at once
	e.announce()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	silent.close()
	_ = server.Shutdown(grace) // what is still open after that is closed
	closed := server.Close()
	if failure == nil {
		e.await()
	}
	return errors.Join(failure, closed)
}

// announce says what is waited for, and what does not go on at the next start.
func (e *ending) announce() {
	if n := e.UnderWay(); n > 0 {
		fmt.Fprintf(e.tell, "khop: stopping: waiting up to %s for the answers to %s; Ctrl-C again does not wait\n", stopWithin, deliveries(n))
	}
	for _, run := range e.desk.Scenarios.Runs() {
		if run.State == scenario.Running {
			fmt.Fprintf(e.tell, "khop: the scenario %s for app %s ends after step %d of %d (%s); it does not go on at the next start\n", run.Scenario, run.App, run.Step, run.Steps, run.ID)
		}
	}
	for _, run := range e.desk.CheckRuns() {
		if !run.Finished {
			fmt.Fprintf(e.tell, "khop: the verification of app %s ends after %d of %d checks (%s); it does not go on at the next start\n", run.App, run.Done, run.All, run.ID)
		}
	}
}

// await waits until everything that was answered is on record.
func (e *ending) await() {
	<-e.queue // it has nothing to say about an end that was asked for
	if n := e.Cut(); n > 0 {
		fmt.Fprintf(e.tell, "khop: no answer came to %s; they are made again at the next start\n", deliveries(n))
	}
}

func deliveries(n int) string {
	if n == 1 {
		return "1 delivery that is under way"
	}
	return fmt.Sprintf("%d deliveries that are under way", n)
}

// silentConnections are those over which no request has come yet. Browsers keep some
// open, and a server that shuts down would wait seconds for them.
type silentConnections struct{ open sync.Map }

func (s *silentConnections) note(conn net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.open.Store(conn, nil)
	} else {
		s.open.Delete(conn)
	}
}

func (s *silentConnections) close() {
	s.open.Range(func(conn, _ any) bool {
		_ = conn.(net.Conn).Close()
		return true
	})
}
