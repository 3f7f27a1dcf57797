package outboxtest

import (
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

// spacing is how far apart attempts are in these tests.
const spacing = 30 * time.Millisecond

var deliveries = []property{
	{"an event is delivered, and its attempt on record", func(w *world) {
		app := w.app()
		postman := &Postman{}
		w.run(postman.Deliver, 2)
		id := w.accept(app, 1)[0]
		w.settles(id, outbox.Delivered)
		event := w.event(id)
		w.Expect(event.Times).To(gomega.Equal(1))
		w.Expect(event.Next.IsZero()).To(gomega.BeTrue())
		w.Expect(event.Updated).To(gomega.BeTemporally(">=", event.Created))

		round := postman.Rounds(id)[0]
		w.Expect(round.App).To(gomega.Equal(app))
		w.Expect(string(round.Event.Body)).To(gomega.Equal(`{"n":0}`))
		w.Expect(round.Event.Type).To(gomega.Equal("update_status"))
		w.Expect(round.Event.Object).To(gomega.Equal("S0000"))

		got := w.attempts(id)
		w.Expect(got).To(gomega.HaveLen(1))
		want := Accepted(round.Event).Attempt
		w.Expect(got[0].Started).To(gomega.BeTemporally("~", round.At, time.Second))
		want.Started, got[0].Started = time.Time{}, time.Time{}
		w.Expect(got[0]).To(gomega.Equal(want))
	}},
	{"a failed event is tried again when it is due, and the numbers go on", func(w *world) {
		app := w.app()
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			if event.Times < 3 {
				return Refused(event, spacing)
			}
			return Accepted(event)
		}}
		w.run(postman.Deliver, 4)
		for _, id := range w.accept(app, 5) {
			w.settles(id, outbox.Delivered)
			rounds := postman.Rounds(id)
			w.Expect(rounds).To(gomega.HaveLen(4))
			attempts := w.attempts(id)
			w.Expect(attempts).To(gomega.HaveLen(4))
			for i, round := range rounds {
				w.Expect(round.Event.Times).To(gomega.Equal(i))
				w.Expect(round.Event.ByHand).To(gomega.BeFalse())
				w.Expect(attempts[i].Number).To(gomega.Equal(i + 1))
				w.Expect(attempts[i].Event).To(gomega.Equal(id))
				if i > 0 {
					w.Expect(round.At).To(gomega.BeTemporally(">=", rounds[i-1].At.Add(spacing)), "never early")
				}
			}
		}
	}},
	{"a schedule survives a restart", func(w *world) {
		app := w.app()
		later := time.Hour
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result { return Refused(event, later) }}
		stop := w.run(postman.Deliver, 4)
		id := w.accept(app, 1)[0]
		w.Eventually(func() int { return w.event(id).Times }).Should(gomega.Equal(1))
		stop()
		next := w.event(id).Next
		w.Expect(next).To(gomega.BeTemporally("~", time.Now().Add(later), time.Minute))
		w.reopen()
		w.Expect(w.event(id).Next).To(gomega.BeTemporally("==", next))
		second := &Postman{}
		w.run(second.Deliver, 4)
		other := w.accept(app, 1)[0]
		w.settles(other, outbox.Delivered)
		w.Expect(second.Rounds(id)).To(gomega.BeEmpty(), "it is not due yet")
		w.Expect(w.event(id).State).To(gomega.Equal(outbox.Due))
	}},
	{"an event fails when the policy gives up", func(w *world) {
		app := w.app()
		postman := &Postman{Answer: Failed}
		w.run(postman.Deliver, 4)
		id := w.accept(app, 1)[0]
		w.settles(id, outbox.Failed)
		w.Expect(w.event(id).Next.IsZero()).To(gomega.BeTrue())
		w.Expect(w.attempts(id)[0].Failure).To(gomega.Equal("broken: đứt"))
		w.Expect(w.Stats(w.ctx)).To(gomega.And(gomega.HaveField("Events", 1), gomega.HaveField("Oldest", gomega.BeZero())))
	}},
	{"of a thousand events none is lost and none delivered twice", func(w *world) {
		const many, atOnce = 1000, 16
		app, other := w.app(), w.app()
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			if event.ID%10 == 0 && event.Times == 0 {
				return Refused(event, spacing)
			}
			return Accepted(event)
		}}
		before := w.accept(app, many/4)
		w.run(postman.Deliver, atOnce)
		ids := append(before, w.accept(app, many/4)...)
		for range many / 100 {
			ids = append(ids, w.accept(other, 50)...)
		}
		w.counts(outbox.Delivered, many)
		again := 0
		for _, id := range ids {
			want := 1
			if id%10 == 0 {
				want, again = 2, again+1
			}
			w.Expect(postman.Rounds(id)).To(gomega.HaveLen(want))
			w.Expect(w.attempts(id)).To(gomega.HaveLen(want))
		}
		w.Expect(postman.Made()).To(gomega.Equal(many + again))
		most, doubled := postman.Most()
		w.Expect(most).To(gomega.BeNumerically("<=", atOnce))
		w.Expect(doubled).To(gomega.BeZero())
	}},
	{"a target that hangs does not keep the others waiting", func(w *world) {
		slow, quick := w.app(), w.app()
		release := make(chan struct{})
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			if event.App == slow.ID {
				<-release
			}
			return Accepted(event)
		}}
		stop := w.run(postman.Deliver, 8)
		defer stop()
		defer close(release)
		w.accept(slow, 100)
		w.Eventually(postman.Made).Should(gomega.BeNumerically(">", 0))
		w.accept(quick, 20)
		w.counts(outbox.Delivered, 20)
	}},
	{"the events of a paused app wait, and go on", func(w *world) {
		paused := w.app(func(a *outbox.App) { a.Paused = true })
		busy := w.app()
		postman := &Postman{}
		w.run(postman.Deliver, 4)
		waiting := w.accept(paused, 20)
		w.accept(busy, 20)
		w.counts(outbox.Delivered, 20)
		w.Expect(postman.Rounds(waiting[0])).To(gomega.BeEmpty())
		paused.Paused = false
		paused.Target = "http://127.0.0.1:2/changed"
		_, err := w.PutApp(w.ctx, paused)
		w.Expect(err).NotTo(gomega.HaveOccurred())
		w.counts(outbox.Delivered, 40)
		w.Expect(postman.Rounds(waiting[0])[0].App.Target).To(gomega.Equal(paused.Target))

		paused.Paused = true
		_, err = w.PutApp(w.ctx, paused)
		w.Expect(err).NotTo(gomega.HaveOccurred())
		w.accept(paused, 5)
		w.accept(busy, 5)
		w.counts(outbox.Delivered, 45)
		w.counts(outbox.Due, 5)
	}},
}
