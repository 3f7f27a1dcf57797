package outbox_test

import (
	"context"
	"testing"

	"github.com/khop-dev/khop/mocks/outbox"
)

func TestWhoReadsTooSlowlyIsToldSo(t *testing.T) {
	var hub outbox.Hub
	slow := hub.Watch(t.Context())
	const many = 5000
	for id := range int64(many) {
		hub.Tell(outbox.Change{ID: id + 1})
	}
	last := int64(0)
	for len(slow) > 0 {
		change := <-slow
		if change.ID == 0 {
			break
		}
		if change.ID != last+1 {
			t.Fatalf("after %d came %d, and nobody said that some were missed", last, change.ID)
		}
		last = change.ID
	}
	if last == many || len(slow) > 0 {
		t.Fatalf("read %d of %d, %d more are there", last, many, len(slow))
	}
	hub.Tell(outbox.Change{ID: many + 1})
	if change := <-slow; change.ID != many+1 {
		t.Errorf("who has caught up gets %d", change.ID)
	}
}

func TestAWatchEnds(t *testing.T) {
	var hub outbox.Hub
	ctx, cancel := context.WithCancel(t.Context())
	first, second := hub.Watch(ctx), hub.Watch(t.Context())
	cancel()
	if _, open := <-first; open {
		t.Error("its context has ended")
	}
	if _, open := <-hub.Watch(ctx); open {
		t.Error("its context had ended before")
	}
	hub.Tell(outbox.Change{ID: 1})
	hub.Close()
	hub.Tell(outbox.Change{ID: 2})
	if change := <-second; change.ID != 1 {
		t.Errorf("got %d", change.ID)
	}
	if _, open := <-second; open {
		t.Error("the hub is closed")
	}
	if _, open := <-hub.Watch(t.Context()); open {
		t.Error("the hub was closed before")
	}
}
