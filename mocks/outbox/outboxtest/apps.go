package outboxtest

import (
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

var apps = []property{
	{"an app stays as it was put", func(w *world) {
		one := w.app(func(a *outbox.App) { a.Name = "Cửa hàng" })
		two := w.app(func(a *outbox.App) { a.Paused, a.Speed = true, 0.5 })
		w.Expect(one.ID).To(gomega.And(gomega.HavePrefix("app_"), gomega.Not(gomega.Equal(two.ID))))
		w.Expect(one.Created).To(gomega.BeTemporally("~", time.Now(), time.Minute))
		two.Secrets = map[string]string{"partner_code": "another"}
		two.Headers = map[string]string{}
		two.Created = time.Time{}
		changed, err := w.PutApp(w.ctx, two)
		w.Expect(err).NotTo(gomega.HaveOccurred())
		w.Expect(changed.Created).To(gomega.BeTemporally(">=", one.Created), "it was made when it was made")
		for range 2 {
			found, err := w.Apps(w.ctx)
			w.Expect(err).NotTo(gomega.HaveOccurred())
			w.Expect(found).To(gomega.HaveLen(2))
			w.Expect(same(found[0], one)).To(gomega.BeTrue(), "%+v", found[0])
			w.Expect(same(found[1], changed)).To(gomega.BeTrue(), "%+v", found[1])
			got, err := w.App(w.ctx, two.ID)
			w.Expect(err).NotTo(gomega.HaveOccurred())
			w.Expect(same(got, changed)).To(gomega.BeTrue())
			w.reopen()
		}
	}},
	{"what is done to an app that was handed out changes nothing", func(w *world) {
		app := w.app()
		app.Secrets["partner_code"] = "changed"
		got, err := w.App(w.ctx, app.ID)
		w.Expect(err).NotTo(gomega.HaveOccurred())
		w.Expect(got.Secrets["partner_code"]).To(gomega.Equal("PARTNER-42"))
		got.Headers["X-Shop"] = "changed"
		w.Expect(w.App(w.ctx, app.ID)).To(gomega.HaveField("Headers", gomega.HaveKeyWithValue("X-Shop", "seven")))
	}},
	{"an app goes with its events, and nothing else does", func(w *world) {
		kept, dropped := w.app(), w.app()
		postman := &Postman{}
		stop := w.run(postman.Deliver, 8)
		stays := w.accept(kept, 1)[0]
		goes := w.accept(dropped, 600)
		w.counts(outbox.Delivered, 601)
		stop()
		due := w.accept(dropped, 5)
		w.Expect(w.DropApp(w.ctx, dropped.ID)).To(gomega.Succeed())
		_, err := w.App(w.ctx, dropped.ID)
		w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
		for _, id := range []int64{goes[0], due[4]} {
			_, err := w.Event(w.ctx, id)
			w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
			_, err = w.Attempts(w.ctx, id)
			w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
			w.Expect(w.Resend(w.ctx, id)).To(gomega.MatchError(outbox.ErrUnknown))
		}
		w.Expect(w.find(outbox.Query{})).To(gomega.Equal([]int64{stays}))
		w.Expect(w.Stats(w.ctx)).To(gomega.HaveField("Events", 1))
		w.reopen()
		w.Expect(w.find(outbox.Query{})).To(gomega.Equal([]int64{stays}))
		second := &Postman{}
		w.run(second.Deliver, 8)
		w.accept(kept, 1)
		w.counts(outbox.Delivered, 2)
		w.Expect(second.Made()).To(gomega.Equal(1))
	}},
	{"an app may go while its events are on their way", func(w *world) {
		kept, dropped := w.app(), w.app()
		under, release := make(chan struct{}), make(chan struct{})
		postman := &Postman{Answer: func(event outbox.Event) outbox.Result {
			if event.App == dropped.ID {
				under <- struct{}{}
				<-release
			}
			return Accepted(event)
		}}
		stop := w.run(postman.Deliver, 8)
		w.accept(dropped, 1)
		<-under
		w.Expect(w.DropApp(w.ctx, dropped.ID)).To(gomega.Succeed())
		close(release)
		w.accept(kept, 1)
		w.counts(outbox.Delivered, 1)
		stop()
		w.Expect(w.Stats(w.ctx)).To(gomega.HaveField("Events", 1))
	}},
}

// same compares apps, their times as moments.
func same(a, b outbox.App) bool {
	equal, _ := gomega.BeTemporally("~", b.Created, time.Microsecond).Match(a.Created)
	a.Created, b.Created = time.Time{}, time.Time{}
	alike, _ := gomega.Equal(b).Match(a)
	return equal && alike
}
