package postgres_test

import (
	"context"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

var _ = Describe("deliveries", func() {
	It("keeps what was accepted, and delivers it byte for byte", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		first := open(ctx, url)
		app := newApp(ctx, first)
		ids := accept(ctx, first, app, 3)
		Expect(first.Close()).To(Succeed())

		second := open(ctx, url)
		event, err := second.Event(ctx, ids[1])
		Expect(err).NotTo(HaveOccurred())
		Expect(event.State).To(Equal(outbox.Due))
		Expect(event.Next).To(BeTemporally("~", time.Now(), time.Minute))
		Expect(string(event.Body)).To(Equal(`{"n":1}`))

		var seen atomic.Pointer[outbox.App]
		run(second, func(_ context.Context, app outbox.App, event outbox.Event) (outbox.Result, error) {
			seen.Store(&app)
			return accepted(event), nil
		}, 4)
		Eventually(count(ctx, second, outbox.Delivered)).WithTimeout(patience).Should(Equal(3))
		Expect(*seen.Load()).To(Equal(app))
	})

	It("makes every attempt on the schedule that it is told, and keeps them all", func(ctx context.Context) {
		store := fresh(ctx)
		id := accept(ctx, store, newApp(ctx, store), 1)[0]
		wait := 120 * time.Millisecond
		run(store, newTarget(after(3, wait)).Deliver, 4)
		Eventually(state(ctx, store, id)).WithTimeout(patience).Should(Equal(outbox.Delivered))

		attempts, err := store.Attempts(ctx, id)
		Expect(err).NotTo(HaveOccurred())
		Expect(attempts).To(HaveLen(4))
		for i, attempt := range attempts {
			Expect(attempt.Event).To(Equal(id))
			Expect(attempt.Number).To(Equal(i + 1))
			Expect(attempt.Answer).To(Equal([]byte("a\x00b\xff")))
			if i > 0 {
				Expect(attempt.Started.Sub(attempts[i-1].Started)).To(And(BeNumerically(">=", wait), BeNumerically("<", 20*wait)))
			}
		}
		event, err := store.Event(ctx, id)
		Expect(err).NotTo(HaveOccurred())
		Expect(event.Times).To(Equal(4))
		Expect(event.Next).To(BeZero())
	})

	It("goes on where the schedule was after a restart", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		store := open(ctx, url)
		id := accept(ctx, store, newApp(ctx, store), 1)[0]
		stop := run(store, newTarget(after(1, time.Second)).Deliver, 1)
		Eventually(func() (int, error) {
			event, err := store.Event(ctx, id)
			return event.Times, err
		}).WithTimeout(patience).Should(Equal(1))
		stop()
		event, err := store.Event(ctx, id)
		Expect(err).NotTo(HaveOccurred())
		Expect(store.Close()).To(Succeed())

		again := open(ctx, url)
		run(again, newTarget(after(1, time.Second)).Deliver, 1)
		Eventually(state(ctx, again, id)).WithTimeout(patience).Should(Equal(outbox.Delivered))
		attempts, err := again.Attempts(ctx, id)
		Expect(err).NotTo(HaveOccurred())
		Expect(attempts).To(HaveLen(2))
		Expect(attempts[1].Started).To(BeTemporally(">=", event.Next.Add(-time.Millisecond)))
	})

	It("gives an attempt back that stopping has interrupted", func(ctx context.Context) {
		store := fresh(ctx)
		id := accept(ctx, store, newApp(ctx, store), 1)[0]
		begun := make(chan struct{})
		stop := run(store, func(ctx context.Context, _ outbox.App, _ outbox.Event) (outbox.Result, error) {
			close(begun)
			<-ctx.Done()
			return outbox.Result{}, outbox.ErrInterrupted
		}, 1)
		Eventually(begun).WithTimeout(patience).Should(BeClosed())
		stop()
		event, err := store.Event(ctx, id)
		Expect(err).NotTo(HaveOccurred())
		Expect(event.State).To(Equal(outbox.Due))
		Expect(event.Times).To(BeZero())

		run(store, newTarget(accepted).Deliver, 1)
		Eventually(state(ctx, store, id)).WithTimeout(patience).Should(Equal(outbox.Delivered))
		Expect(store.Attempts(ctx, id)).To(HaveLen(1))
	})

	It("has on record what was delivered when it is closed in the middle", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		store := open(ctx, url)
		accept(ctx, store, newApp(ctx, store), 500)
		target := newTarget(accepted)
		run(store, target.Deliver, 8)
		Eventually(target.events).WithTimeout(patience).Should(BeNumerically(">", 20))
		Expect(store.Close()).To(Succeed())
		again := open(ctx, url)
		Expect(count(ctx, again, outbox.Delivered)()).To(Equal(target.events()))
	})

	It("lets a paused app's events wait, and goes on when it is not paused any more", func(ctx context.Context) {
		store := fresh(ctx)
		app := newApp(ctx, store)
		app.Paused = true
		_, err := store.PutApp(ctx, app)
		Expect(err).NotTo(HaveOccurred())
		ids := accept(ctx, store, app, 20)
		target := newTarget(accepted)
		run(store, target.Deliver, 4)
		other := newApp(ctx, store)
		accept(ctx, store, other, 5)
		Eventually(count(ctx, store, outbox.Delivered)).WithTimeout(patience).Should(Equal(5))
		Consistently(count(ctx, store, outbox.Delivered)).WithTimeout(time.Second).Should(Equal(5))
		Expect(target.times(ids[0])).To(BeZero())

		app.Paused = false
		_, err = store.PutApp(ctx, app)
		Expect(err).NotTo(HaveOccurred())
		Eventually(count(ctx, store, outbox.Delivered)).WithTimeout(patience).Should(Equal(25))
		Expect(target.times(ids[0])).To(Equal(1))
	})

	It("works off what waits for a slow target, beside a quick one", func(ctx context.Context) {
		store := fresh(ctx)
		slow, quick := newApp(ctx, store), newApp(ctx, store)
		var holding atomic.Bool
		holding.Store(true)
		release := make(chan struct{})
		target := newTarget(func(event outbox.Event) outbox.Result {
			if event.App == slow.ID && holding.Load() {
				<-release
			}
			return accepted(event)
		})
		run(store, target.Deliver, 4)
		accept(ctx, store, slow, 400)
		Eventually(target.events).WithTimeout(patience).Should(Equal(3), "one place is kept for others")
		accept(ctx, store, quick, 20)
		Eventually(count(ctx, store, outbox.Delivered)).WithTimeout(patience).Should(Equal(20))
		holding.Store(false)
		close(release)
		Eventually(count(ctx, store, outbox.Delivered)).WithTimeout(patience).Should(Equal(420))
		Expect(target.twice()).To(BeEmpty())
	})

	It("resends by hand, once, and makes a waiting attempt now", func(ctx context.Context) {
		store := fresh(ctx)
		app := newApp(ctx, store)
		ids := accept(ctx, store, app, 2)
		var byHand atomic.Int32
		target := newTarget(func(event outbox.Event) outbox.Result {
			if event.ByHand {
				byHand.Add(1)
			}
			if event.ID == ids[1] {
				return after(1, time.Hour)(event)
			}
			return failed(event)
		})
		run(store, target.Deliver, 4)
		Eventually(state(ctx, store, ids[0])).WithTimeout(patience).Should(Equal(outbox.Failed))
		Eventually(func() int { return target.times(ids[1]) }).WithTimeout(patience).Should(Equal(1))
		Eventually(func() (int, error) {
			event, err := store.Event(ctx, ids[1])
			return event.Times, err
		}).WithTimeout(patience).Should(Equal(1))

		Expect(store.Resend(ctx, ids...)).To(Succeed())
		Eventually(state(ctx, store, ids[1])).WithTimeout(patience).Should(Equal(outbox.Delivered))
		Eventually(func() int { return target.times(ids[0]) }).WithTimeout(patience).Should(Equal(2))
		Eventually(state(ctx, store, ids[0])).WithTimeout(patience).Should(Equal(outbox.Failed))
		Expect(target.times(ids[1])).To(Equal(2))
		Expect(byHand.Load()).To(BeEquivalentTo(1))

		Expect(store.Resend(ctx, ids[0], 4711)).To(MatchError(outbox.ErrUnknown))
		Consistently(func() int { return target.times(ids[0]) }).WithTimeout(500 * time.Millisecond).Should(Equal(2))
	})

	It("does not send an event twice that is resent while it is due", func(ctx context.Context) {
		store := fresh(ctx)
		id := accept(ctx, store, newApp(ctx, store), 1)[0]
		for range 3 {
			Expect(store.Resend(ctx, id, id)).To(Succeed())
		}
		target := newTarget(accepted)
		run(store, target.Deliver, 4)
		Eventually(state(ctx, store, id)).WithTimeout(patience).Should(Equal(outbox.Delivered))
		Consistently(func() int { return target.times(id) }).WithTimeout(500 * time.Millisecond).Should(Equal(1))
	})

	It("resends what has failed, and nothing else", func(ctx context.Context) {
		store := fresh(ctx)
		app, other := newApp(ctx, store), newApp(ctx, store)
		accept(ctx, store, app, 30)
		accept(ctx, store, other, 5)
		answer := atomic.Pointer[func(outbox.Event) outbox.Result]{}
		no, yes := failed, accepted
		answer.Store(&no)
		target := newTarget(func(event outbox.Event) outbox.Result { return (*answer.Load())(event) })
		run(store, target.Deliver, 8)
		Eventually(count(ctx, store, outbox.Failed)).WithTimeout(patience).Should(Equal(35))
		answer.Store(&yes)
		Expect(store.ResendFailed(ctx, outbox.Query{App: app.ID, Limit: 10})).To(Equal(10))
		Eventually(count(ctx, store, outbox.Delivered)).WithTimeout(patience).Should(Equal(10))
		Expect(store.ResendFailed(ctx, outbox.Query{App: app.ID})).To(Equal(20))
		Eventually(count(ctx, store, outbox.Delivered)).WithTimeout(patience).Should(Equal(30))
		Expect(store.ResendFailed(ctx, outbox.Query{State: outbox.Delivered})).To(BeZero())
		Expect(count(ctx, store, outbox.Failed)()).To(Equal(5))
	})
})
