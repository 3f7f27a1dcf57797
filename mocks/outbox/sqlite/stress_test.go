package sqlite_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/outboxtest"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
)

// TestNothingIsForgottenOrSentTwice does everything at once to a store that can hold only
// a few of the events that are due.
func TestNothingIsForgottenOrSentTwice(t *testing.T) {
	g := NewWithT(t)
	const rounds = 30
	store := open(t, filepath.Join(t.TempDir(), "khop.db"), sqlite.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	store.Hold(64)
	apps := []outbox.App{newApp(t, store, "http://127.0.0.1:1"), newApp(t, store, "http://127.0.0.1:2"), newApp(t, store, "http://127.0.0.1:3")}
	postman := &outboxtest.Postman{Answer: func(event outbox.Event) outbox.Result {
		switch rand.IntN(8) {
		case 0:
			return outboxtest.Refused(event, rand.N(20*time.Millisecond))
		case 1:
			return outboxtest.Refused(event, 0)
		case 2:
			return outboxtest.Failed(event)
		}
		return outboxtest.Accepted(event)
	}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx, postman.Deliver, 8) }()

	var group sync.WaitGroup
	var all sync.Map
	for _, app := range apps {
		group.Go(func() {
			for range rounds {
				ids, err := store.Accept(t.Context(), samples(t, app, 1+rand.IntN(30)))
				g.Expect(err).NotTo(HaveOccurred())
				for _, id := range ids {
					all.Store(id, true)
				}
				g.Expect(store.Resend(t.Context(), ids[rand.IntN(len(ids))])).To(Succeed())
			}
		})
	}
	group.Go(func() {
		for range rounds {
			app := apps[rand.IntN(len(apps))]
			for _, app.Paused = range []bool{true, false} {
				_, err := store.PutApp(t.Context(), app)
				g.Expect(err).NotTo(HaveOccurred())
			}
			_, err := store.ResendFailed(t.Context(), outbox.Query{Limit: 10})
			g.Expect(err).NotTo(HaveOccurred())
		}
	})
	group.Wait()
	g.Eventually(func() (outbox.Stats, error) { return store.Stats(t.Context()) }, "60s").
		Should(HaveField("ByState", HaveKeyWithValue(outbox.Due, 0)))
	cancel()
	g.Expect(<-done).To(Succeed())
	_, doubled := postman.Most()
	g.Expect(doubled).To(BeZero())
	made := 0
	all.Range(func(id, _ any) bool {
		event, err := store.Event(t.Context(), id.(int64))
		g.Expect(err).NotTo(HaveOccurred())
		rounds := postman.Rounds(event.ID)
		g.Expect(rounds).To(HaveLen(event.Times))
		for i, round := range rounds {
			g.Expect(round.Event.Times).To(Equal(i))
		}
		made += len(rounds)
		return true
	})
	g.Expect(postman.Made()).To(Equal(made))
}
