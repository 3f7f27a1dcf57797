package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	// streamType is the media type of server-sent events.
	streamType = "text/event-stream"
	// sendTimeout is how long a reader's connection may be stuck before it is given up.
	sendTimeout = 10 * time.Second
	// comeBack is when a reader whose connection broke should try again.
	comeBack = 2 * time.Second
)

// The events of a stream.
const (
	ready   = "ready"  // the first: from here on nothing is missed
	changed = "change" // an event was accepted, or its state is another
	played  = "run"    // a scenario's run has begun, got on or ended
	checked = "check"  // a verification has begun, got on or ended
	reload  = "reload" // some were missed: read again what is shown
)

// stream tells of changes as server-sent events, for as long as somebody reads.
func (a *api) stream(w http.ResponseWriter, r *http.Request, q query) error {
	if app := q["app"]; app != "" {
		if _, err := a.app(r.Context(), app); err != nil {
			return err
		}
	}
	last := r.Header.Get("Last-Event-ID")
	reading, since, complete, now := a.news.join(q["app"], last)
	defer a.news.leave(reading)

	w.Header().Set("Content-Type", streamType)
	w.Header().Set("X-Accel-Buffering", "no") // a proxy must not hold news back
	out := newSender(w)
	out.printf("retry: %d\n", comeBack.Milliseconds())
	if last == "" {
		out.event(a.news.name(now), ready, struct{}{})
	} else {
		out.event("", ready, struct{}{}) // what was missed is still to come, and has IDs of its own
	}
	if !complete {
		out.event(a.news.name(now), reload, missedSome)
	}
	for _, one := range since {
		a.pass(out, one)
	}
	a.follow(r, reading, out)
	return nil
}

// follow hands on news until the reader goes, or the hub ends.
func (a *api) follow(r *http.Request, reading *reader, out *sender) {
	heartbeat := time.NewTicker(a.options.Heartbeat)
	defer heartbeat.Stop()
	for out.flush() {
		select {
		case <-r.Context().Done():
			return
		case <-heartbeat.C:
			out.printf(": still here\n\n")
		case one, more := <-reading.queue:
			if !more {
				return
			}
			a.handOn(reading, one, out)
		}
	}
}

// handOn writes news, and all that waits behind it. A reader that was too slow for its
// queue is told to read everything again instead. What gets lost meanwhile is noted
// before the last look here, or finds the queue full again and brings the next one about.
func (a *api) handOn(reading *reader, one news, out *sender) {
	slow := reading.lost.Load()
	for waiting := len(reading.queue); ; waiting-- {
		if !slow {
			a.pass(out, one)
		}
		if waiting == 0 {
			break
		}
		next, more := <-reading.queue
		if !more {
			break
		}
		one = next
	}
	if reading.lost.Swap(false) {
		out.event(a.news.name(one.number), reload, missedSome)
	}
}

// tellRuns hands on how scenarios and verifications get on, until ctx ends.
func (a *api) tellRuns(ctx context.Context) {
	if a.desk.Scenarios != nil {
		runs := a.desk.Scenarios.Watch(ctx)
		go func() {
			for run := range runs {
				a.news.add(news{kind: played, app: run.App, about: run})
			}
		}()
	}
	checks := a.desk.WatchChecks(ctx)
	go func() {
		for run := range checks {
			a.news.add(news{kind: checked, app: run.App, about: run})
		}
	}()
}

// pass writes one piece of news.
func (a *api) pass(out *sender, one news) {
	out.event(a.news.name(one.number), one.kind, one.about)
}

// missedSome says why a reader has to read again.
var missedSome = struct {
	Reason string `json:"reason"`
}{"some changes were missed"}

// sender writes server-sent events (https://html.spec.whatwg.org, server-sent events).
type sender struct {
	w       http.ResponseWriter
	control *http.ResponseController
	failed  bool
}

// newSender lifts the server's limit on the time for a whole request: each piece has a
// deadline of its own.
func newSender(w http.ResponseWriter) *sender {
	s := &sender{w: w, control: http.NewResponseController(w)}
	s.note(s.control.SetReadDeadline(time.Time{}))
	return s
}

// event writes one event; data is anything that becomes JSON. Without an ID the reader
// comes back with the one that it had before.
func (s *sender) event(id, kind string, data any) {
	text, err := json.Marshal(data)
	if err != nil {
		panic(err) // what the hub is given always is JSON
	}
	if id != "" {
		s.printf("id: %s\n", id)
	}
	s.printf("event: %s\ndata: %s\n\n", kind, text)
}

func (s *sender) printf(format string, operands ...any) {
	if s.failed {
		return
	}
	s.note(s.control.SetWriteDeadline(time.Now().Add(sendTimeout)))
	_, err := fmt.Fprintf(s.w, format, operands...)
	s.note(err)
}

// flush sends what is written and tells whether the reader is still there.
func (s *sender) flush() bool {
	if !s.failed {
		s.note(s.control.Flush())
	}
	return !s.failed
}

// note remembers that the reader is gone. A writer that has no deadlines, or does not
// hold anything back, is none the worse for it.
func (s *sender) note(err error) {
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		s.failed = true
	}
}
