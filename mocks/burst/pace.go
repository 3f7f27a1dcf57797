package burst

import (
	"sync/atomic"
	"time"
)

// clock tells how long a burst has been going on.
type clock struct{ start time.Time }

func (c clock) now() time.Duration { return time.Since(c.start) }

// turn is an event's leave to go out.
type turn struct {
	number uint64        // of this shard's events
	due    time.Duration // when the pace has it; unpaced: no sooner and no later than it goes out
	ready  time.Duration // when it was due and there was a free connection for it
}

// waited tells whether no connection was free when the event came due.
func (t turn) waited() bool { return t.due != unpaced && t.ready > t.due }

const unpaced = time.Duration(-1)

// seat is where a connection that has nothing to do is given its next turn; closed when
// there is none any more.
type seat chan turn

// pace says when which event goes out.
type pace interface {
	// next waits for a turn. There is none after the end.
	next(seat) (turn, bool)
	// behind is how many events are due and have not got their turn.
	behind(now time.Duration) uint64
	// given is how many have got it.
	given() uint64
}

// eager lets every connection send as soon as it can.
type eager struct {
	clock clock
	end   time.Duration
	most  uint64
	taken atomic.Uint64
}

func (e *eager) next(seat) (turn, bool) {
	if e.taken.Load() >= e.most || e.clock.now() >= e.end {
		return turn{}, false
	}
	number := e.taken.Add(1) - 1
	return turn{number: number, due: unpaced}, number < e.most
}

// start hires all connections for which there is something to send.
func (e *eager) start(connections int, hire func(turn)) {
	for range connections {
		first, ok := e.next(nil)
		if !ok {
			return
		}
		hire(first)
	}
}

func (e *eager) given() uint64 { return min(e.taken.Load(), e.most) }

func (e *eager) behind(time.Duration) uint64 { return 0 }
