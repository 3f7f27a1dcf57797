package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

const (
	// remembered is how much news the hub keeps for readers that come back.
	remembered = 4096
	// patience is how much news may wait for one reader before it counts as slow.
	patience = 1024
	// rewatch is how long the hub waits before it watches a backend again whose watch
	// has ended early.
	rewatch = time.Second
)

// news is something that has happened, with its place in the order of all.
type news struct {
	number int64
	kind   string // the stream's word for it: changed, played, checked, or reload
	app    string // whose it is; empty: everybody's
	about  any    // what the stream tells of it
}

// hub hands the news of several watches to many readers. It numbers it, and remembers
// some, so that who comes back misses nothing that is still remembered.
type hub struct {
	epoch string // tells this hub's numbers from those of another, or of one before

	mu      sync.Mutex
	total   int64 // news so far, the number of the latest
	past    []news
	readers map[*reader]bool
	ended   bool
}

// reader is one who reads along.
type reader struct {
	app   string // only news of this app; empty: of all
	queue chan news
	// lost tells that the queue was full and that something did not get in.
	lost atomic.Bool
}

func newHub() *hub {
	return &hub{epoch: rand.Text()[:8], readers: map[*reader]bool{}}
}

// watch is how a backend tells of changes until ctx ends.
type watch func(ctx context.Context) <-chan outbox.Change

// follow hands on what a watch tells until ctx ends; all readers are sent home then. A
// watch that ends early is begun again.
func (h *hub) follow(ctx context.Context, changes <-chan outbox.Change, again watch) {
	defer h.end()
	for {
		for change := range changes {
			h.publish(change)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(rewatch):
		}
		changes = again(ctx)
		h.publish(outbox.Change{}) // who knows what there was meanwhile
	}
}

// publish tells of an event; a change without ID says that some were missed.
func (h *hub) publish(change outbox.Change) {
	if change.ID == 0 {
		h.add(news{kind: reload, about: missedSome})
		return
	}
	h.add(news{kind: changed, app: change.App, about: change})
}

// add numbers news and hands it on.
func (h *hub) add(one news) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.total++
	one.number = h.total
	if len(h.past) < remembered {
		h.past = append(h.past, one)
	} else {
		h.past[(h.total-1)%remembered] = one
	}
	for r := range h.readers {
		r.tell(one)
	}
}

// tell puts news into the queue, or notes that it got lost.
func (r *reader) tell(one news) {
	if !r.wants(one) {
		return
	}
	select {
	case r.queue <- one:
	default:
		r.lost.Store(true)
	}
}

func (r *reader) wants(one news) bool {
	return r.app == "" || one.app == "" || one.app == r.app
}

// join lets somebody read along. Who was here before names the last news that it has
// (the ID of a stream's event) and is told what came since; complete is false where
// that is not known any more. now is the number of the latest news.
func (h *hub) join(app, last string) (r *reader, since []news, complete bool, now int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r = &reader{app: app, queue: make(chan news, patience)}
	if h.ended {
		close(r.queue)
	} else {
		h.readers[r] = true
	}
	since, complete = h.since(r, last)
	return r, since, complete, h.total
}

// since is what a reader wants of the news after the last one that it has.
func (h *hub) since(r *reader, last string) (missed []news, complete bool) {
	if last == "" {
		return nil, true
	}
	epoch, word, _ := strings.Cut(last, "-")
	number, err := strconv.ParseInt(word, 10, 64)
	if err != nil || epoch != h.epoch || number < h.total-int64(len(h.past)) || number > h.total {
		return nil, false
	}
	for n := number + 1; n <= h.total; n++ {
		if one := h.past[(n-1)%remembered]; r.wants(one) {
			missed = append(missed, one)
		}
	}
	return missed, true
}

func (h *hub) leave(r *reader) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.readers, r)
}

// end closes every queue.
func (h *hub) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	for r := range h.readers {
		close(r.queue)
		delete(h.readers, r)
	}
}

// name is how a stream's event calls the news with a number.
func (h *hub) name(number int64) string { return fmt.Sprintf("%s-%d", h.epoch, number) }
