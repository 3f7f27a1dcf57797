package api

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Whoever comes back is told exactly what it has missed, or that this is not known any
// more; it is never told less and believes that to be all.
func TestWhoComesBackMissesNothingUnknowingly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHub()
		total := rapid.Int64Range(0, 3*remembered).Draw(t, "news")
		for id := int64(1); id <= total; id++ {
			h.publish(outbox.Change{ID: id, App: fmt.Sprint("app_", id%2)})
		}
		last := rapid.Int64Range(0, total).Draw(t, "last")
		_, since, complete, now := h.join("app_1", h.name(last))
		if now != total || complete != (total-last <= remembered) {
			t.Fatalf("now %d of %d, complete after %d: %v", now, total, last, complete)
		}
		if !complete {
			return
		}
		next := last + 1 + last%2 // the odd ones are app_1's
		for _, one := range since {
			if id := eventOf(one); id != next || one.number != next {
				t.Fatalf("told %d, want %d", id, next)
			}
			next += 2
		}
		if next <= total {
			t.Fatalf("not told of %d", next)
		}
	})
}

func TestASlowReaderLosesNothingUnknowingly(t *testing.T) {
	h := newHub()
	r, _, _, _ := h.join("", "")
	for id := range int64(patience) {
		h.publish(outbox.Change{ID: id + 1})
	}
	if r.lost.Load() {
		t.Fatal("the queue has room for all, and says that some were lost")
	}
	h.publish(outbox.Change{ID: patience + 1})
	if !r.lost.Load() {
		t.Fatal("one was lost, and nobody is told")
	}
	h.leave(r)
	if len(h.readers) != 0 {
		t.Error("who has left is told on")
	}
}

func TestAWatchThatEndsEarlyIsBegunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan outbox.Change), make(chan outbox.Change)
		h := newHub()
		r, _, _, _ := h.join("app_1", "")
		go h.follow(ctx, first, func(context.Context) <-chan outbox.Change { return second })
		first <- outbox.Change{ID: 1, App: "app_1"}
		close(first)
		second <- outbox.Change{ID: 2, App: "app_1"}
		synctest.Wait()
		for _, want := range []int64{1, 0, 2} { // 0: some may have been missed
			if id := eventOf(<-r.queue); id != want {
				t.Errorf("told of %d, want %d", id, want)
			}
		}
		cancel()
		close(second)
		if _, more := <-r.queue; more {
			t.Error("a reader is not sent home")
		}
	})
}

// eventOf is the event that news is about; 0 where some were missed.
func eventOf(one news) int64 {
	change, _ := one.about.(outbox.Change)
	return change.ID
}
