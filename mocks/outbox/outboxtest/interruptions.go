package outboxtest

import (
	"context"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

var interruptions = []property{
	{"an attempt that was interrupted counts as not made", func(w *world) {
		app := w.app()
		under := make(chan struct{}, 10)
		stop := w.run(func(ctx context.Context, _ outbox.App, _ outbox.Event) (outbox.Result, error) {
			under <- struct{}{}
			<-ctx.Done()
			return outbox.Result{}, outbox.ErrInterrupted
		}, 2)
		ids := w.accept(app, 3)
		<-under
		stop()
		for _, id := range ids {
			w.Expect(w.event(id).Times).To(gomega.BeZero())
			w.Expect(w.event(id).State).To(gomega.Equal(outbox.Due))
			w.Expect(w.attempts(id)).To(gomega.BeEmpty())
		}
		postman := &Postman{}
		stop = w.run(postman.Deliver, 2) // the same backend goes on
		w.counts(outbox.Delivered, 3)
		stop()
		w.Expect(postman.Made()).To(gomega.Equal(3))
	}},
	{"what was due when it was closed is delivered by the next one", func(w *world) {
		app := w.app()
		ids := w.accept(app, 50)
		half := make(chan struct{}, 1)
		first := &Postman{}
		first.Answer = func(event outbox.Event) outbox.Result {
			if event.ID == ids[20] {
				half <- struct{}{}
			}
			return Accepted(event)
		}
		stop := w.run(first.Deliver, 2)
		<-half
		stop()
		w.reopen()
		second := &Postman{}
		w.run(second.Deliver, 2)
		w.counts(outbox.Delivered, 50)
		w.Expect(first.Made()+second.Made()).To(gomega.Equal(50), "none twice")
	}},
	{"a run that ends has its results on record", func(w *world) {
		app := w.app()
		w.accept(app, 200)
		postman := &Postman{}
		stop := w.run(postman.Deliver, 8)
		w.Eventually(postman.Made).Should(gomega.BeNumerically(">", 20))
		stop()
		w.counts(outbox.Delivered, postman.Made())
	}},
}
