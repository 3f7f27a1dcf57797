package outbox

import (
	"context"
	"sync"
)

// Hub tells many watchers the news of a backend. The zero Hub has no watchers. It is
// safe for concurrent use.
type Hub struct {
	mu       sync.Mutex
	watchers map[chan Change]struct{}
	closed   bool
}

// patience is how much news may wait for one watcher before some is dropped.
const patience = 1024

// Watch tells of all news until ctx ends or the hub is closed; then it closes the
// channel. Who reads too slowly gets a Change without ID where some were dropped.
func (h *Hub) Watch(ctx context.Context) <-chan Change {
	w := make(chan Change, patience)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || ctx.Err() != nil {
		close(w)
		return w
	}
	if h.watchers == nil {
		h.watchers = map[chan Change]struct{}{}
	}
	h.watchers[w] = struct{}{}
	context.AfterFunc(ctx, func() { h.leave(w) })
	return w
}

func (h *Hub) leave(w chan Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, here := h.watchers[w]; here {
		delete(h.watchers, w)
		close(w)
	}
}

// Tell passes news on; it never waits.
func (h *Hub) Tell(news ...Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watchers {
		for _, change := range news {
			tell(w, change)
		}
	}
}

// tell keeps the last free place for the word that something was missed. Only the hub
// sends, so that a place which is free stays so.
func tell(w chan<- Change, change Change) {
	switch cap(w) - len(w) {
	case 0: // it has been told so
	case 1:
		w <- Change{}
	default:
		w <- change
	}
}

// Close ends all watches.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for w := range h.watchers {
		close(w)
	}
	clear(h.watchers)
}
