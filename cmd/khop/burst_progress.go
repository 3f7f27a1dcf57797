package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/load"
)

// follower shows how far a burst is: on a terminal in lines that are written over, and
// elsewhere in a line every now and then, for who reads the log of a long one.
type follower struct {
	live     load.Live
	to       io.Writer
	terminal *os.File // nil where there is none
	latest   chan burst.Progress
	over     chan struct{}
	drawn    int           // lines that stand there
	logged   time.Duration // when the last line was logged
}

// logEvery is how often a log is told.
const logEvery = 10 * time.Second

// followBurst shows progress on err, until it is ended.
func followBurst(err io.Writer, live load.Live) *follower {
	f := &follower{live: live, to: err, latest: make(chan burst.Progress, 1), over: make(chan struct{})}
	if terminal(err) && os.Getenv("TERM") != "dumb" {
		f.terminal, _ = err.(*os.File)
	}
	go f.run()
	return f
}

// watch takes what is new and never waits: where nobody has shown the last one yet, it
// is old.
func (f *follower) watch(p burst.Progress) {
	select {
	case <-f.latest:
	default:
	}
	select {
	case f.latest <- p:
	default:
	}
}

func (f *follower) run() {
	defer close(f.over)
	for p := range f.latest {
		f.show(p)
	}
	f.clear()
}

func (f *follower) show(p burst.Progress) {
	f.live.Take(p)
	switch {
	case f.terminal != nil:
		f.draw(p)
	case p.Elapsed-f.logged >= logEvery:
		f.logged = p.Elapsed
		fmt.Fprintln(f.to, f.live.Line(p))
	}
}

// draw writes over what stands there.
func (f *follower) draw(p burst.Progress) {
	width, _, err := term.GetSize(int(f.terminal.Fd()))
	if err != nil {
		width = 80
	}
	lines := f.live.Lines(p, width-1)
	// The last of them clears what is below: a terminal that became broader has fewer.
	fmt.Fprint(f.to, f.back()+"\x1b[K"+strings.Join(lines, "\n\x1b[K")+"\n\x1b[J")
	f.drawn = len(lines)
}

// back moves to the first of the lines that stand there.
func (f *follower) back() string {
	if f.drawn == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r", f.drawn)
}

// clear takes the lines away.
func (f *follower) clear() {
	if f.drawn > 0 {
		fmt.Fprint(f.to, f.back()+"\x1b[J")
	}
}

// end takes away what is shown; nothing more is taken after it.
func (f *follower) end() {
	close(f.latest)
	<-f.over
}
