package main

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/khop-dev/khop/mocks/inspect"
)

// patience is how long an inspection may take before it shows how far it is.
const patience = time.Second

// progress is a bar on a terminal that says how much of the sources was read. Away from a terminal there is none.
type progress struct {
	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	to    io.Writer
	since time.Time
	read  int64
	total int64
}

// newProgress makes a bar that appears on err, when that is a terminal.
func newProgress(err io.Writer) *progress {
	if !terminal(err) {
		return &progress{}
	}
	return &progress{to: err, since: time.Now()}
}

// follow counts what is read of the sources. If the size of one is not known the bar has no end.
func (p *progress) follow(sources []inspect.Source) []inspect.Source {
	if p.to == nil {
		return sources
	}
	for i, s := range sources {
		if s.Size == 0 {
			p.total = -1
		} else if p.total >= 0 {
			p.total += s.Size
		}
		sources[i].Open = func() (io.ReadCloser, error) {
			file, err := s.Open()
			if err != nil {
				return nil, err
			}
			return counted{file, p}, nil
		}
	}
	return sources
}

type counted struct {
	io.ReadCloser
	progress *progress
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.progress.add(n)
	return n, err
}

func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read += int64(n)
	if p.bar == nil && time.Since(p.since) > patience {
		p.bar = progressbar.NewOptions64(p.total, progressbar.OptionSetWriter(p.to), progressbar.OptionShowBytes(p.total < 0),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("validating"))
	}
	if p.bar != nil {
		_ = p.bar.Set64(p.read) // a bar that cannot be drawn is no reason to stop
	}
}

// behind is a writer that clears the bar away before it writes.
func (p *progress) behind(out io.Writer) io.Writer {
	if p.to == nil {
		return out
	}
	return cleared{out, p}
}

type cleared struct {
	io.Writer
	progress *progress
}

func (c cleared) Write(b []byte) (int, error) {
	c.progress.mu.Lock()
	defer c.progress.mu.Unlock()
	if c.progress.bar != nil {
		_ = c.progress.bar.Clear()
	}
	return c.Writer.Write(b)
}

// end takes the bar away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	p.to = nil
}
