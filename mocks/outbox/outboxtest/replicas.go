package outboxtest

import (
	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

var replicas = []property{
	{"replicas share the work, and do none of it twice", func(w *world) {
		const many = 500
		other := w.another()
		app := w.app()
		postman := &Postman{}
		w.run(postman.Deliver, 4)
		other.run(postman.Deliver, 4)
		for range many / 100 {
			w.accept(app, 50)
			other.accept(app, 50)
		}
		w.counts(outbox.Delivered, many)
		other.counts(outbox.Delivered, many)
		_, doubled := postman.Most()
		w.Expect(postman.Made()).To(gomega.Equal(many))
		w.Expect(doubled).To(gomega.BeZero())
	}},
	{"what one replica changes the other sees", func(w *world) {
		other := w.another()
		news := other.Watch(w.ctx)
		app := w.app()
		id := w.accept(app, 1)[0]
		w.Eventually(news).Should(gomega.Receive(gomega.Equal(outbox.Change{ID: id, App: app.ID, State: outbox.Due})))
		app.Target = "http://127.0.0.1:2/changed"
		_, err := w.PutApp(w.ctx, app)
		w.Expect(err).NotTo(gomega.HaveOccurred())
		postman := &Postman{Answer: Failed}
		stop := other.run(postman.Deliver, 1)
		w.settles(id, outbox.Failed)
		w.Expect(postman.Rounds(id)[0].App.Target).To(gomega.Equal(app.Target))
		stop()
		w.Expect(w.Resend(w.ctx, id)).To(gomega.Succeed())
		second := &Postman{}
		other.run(second.Deliver, 1)
		other.settles(id, outbox.Delivered)
	}},
	{"when a replica ends, the others do its work", func(w *world) {
		const many = 200
		other := w.another()
		app := w.app()
		ids := w.accept(app, many)
		postman := &Postman{}
		stop := w.run(postman.Deliver, 2)
		w.Eventually(postman.Made).Should(gomega.BeNumerically(">", many/10))
		stop()
		w.Expect(w.Backend.Close()).To(gomega.Succeed())
		other.run(postman.Deliver, 2)
		other.counts(outbox.Delivered, many)
		for _, id := range ids {
			w.Expect(len(postman.Rounds(id))).To(gomega.Equal(1))
		}
	}},
}
