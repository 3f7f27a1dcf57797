package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// pipe counts what is written to it, and can be as slow as somebody who reads.
type pipe struct {
	written []string
	slow    time.Duration
}

func (p *pipe) Write(text []byte) (int, error) {
	time.Sleep(p.slow)
	p.written = append(p.written, string(text))
	return len(text), nil
}

// callNumber is a call with a message of its own.
func callNumber(n int) accesstrade.Entry {
	return accesstrade.Entry{
		Time: time.Date(2016, 6, 8, 7, 18, 55, 42e6, time.UTC), Call: accesstrade.Postback, Verdict: accesstrade.NotProcessed,
		Transactions: []string{"A", "B"}, Message: fmt.Sprint("no ", n),
	}
}

func TestCallsArePrintedALineEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &pipe{}
		calls := printCalls(out)
		calls.print(callNumber(1))
		synctest.Wait()
		if len(out.written) != 1 || out.written[0] != "07:18:55.042  postback    not-processed A B  no 1\n" {
			t.Errorf("the first call is not shown at once: %q", out.written)
		}
		for n := range 500 {
			calls.print(callNumber(n + 2))
		}
		calls.close()
		calls.print(callNumber(0)) // nobody hears of it
		if len(out.written) != 2 {
			t.Errorf("the others are written in %d pieces", len(out.written)-1)
		}
		lines := strings.Split(strings.TrimSpace(strings.Join(out.written, "")), "\n")
		if len(lines) != 501 || !strings.HasSuffix(lines[500], " no 501") {
			t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
		}
	})
}

// What is wrong with a call that is taken all the same stands behind it.
func TestACallIsPrintedWithWhatIsRemarked(t *testing.T) {
	call := callNumber(1)
	call.Verdict, call.Message = accesstrade.Accepted, "Done"
	call.Problems = []accesstrade.Problem{{Rule: "content-type", Message: "content-type: expected application/json, found none"}}
	if got, want := string(appendLine(nil, call)), "07:18:55.042  postback    accepted      A B  Done (content-type: expected application/json, found none)\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCallsWaitForWhoReadsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := printCalls(&pipe{slow: time.Hour})
		long := accesstrade.Entry{Message: strings.Repeat("x", mostWaiting)}
		calls.print(long)
		synctest.Wait() // now it is being written
		calls.print(long)
		start := time.Now()
		calls.print(long)
		if waited := time.Since(start); waited < time.Hour {
			t.Errorf("waited only %s", waited)
		}
		start = time.Now()
		calls.close()
		if waited := time.Since(start); waited != printPatience {
			t.Errorf("at the end it waited %s", waited)
		}
		<-calls.done
	})
}
