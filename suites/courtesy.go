package suites

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/khop-dev/khop/suites/target"
)

// courtesy is what a target gets that answers 429 Too Many Requests: khop sends more in
// a second than a provider does in an hour, and a limit on that is no fault. What was
// turned away is sent again after the pause that was asked for.
type courtesy struct {
	mu    sync.Mutex
	left  time.Duration // of the time that a run may spend on it
	until time.Time     // the pause that is under way ends
}

// What a run spends on pauses: who asks for one whatever is sent is not waited for.
const (
	allPauses = 30 * time.Second
	mostPause = 5 * time.Second
	anyPause  = time.Second // where the answer does not say
)

// to is how long to wait before the delivery that was answered so is sent again; 0: it
// is not.
func (c *courtesy) to(answer target.Answer) time.Duration {
	if answer.Failure != nil || answer.Status != http.StatusTooManyRequests {
		return 0
	}
	pause := anyPause
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		pause = max(100*time.Millisecond, time.Duration(seconds)*time.Second)
	}
	if pause > mostPause {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	end := now.Add(pause)
	if more := end.Sub(later(now, c.until)); more > 0 { // several pauses at once are one
		if more > c.left {
			return 0
		}
		c.left -= more
		c.until = end
	}
	return pause
}

// paused waits, and tells whether it could to the end. It does not end the check: many
// deliveries may be under way, each in a goroutine of its own.
func paused(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
