package burst

import (
	"context"
	"math"
	"sync"
	"time"
)

// tick is the least time between two looks at the clock: events that come due within
// one go out together. It bounds what pacing costs, at any rate.
const tick = 50 * time.Microsecond

// schedule has events come due at even distances, whatever the target does. A
// connection that becomes free takes an event that waits; one that has none to take
// waits for the schedule to wake it, the last one to sit down first. Where none waits,
// another one is hired: a burst that needs few connections has few.
type schedule struct {
	clock    clock
	interval float64 // nanoseconds
	end      time.Duration
	most     uint64 // events that come due before the end

	hire   func(turn) // sets another connection to work
	vacant int        // how many more may be hired

	mu    sync.Mutex
	taken uint64
	free  []seat
	over  bool
	seats chan struct{} // told when the first connection sits down, and when one goes home
}

func newSchedule(clock clock, rate float64, end time.Duration, most uint64) *schedule {
	s := &schedule{clock: clock, interval: float64(time.Second) / rate, end: end, seats: make(chan struct{}, 1)}
	s.most = most
	if all := math.Ceil(float64(end) / s.interval); all < float64(most) {
		s.most = uint64(all)
	}
	return s
}

// due is when an event is.
func (s *schedule) due(number uint64) time.Duration {
	return time.Duration(float64(number) * s.interval)
}

// dueBy is how many events have come due.
func (s *schedule) dueBy(now time.Duration) uint64 {
	if now < 0 || s.most == 0 {
		return 0
	}
	last := uint64(min(float64(now)/s.interval, float64(s.most-1)))
	if s.due(last) > now {
		last-- // the quotient was rounded up
	}
	return last + 1
}

func (s *schedule) next(mine seat) (turn, bool) {
	s.mu.Lock()
	now := s.clock.now()
	switch {
	case s.over || now >= s.end || s.taken == s.most:
		s.mu.Unlock()
		s.nudge()
		return turn{}, false
	case s.taken < s.dueBy(now):
		t := s.take()
		if !s.staffed() {
			t.ready = max(t.due, now)
		}
		s.mu.Unlock()
		return t, true
	}
	if s.free = append(s.free, mine); len(s.free) == 1 {
		s.nudge()
	}
	s.mu.Unlock()
	t, ok := <-mine
	return t, ok
}

// nudge has the schedule look again, which waits while no connection is free.
func (s *schedule) nudge() {
	select {
	case s.seats <- struct{}{}:
	default:
	}
}

// staffed tells whether there is a connection for another event.
func (s *schedule) staffed() bool { return len(s.free) > 0 || s.vacant > 0 }

// take is the next turn.
func (s *schedule) take() turn {
	t := turn{s.taken, s.due(s.taken), s.due(s.taken)}
	s.taken++
	return t
}

// run wakes connections when events come due, until all have had their turn, the time
// is over or the context ends.
func (s *schedule) run(ctx context.Context, alarm alarm) {
	defer alarm.close()
	defer context.AfterFunc(ctx, alarm.interrupt)()
	for ctx.Err() == nil {
		wait, free, over := s.wake()
		switch {
		case over:
			return
		case free:
			alarm.wait(max(wait, tick))
		default:
			select {
			case <-s.seats:
			case <-ctx.Done():
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dismiss()
}

// wake gives due events to free connections. It says how long it is until the next one
// is due, whether there would be a connection for it, and whether there is none.
func (s *schedule) wake() (wait time.Duration, free, over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.now()
	for due := s.dueBy(now); s.taken < due && s.staffed(); {
		s.give(s.take())
	}
	if now >= s.end || s.taken == s.most {
		s.dismiss()
		return 0, false, true
	}
	return s.due(s.taken) - now, s.staffed(), false
}

// give hands a turn to a free connection, or to a new one.
func (s *schedule) give(t turn) {
	last := len(s.free) - 1
	if last < 0 {
		s.vacant--
		s.hire(t)
		return
	}
	s.free[last] <- t // has room for one
	s.free = s.free[:last]
}

// dismiss sends all free connections home, and those that become free.
func (s *schedule) dismiss() {
	s.over = true
	for _, seat := range s.free {
		close(seat)
	}
	s.free = nil
}

func (s *schedule) given() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

func (s *schedule) behind(now time.Duration) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(s.dueBy(now), s.taken) - s.taken
}
