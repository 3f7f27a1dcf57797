package outboxtest

import (
	"context"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

var history = []property{
	{"the oldest events are forgotten, and none that is due", func(w *world) {
		app, paused := w.app(), w.app(func(a *outbox.App) { a.Paused = true })
		waiting := w.accept(paused, 10)
		postman := &Postman{}
		w.run(postman.Deliver, 8)
		ids := w.accept(app, 30)
		w.counts(outbox.Delivered, 30)
		w.Expect(w.Prune(w.ctx, outbox.Keep{})).To(gomega.Equal(0))
		w.Expect(w.Prune(w.ctx, outbox.Keep{Age: time.Hour})).To(gomega.Equal(0))
		w.Expect(w.Prune(w.ctx, outbox.Keep{Rows: 40, Age: time.Hour})).To(gomega.Equal(0))
		w.Expect(w.Prune(w.ctx, outbox.Keep{Rows: 25})).To(gomega.Equal(15))
		_, err := w.Event(w.ctx, ids[14])
		w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
		_, err = w.Attempts(w.ctx, ids[14])
		w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
		w.Expect(w.attempts(ids[15])).To(gomega.HaveLen(1))
		w.counts(outbox.Delivered, 15)
		w.Expect(w.Prune(w.ctx, outbox.Keep{Rows: 5, Age: time.Nanosecond})).To(gomega.Equal(15))
		w.counts(outbox.Due, 10)
		w.Expect(w.Prune(w.ctx, outbox.Keep{Rows: 1, Age: time.Nanosecond})).To(gomega.Equal(0))
		paused.Paused = false
		_, err = w.PutApp(w.ctx, paused)
		w.Expect(err).NotTo(gomega.HaveOccurred())
		w.settles(waiting[0], outbox.Delivered)
	}},
	{"the counts are those of the events, after a restart too", func(w *world) {
		app := w.app()
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			return map[string]func(outbox.Event) outbox.Result{"S0000": Failed, "S0001": Accepted}[event.Object](event)
		}}
		stop := w.run(postman.Deliver, 8)
		w.accept(app, 2)
		w.counts(outbox.Due, 0)
		stop()
		w.accept(app, 2)
		for range 2 {
			stats, err := w.Stats(w.ctx)
			w.Expect(err).NotTo(gomega.HaveOccurred())
			w.Expect(stats.Events).To(gomega.Equal(4))
			w.Expect(stats.ByState[outbox.Due]).To(gomega.Equal(2))
			w.Expect(stats.ByState[outbox.Delivered]).To(gomega.Equal(1))
			w.Expect(stats.ByState[outbox.Failed]).To(gomega.Equal(1))
			w.Expect(stats.Oldest).To(gomega.BeTemporally("~", time.Now(), time.Minute))
			w.reopen()
		}
	}},
	{"who watches is told", func(w *world) {
		app := w.app()
		ctx, cancel := context.WithCancel(w.ctx)
		defer cancel()
		news := w.Watch(ctx)
		id := w.accept(app, 1)[0]
		w.Eventually(news).Should(gomega.Receive(gomega.Equal(outbox.Change{ID: id, App: app.ID, State: outbox.Due})))
		postman := &Postman{Answer: Failed}
		w.run(postman.Deliver, 1)
		w.Eventually(news).Should(gomega.Receive(gomega.Equal(outbox.Change{ID: id, App: app.ID, State: outbox.Failed, Times: 1})))
		w.Expect(w.Resend(w.ctx, id)).To(gomega.Succeed())
		w.Eventually(news).Should(gomega.Receive(gomega.Equal(outbox.Change{ID: id, App: app.ID, State: outbox.Due, Times: 1})))
		w.Eventually(news).Should(gomega.Receive(gomega.Equal(outbox.Change{ID: id, App: app.ID, State: outbox.Failed, Times: 2})))
		cancel()
		w.Eventually(news).Should(gomega.BeClosed())
	}},
	{"who reads too slowly is told so, and keeps nobody waiting", func(w *world) {
		app := w.app()
		news := w.Watch(w.ctx)
		for range 50 {
			w.accept(app, 100)
		}
		late := time.After(patience)
		for {
			select {
			case change := <-news:
				if change.ID == 0 {
					return
				}
			case <-late:
				w.Fatal("nobody said that something was missed")
			}
		}
	}},
}
