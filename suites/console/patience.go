package console

import (
	"context"
	"sync"
	"time"
)

// patience keeps those waiting who come with wrong tokens: longer with every one, whoever
// sent it. The right token is never kept waiting, so that nobody can be locked out by
// others' wrong ones.
type patience struct {
	mu      sync.Mutex
	wrong   int       // how many wrong tokens came lately
	last    time.Time // when the last one did
	waiting int
}

// How patient khop is.
const (
	freeTries   = 3 // a slip costs nothing
	firstWait   = 500 * time.Millisecond
	longestWait = 8 * time.Second
	forgotten   = 10 * time.Minute
	mostWaiting = 64 // so that waiting costs khop little
)

// wait keeps one waiting; it is false where too many are already.
func (p *patience) wait(ctx context.Context) bool {
	length, ok := p.begin(time.Now())
	if !ok {
		return false
	}
	defer p.end()
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return true
}

// begin is how long the next one has to wait, and whether there is room for it.
func (p *patience) begin(now time.Time) (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.last) > forgotten {
		p.wrong = 0
	}
	p.last = now
	p.wrong++
	if p.waiting == mostWaiting {
		return 0, false
	}
	p.waiting++
	if p.wrong <= freeTries {
		return 0, true
	}
	return min(longestWait, firstWait<<min(p.wrong-freeTries-1, 8)), true
}

func (p *patience) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting--
}
