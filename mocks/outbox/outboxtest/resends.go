package outboxtest

import (
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

var resends = []property{
	{"a resend by hand is one attempt more, outside the policy", func(w *world) {
		app := w.app()
		first := map[bool]func(outbox.Event) outbox.Result{true: Accepted, false: Failed}
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			return first[event.Object == "S0001" || event.Times > 1](event)
		}}
		w.run(postman.Deliver, 4)
		ids := w.accept(app, 2)
		w.settles(ids[0], outbox.Failed)
		w.settles(ids[1], outbox.Delivered)

		w.Expect(w.Resend(w.ctx, ids...)).To(gomega.Succeed())
		for _, id := range ids {
			w.Eventually(func() int { return w.event(id).Times }).Should(gomega.Equal(2))
			w.Expect(postman.Rounds(id)[1].Event.ByHand).To(gomega.BeTrue())
			w.Expect(w.attempts(id)[1].ByHand).To(gomega.BeTrue())
			w.Expect(w.event(id).ByHand).To(gomega.BeFalse(), "it is over")
		}
		w.settles(ids[0], outbox.Failed)
		w.Expect(w.Resend(w.ctx, ids[0])).To(gomega.Succeed())
		w.settles(ids[0], outbox.Delivered)
		w.Expect(w.attempts(ids[0])).To(gomega.HaveLen(3))
	}},
	{"what is due is not sent twice", func(w *world) {
		app := w.app()
		ids := w.accept(app, 2)
		for range 3 {
			w.Expect(w.Resend(w.ctx, ids...)).To(gomega.Succeed())
		}
		postman := &Postman{}
		w.run(postman.Deliver, 4)
		w.counts(outbox.Delivered, 2)
		w.accept(app, 1)
		w.counts(outbox.Delivered, 3)
		w.Expect(postman.Made()).To(gomega.Equal(3))
		w.Expect(postman.Rounds(ids[0])[0].Event.ByHand).To(gomega.BeFalse(), "it is the policy's own attempt")
	}},
	{"what is on its way is not sent twice", func(w *world) {
		app := w.app()
		under, release := make(chan struct{}), make(chan struct{})
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			under <- struct{}{}
			<-release
			return Accepted(event)
		}}
		w.run(postman.Deliver, 4)
		id := w.accept(app, 1)[0]
		<-under
		w.Expect(w.Resend(w.ctx, id)).To(gomega.Succeed())
		close(release)
		w.settles(id, outbox.Delivered)
		go func() { <-under }()
		w.settles(w.accept(app, 1)[0], outbox.Delivered)
		w.Expect(postman.Rounds(id)).To(gomega.HaveLen(1))
		w.Expect(w.event(id).Times).To(gomega.Equal(1))
	}},
	{"what waits for its next attempt gets it now", func(w *world) {
		app := w.app()
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			if event.Times == 0 {
				return Refused(event, time.Hour)
			}
			return Accepted(event)
		}}
		w.run(postman.Deliver, 4)
		id := w.accept(app, 1)[0]
		w.Eventually(func() int { return w.event(id).Times }).Should(gomega.Equal(1))
		w.Expect(w.Resend(w.ctx, id, id)).To(gomega.Succeed())
		w.settles(id, outbox.Delivered)
		w.Expect(postman.Rounds(id)).To(gomega.HaveLen(2))
		w.Expect(postman.Rounds(id)[1].Event.ByHand).To(gomega.BeFalse(), "it is the policy's own attempt")
	}},
	{"a resend of what there is none of changes nothing", func(w *world) {
		app := w.app()
		postman := &Postman{}
		stop := w.run(postman.Deliver, 4)
		id := w.accept(app, 1)[0]
		w.settles(id, outbox.Delivered)
		stop()
		w.Expect(w.Resend(w.ctx, id, 4711)).To(gomega.MatchError(outbox.ErrUnknown))
		w.Expect(w.event(id).State).To(gomega.Equal(outbox.Delivered))
		w.Expect(w.Resend(w.ctx)).To(gomega.Succeed())
	}},
	{"all failed events of a query are sent again", func(w *world) {
		app, other := w.app(), w.app()
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			if event.Times == 0 && event.Object != "S0000" {
				return Failed(event)
			}
			return Accepted(event)
		}}
		w.run(postman.Deliver, 8)
		w.accept(app, 600)
		w.accept(other, 10)
		w.counts(outbox.Failed, 608)
		w.Expect(w.ResendFailed(w.ctx, outbox.Query{App: app.ID, State: outbox.Delivered})).To(gomega.Equal(0))
		w.Expect(w.ResendFailed(w.ctx, outbox.Query{App: app.ID, Type: "none"})).To(gomega.Equal(0))
		w.Expect(w.ResendFailed(w.ctx, outbox.Query{App: app.ID, Limit: 7})).To(gomega.Equal(7))
		w.counts(outbox.Failed, 601)
		w.Expect(w.ResendFailed(w.ctx, outbox.Query{App: app.ID})).To(gomega.Equal(592), "a limit of 0 sets none")
		w.counts(outbox.Failed, 9)
		w.Expect(w.ResendFailed(w.ctx, outbox.Query{Search: "S0003"})).To(gomega.Equal(1))
		w.counts(outbox.Failed, 8)
		w.counts(outbox.Delivered, 602)
	}},
}
