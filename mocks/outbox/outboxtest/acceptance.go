package outboxtest

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

var acceptance = []property{
	{"accepted events are there after a restart, byte for byte", func(w *world) {
		app := w.app()
		given := []outbox.Event{
			{App: app.ID, Type: "update_status", Object: "S1", Body: []byte(`{"a":"đứt"}`)},
			{App: app.ID, Type: "other", Object: "", Body: []byte{}, Fault: outbox.Swallowed},
			{App: app.ID, Type: "update_status", Object: "S'2\"; --", Body: []byte("\x00\xff\x00")},
			{App: app.ID, Type: "", Object: "đơn hàng", Body: bytes.Repeat([]byte("x"), 300_000)},
		}
		before := time.Now().Add(-time.Minute)
		ids, err := w.Accept(w.ctx, given)
		w.Expect(err).NotTo(gomega.HaveOccurred())
		w.Expect(slices.IsSorted(ids)).To(gomega.BeTrue())
		w.reopen()
		for i, id := range ids {
			event := w.event(id)
			w.Expect(event.ID).To(gomega.Equal(id))
			w.Expect([]string{event.App, event.Type, event.Object}).To(gomega.Equal([]string{app.ID, given[i].Type, given[i].Object}))
			w.Expect(bytes.Equal(event.Body, given[i].Body)).To(gomega.BeTrue(), "the body of %d", i)
			w.Expect(event.State).To(gomega.Equal(outbox.Due))
			w.Expect(event.Times).To(gomega.BeZero())
			w.Expect(event.ByHand).To(gomega.BeFalse())
			w.Expect(event.Fault).To(gomega.Equal(given[i].Fault))
			w.Expect(event.Created).To(gomega.BeTemporally(">", before))
			w.Expect(event.Next).To(gomega.BeTemporally("~", event.Created, time.Second))
			w.Expect(w.attempts(id)).To(gomega.BeEmpty())
		}
	}},
	{"what cannot be accepted is refused whole", func(w *world) {
		app := w.app()
		_, err := w.Accept(w.ctx, []outbox.Event{{App: app.ID, Type: "a"}, {App: "app_none", Type: "a"}})
		w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
		canceled, cancel := context.WithCancel(w.ctx)
		cancel()
		_, err = w.Accept(canceled, []outbox.Event{{App: app.ID, Type: "a"}})
		w.Expect(err).To(gomega.MatchError(context.Canceled))
		w.Expect(w.find(outbox.Query{})).To(gomega.BeEmpty())
		w.counts(outbox.Due, 0)
		w.Expect(w.accept(app, 1)).To(gomega.HaveLen(1), "and the next ones are accepted as ever")
	}},
	{"nothing accepted is nothing to do", func(w *world) {
		ids, err := w.Accept(w.ctx, nil)
		w.Expect(err).NotTo(gomega.HaveOccurred())
		w.Expect(ids).To(gomega.BeEmpty())
	}},
	{"many accept at once", func(w *world) {
		const callers, calls, each = 8, 20, 7
		app := w.app()
		var mu sync.Mutex
		var all []int64
		var group sync.WaitGroup
		for range callers {
			group.Go(func() {
				last := int64(0)
				for range calls {
					ids := w.accept(app, each)
					w.Expect(ids[0]).To(gomega.BeNumerically(">", last), "IDs ascend in the order of acceptance")
					w.Expect(slices.IsSorted(ids)).To(gomega.BeTrue())
					last = ids[each-1]
					mu.Lock()
					all = append(all, ids...)
					mu.Unlock()
				}
			})
		}
		group.Wait()
		slices.Sort(all)
		w.Expect(slices.Compact(slices.Clone(all))).To(gomega.HaveLen(callers * calls * each))
		w.counts(outbox.Due, callers*calls*each)
	}},
	{"an ID is never given twice", func(w *world) {
		app := w.app()
		ids := w.accept(app, 3)
		postman := &Postman{}
		stop := w.run(postman.Deliver, 4)
		w.counts(outbox.Delivered, 3)
		stop()
		w.Expect(w.Prune(w.ctx, outbox.Keep{Age: time.Nanosecond})).To(gomega.Equal(3))
		w.Expect(w.find(outbox.Query{})).To(gomega.BeEmpty())
		w.reopen()
		w.Expect(w.accept(app, 1)[0]).To(gomega.BeNumerically(">", ids[2]))
	}},
	{"what there is none of is unknown", func(w *world) {
		_, err := w.Event(w.ctx, 42)
		w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
		_, err = w.Attempts(w.ctx, 42)
		w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
		_, err = w.App(w.ctx, "app_none")
		w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
		_, err = w.PutApp(w.ctx, outbox.App{ID: "app_none"})
		w.Expect(err).To(gomega.MatchError(outbox.ErrUnknown))
		w.Expect(w.DropApp(w.ctx, "app_none")).To(gomega.MatchError(outbox.ErrUnknown))
	}},
	{"it says that it is healthy", func(w *world) {
		w.Expect(w.Healthy(w.ctx)).To(gomega.Succeed())
	}},
}
