package main

import (
	"io"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// callPrinter shows calls, a line each. Showing one can take longer than answering it, so a busy endpoint's lines are
// written many at a time: the first at once, and those that come within a moment after it together.
type callPrinter struct {
	out  io.Writer
	news chan struct{} // holds one when lines are waiting
	done chan struct{} // closed when the last line is written

	mu      sync.Mutex
	room    sync.Cond // for more lines
	waiting []byte
	closed  bool
}

const (
	printMoment = 10 * time.Millisecond
	mostWaiting = 1 << 20 // bytes; calls wait while the reader is that far behind

	printPatience = time.Second // with a reader, at the end
)

// printCalls starts a printer. It has to be closed.
func printCalls(out io.Writer) *callPrinter {
	p := &callPrinter{out: out, news: make(chan struct{}, 1), done: make(chan struct{})}
	p.room.L = &p.mu
	go p.run()
	return p
}

// print takes a call to be shown. One that comes after the end is not.
func (p *callPrinter) print(e accesstrade.Entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.waiting) >= mostWaiting && !p.closed {
		p.room.Wait()
	}
	if p.closed {
		return
	}
	p.waiting = appendLine(p.waiting, e)
	select {
	case p.news <- struct{}{}:
	default: // the printer knows already
	}
}

// close returns when everything is written, or when nobody reads it.
func (p *callPrinter) close() {
	p.mu.Lock()
	p.closed = true
	close(p.news)
	p.room.Broadcast()
	p.mu.Unlock()
	select {
	case <-p.done:
	case <-time.After(printPatience):
	}
}

func (p *callPrinter) run() {
	defer close(p.done)
	var lines []byte
	for range p.news {
		lines = p.take(lines[:0])
		_, _ = p.out.Write(lines) // an endpoint goes on when nobody watches
		time.Sleep(printMoment)
	}
}

// take exchanges the lines that wait for an empty slice.
func (p *callPrinter) take(empty []byte) (lines []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines, p.waiting = p.waiting, empty
	p.room.Broadcast()
	return lines
}

// appendLine tells one call in a line.
func appendLine(to []byte, e accesstrade.Entry) []byte {
	to = append(e.Time.AppendFormat(to, "15:04:05.000"), ' ')
	to = appendColumn(to, string(e.Call), 11)
	to = appendColumn(to, string(e.Verdict), 13)
	for _, id := range e.Transactions {
		to = append(append(to, ' '), id...)
	}
	if e.Message != "" {
		to = append(append(to, "  "...), e.Message...)
	}
	if e.Verdict == accesstrade.Accepted { // else the message says what is wrong
		for _, p := range e.Problems {
			to = append(append(append(to, " ("...), p.Message...), ')')
		}
	}
	return append(to, '\n')
}

// appendColumn adds a blank and a word as wide as its column.
func appendColumn(to []byte, word string, width int) []byte {
	to = append(append(to, ' '), word...)
	for range width - len(word) {
		to = append(to, ' ')
	}
	return to
}
