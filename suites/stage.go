package suites

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/suites/report"
)

// Stage is where a sender is verified: khop plays the endpoint, something makes the
// merchant send, and what arrives is judged.
type Stage struct {
	Endpoint *accesstrade.Endpoint
	// Trigger makes the merchant send its orders, and writes down what it says
	// meanwhile; an error is the merchant's own word that something went wrong. Nil:
	// khop only waits.
	Trigger func(ctx context.Context, said io.Writer) error
	// Wait is how long khop waits for calls: after the trigger has ended, or at all.
	Wait time.Duration
	// Orders is how many orders one act sends; 0: not known.
	Orders int
	// Faults names the faults to play (accesstrade.Faults); the checks of others are
	// skipped.
	Faults []string

	acts   []act             // all that the merchant did so far
	trials map[string]*trial // by the fault
	shown  map[int]bool      // calls that a check has shown
}

// quietTime is how long nothing may arrive before an act counts as over.
const quietTime = 300 * time.Millisecond

// act is what the merchant did once.
type act struct {
	calls []accesstrade.Entry
	err   error  // of the trigger
	said  string // by the trigger
}

// perform lets the merchant act, with a fault for its first postback, or none.
func (s *Stage) perform(ctx context.Context, fault accesstrade.Fault) act {
	before := s.seen()
	times := 0
	if fault.Name != "" {
		times = 1
	}
	s.Endpoint.SetFault(fault, times)
	var done act
	if s.Trigger != nil {
		var said bytes.Buffer
		done.err = s.Trigger(ctx, &said)
		done.said = said.String()
	}
	s.listen(ctx, before)
	done.calls = s.since(before)
	s.acts = append(s.acts, done)
	return done
}

// since are the calls after the one of that number.
func (s *Stage) since(number int) []accesstrade.Entry {
	return slices.DeleteFunc(s.Endpoint.Journal(), func(e accesstrade.Entry) bool { return e.Number <= number })
}

// until are the calls up to the one of that number.
func (s *Stage) until(number int) []accesstrade.Entry {
	return slices.DeleteFunc(s.Endpoint.Journal(), func(e accesstrade.Entry) bool { return e.Number > number })
}

// listen waits until calls have come and no more do, or until the time is up.
func (s *Stage) listen(ctx context.Context, before int) {
	deadline := time.After(s.Wait)
	last, since := s.seen(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-deadline:
			return
		case <-time.After(20 * time.Millisecond):
		}
		switch now := s.seen(); {
		case now != last:
			last, since = now, time.Now()
		case s.Trigger != nil && now > before && time.Since(since) >= quietTime:
			return
		}
	}
}

// seen is the number of the newest call.
func (s *Stage) seen() int {
	journal := s.Endpoint.Journal()
	if len(journal) == 0 {
		return 0
	}
	return journal[len(journal)-1].Number
}

// postbacks are the calls that reached the postback's path by its method.
func (a act) postbacks() []accesstrade.Entry {
	return slices.DeleteFunc(slices.Clone(a.calls), func(e accesstrade.Entry) bool {
		return e.Call != accesstrade.Postback || e.Request.Method != http.MethodPost
	})
}

// ids are the orders of the postbacks, each once, in their order.
func (a act) ids() []string {
	var ids []string
	for _, e := range a.postbacks() {
		for _, id := range e.Transactions {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// rehearsal is the act without faults that the first check had performed.
func (p *Probe) rehearsal() act { return *p.acted }

// postbacksOf is what most checks judge; without any they have nothing to say.
func (p *Probe) postbacksOf(a act) []accesstrade.Entry {
	calls := a.postbacks()
	if len(calls) == 0 {
		p.Skip("no postback arrived at %s, which another check reports", accesstrade.PostbackPath)
	}
	return calls
}

// expectCalls holds when nothing is wrong with any of the calls. wrong says in a few
// words what is, and empty when nothing is.
func (p *Probe) expectCalls(g gomega.Gomega, calls []accesstrade.Entry, want string, wrong func(accesstrade.Entry) string) {
	var complaints []string
	for _, call := range calls {
		what := wrong(call)
		p.show(call, want, what)
		if what != "" {
			complaints = append(complaints, fmt.Sprintf("call %d: %s", call.Number, what))
		}
	}
	g.Expect(len(complaints) == 0).To(OrElse("%d of %d calls: %s", len(complaints), len(calls), strings.Join(complaints, "; ")))
}

// unseen tells whether no check has shown a call yet: many look at the same ones, of
// which an archive needs each once.
func (s *Stage) unseen(call accesstrade.Entry) bool {
	if s.shown == nil {
		s.shown = map[int]bool{}
	}
	before := s.shown[call.Number]
	s.shown[call.Number] = true
	return !before
}

// show keeps a call of the merchant for the report.
func (p *Probe) show(call accesstrade.Entry, want, wrong string) {
	e := report.Exchange{
		Note:    fmt.Sprintf("call %d of the merchant: %s", call.Number, call.Call),
		Failing: wrong != "",
		Started: call.Time,
		Request: report.Message{
			Method: call.Request.Method,
			URL:    call.Request.Path,
			Header: pairs(call.Request.Header),
			Body:   report.Body{Text: call.Request.Body, Size: call.Request.Size, Truncated: call.Request.Size > len(call.Request.Body)},
		},
	}
	if call.Request.Query != "" {
		e.Request.URL += "?" + call.Request.Query
	}
	if call.Status == 0 {
		e.Failure = "khop played the fault " + call.Fault
	} else {
		kind, text := call.Answer()
		e.Answer = &report.Answer{Status: call.Status, Header: [][2]string{{"Content-Type", kind}}, Body: report.Body{Text: text, Size: len(text)}}
	}
	p.journal.watched = append(p.journal.watched, e)
	if e.Failing || p.stage.unseen(call) {
		p.journal.unseen = append(p.journal.unseen, e)
	}
	if wrong != "" && p.journal.want == "" {
		p.journal.want, p.journal.actual = want, wrong
	}
}
