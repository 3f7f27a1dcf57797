package sqlite

import (
	"math"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// queue holds a bounded part of what is due soon. Of the rest it knows for every app
// from when on the file may have more; the feeder fetches that when there is room.
type queue struct {
	mu      sync.Mutex
	lines   map[int64]*line
	held    map[int64]*entry // by event: those that wait, and those whose result is not on the disk
	most    int              // how many may be held, all apps together
	busy    int              // attempts that are being made
	atOnce  int
	settled map[int64]bool // what was let go since the feeder began to look; nil: it does not look

	ready  chan struct{} // something may be ready to be sent
	hungry chan struct{} // something may have to be fetched
}

// line is the events of one app.
type line struct {
	app     *app
	waiting waitingList
	held    int
	busy    int
	missing int64 // from when on the file may have more; never
}

// entry is an event that is held. While an attempt is being made, or its result written,
// it has no place in the heap.
type entry struct {
	owner int64 // number of its app
	event outbox.Event
	place int // in the heap; -1 outside
}

const (
	never    = math.MaxInt64
	mostHeld = 8192 // events, all apps together
	// soon is how far ahead events are held. What is due later stays in the file.
	soon = 2 * time.Second
)

func newQueue() *queue {
	return &queue{
		lines: map[int64]*line{}, held: map[int64]*entry{}, most: mostHeld,
		ready: make(chan struct{}, 1), hungry: make(chan struct{}, 1),
	}
}

// signal wakes who waits; one word is enough.
func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// room is how many events one app may have held: every app some.
func (q *queue) room() int { return min(max(q.most/max(len(q.lines), 1), 16), q.most/4) }

// put makes an app known, or changes it. What waits of a paused app is let go.
func (q *queue) put(a *app) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l, known := q.lines[a.seq]
	if !known {
		l = &line{}
		q.lines[a.seq] = l
	}
	l.app = a
	if a.Paused {
		q.letGo(l)
	}
	signal(q.hungry)
	signal(q.ready)
}

// letGo leaves what waits to the file.
func (q *queue) letGo(l *line) {
	for _, e := range l.waiting {
		e.place = -1
		delete(q.held, e.event.ID)
	}
	l.held -= len(l.waiting)
	l.waiting, l.missing = nil, 0
}

// drop forgets an app.
func (q *queue) drop(seq int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if l, known := q.lines[seq]; known {
		q.letGo(l)
		delete(q.lines, seq)
	}
}

// offer gives new events a place, or leaves them to the file.
func (q *queue) offer(entries ...*entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range entries {
		if l := q.lines[e.owner]; l != nil && q.held[e.event.ID] == nil {
			q.place(l, e)
		}
	}
	signal(q.ready)
}

// hurry makes events due that were not, or only later.
func (q *queue) hurry(entries ...*entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range entries {
		l := q.lines[e.owner]
		switch known := q.held[e.event.ID]; {
		case l == nil:
		case known == nil:
			q.place(l, e)
		case known.place >= 0:
			e.event.Body = known.event.Body
			known.event = e.event
			l.waiting.moved(known)
		}
	}
	signal(q.ready)
}

// place holds an event where there is room, it is due soon, and the file has none that is
// due earlier; else the file keeps it.
func (q *queue) place(l *line, e *entry) {
	next := e.event.Next.UnixNano()
	if l.app.Paused || l.held >= q.room() || next >= l.missing || e.event.Next.After(time.Now().Add(soon)) {
		e.place = -1
		l.missing = min(l.missing, next)
		signal(q.hungry)
		return
	}
	q.hold(l, e)
}

func (q *queue) hold(l *line, e *entry) {
	q.held[e.event.ID] = e
	l.held++
	l.waiting.add(e)
}

// take picks what is to be sent now: of the app that has the fewest attempts on their way.
// Where there is nothing it says when there may be something.
func (q *queue) take(now time.Time) (*entry, outbox.App, time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var best *line
	earliest := now.Add(time.Hour)
	for _, l := range q.lines {
		if len(l.waiting) == 0 || l.busy >= q.share(l) {
			continue
		}
		if next := l.waiting[0].event.Next; next.After(now) {
			earliest = minTime(earliest, next)
		} else if best == nil || l.busy < best.busy || l.busy == best.busy && next.Before(best.waiting[0].event.Next) {
			best = l
		}
	}
	if best == nil {
		return nil, outbox.App{}, earliest
	}
	e := best.waiting.first()
	best.busy++
	q.busy++
	return e, best.app.App, now
}

// share is how many attempts one app may have on their way: three quarters of what the
// others leave, so that one target that hangs does not keep the rest waiting.
func (q *queue) share(l *line) int { return (3*(q.atOnce-q.busy+l.busy) + 3) / 4 }

// back notes that an attempt is over.
func (q *queue) back(e *entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy--
	if l := q.lines[e.owner]; l != nil {
		l.busy--
	}
	signal(q.ready)
}

// giveBack puts an event in its place again whose attempt counts as not made.
func (q *queue) giveBack(e *entry, next time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.release(e)
	if l := q.lines[e.owner]; l != nil {
		e.event.Next = next
		q.place(l, e)
	}
	signal(q.ready)
}

// settle lets an event go whose result is on the disk, or holds it for its next attempt.
func (q *queue) settle(e *entry, after outbox.Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.release(e)
	l := q.lines[e.owner]
	if l == nil {
		return
	}
	e.event = after
	if after.State == outbox.Due {
		q.place(l, e)
		signal(q.ready)
	}
	if l.missing != never && l.held <= q.room()/2 {
		signal(q.hungry)
	}
}

func (q *queue) release(e *entry) {
	delete(q.held, e.event.ID)
	if q.settled != nil {
		q.settled[e.event.ID] = true
	}
	if l := q.lines[e.owner]; l != nil {
		l.held--
	}
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
