package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

var _ = Describe("the history", func() {
	idsOf := func(events []outbox.Event) (ids []int64) {
		for _, event := range events {
			ids = append(ids, event.ID)
		}
		return ids
	}
	find := func(ctx context.Context, store outbox.Backend, query outbox.Query) []int64 {
		GinkgoHelper()
		events, err := store.Events(ctx, query)
		Expect(err).NotTo(HaveOccurred())
		return idsOf(events)
	}

	It("is read in pages, newest first", func(ctx context.Context) {
		store := fresh(ctx)
		app := newApp(ctx, store)
		ids := accept(ctx, store, app, 120)
		Expect(ids).To(HaveEach(BeNumerically(">", 0)))
		var pages []int64
		for before := int64(0); ; {
			page := find(ctx, store, outbox.Query{App: app.ID, Before: before})
			if len(page) == 0 {
				break
			}
			Expect(len(page)).To(BeNumerically("<=", outbox.DefaultLimit))
			pages = append(pages, page...)
			before = page[len(page)-1]
		}
		Expect(pages).To(HaveLen(120))
		for i := range pages {
			Expect(pages[i]).To(Equal(ids[119-i]))
		}
		Expect(find(ctx, store, outbox.Query{After: ids[117]})).To(Equal([]int64{ids[119], ids[118]}))
		Expect(find(ctx, store, outbox.Query{Limit: 5 * outbox.MaxLimit})).To(HaveLen(120))
	})

	It("is searched by what an event is, and is not fooled by patterns", func(ctx context.Context) {
		store := fresh(ctx)
		app, other := newApp(ctx, store), newApp(ctx, store)
		objects := []string{"SPX-1", "spx-2", "a_b", "aXb", "100%", `back\slash`, "nul\x00 and \xff", "Đơn-7"}
		var events []outbox.Event
		for _, object := range objects {
			events = append(events, outbox.Event{App: app.ID, Type: "t1", Object: object, Body: []byte{}})
		}
		ids, err := store.Accept(ctx, append(events, outbox.Event{App: other.ID, Type: "t2", Object: "SPX-3", Body: []byte("x")}))
		Expect(err).NotTo(HaveOccurred())
		for search, want := range map[string][]int64{
			"SPX": {ids[8], ids[0]}, "a_b": {ids[2]}, "0%": {ids[4]}, `k\s`: {ids[5]}, "nothing": nil, "Đơn": {ids[7]},
			"nul\x00 and": {ids[6]}, "' OR 1=1 --": nil,
		} {
			Expect(find(ctx, store, outbox.Query{Search: search})).To(Equal(want), search)
		}
		Expect(find(ctx, store, outbox.Query{Search: fmt.Sprint(ids[5])})).To(ContainElement(ids[5]))
		Expect(find(ctx, store, outbox.Query{App: other.ID})).To(Equal([]int64{ids[8]}))
		Expect(find(ctx, store, outbox.Query{Type: "t2"})).To(Equal([]int64{ids[8]}))
		Expect(find(ctx, store, outbox.Query{State: outbox.Failed})).To(BeEmpty())
		Expect(find(ctx, store, outbox.Query{State: outbox.Due, App: app.ID, Type: "t1", Search: "-"})).To(Equal([]int64{ids[7], ids[1], ids[0]}))
	})

	It("counts events by their state, in whatever way they come and go", func(ctx context.Context) {
		store := fresh(ctx)
		app, other := newApp(ctx, store), newApp(ctx, store)
		stats, err := store.Stats(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(stats).To(Equal(outbox.Stats{ByState: map[outbox.State]int{outbox.Due: 0, outbox.Delivered: 0, outbox.Failed: 0}}))

		before := time.Now().Add(-time.Second)
		accept(ctx, store, app, 10)
		accept(ctx, store, other, 7)
		stats, err = store.Stats(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(stats.Events).To(Equal(17))
		Expect(stats.Oldest).To(BeTemporally(">", before))

		run(store, newTarget(func(event outbox.Event) outbox.Result {
			if event.App == other.ID {
				return failed(event)
			}
			return accepted(event)
		}).Deliver, 4)
		Eventually(func() (map[outbox.State]int, error) {
			stats, err := store.Stats(ctx)
			return stats.ByState, err
		}).WithTimeout(patience).Should(Equal(map[outbox.State]int{outbox.Due: 0, outbox.Delivered: 10, outbox.Failed: 7}))
		stats, err = store.Stats(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(stats.Oldest).To(BeZero())

		Expect(store.DropApp(ctx, other.ID)).To(Succeed())
		stats, err = store.Stats(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(stats.ByState).To(Equal(map[outbox.State]int{outbox.Due: 0, outbox.Delivered: 10, outbox.Failed: 0}))
		Expect(store.DropApp(ctx, other.ID)).To(MatchError(outbox.ErrUnknown))
	})

	It("forgets the oldest, in many steps, and never what is due", func(ctx context.Context) {
		store := fresh(ctx)
		app := newApp(ctx, store)
		waiting := accept(ctx, store, app, 3)
		accept(ctx, store, app, 5000)
		run(store, newTarget(func(event outbox.Event) outbox.Result {
			if event.ID <= waiting[2] {
				return after(1, time.Hour)(event)
			}
			return accepted(event)
		}).Deliver, 64)
		Eventually(count(ctx, store, outbox.Delivered)).WithTimeout(patience).Should(Equal(5000))

		Expect(store.Prune(ctx, outbox.Keep{})).To(BeZero())
		Expect(store.Prune(ctx, outbox.Keep{Age: time.Hour})).To(BeZero())
		Expect(store.Prune(ctx, outbox.Keep{Rows: 103})).To(Equal(4900))
		left := find(ctx, store, outbox.Query{Limit: 1000})
		Expect(left).To(HaveLen(103))
		Expect(left).To(ContainElements(waiting[0], waiting[1], waiting[2]))
		Expect(left[99]).To(BeNumerically(">", waiting[2]+4900))
		_, err := store.Event(ctx, waiting[2]+1)
		Expect(err).To(MatchError(outbox.ErrUnknown))
		_, err = store.Attempts(ctx, waiting[2]+1)
		Expect(err).To(MatchError(outbox.ErrUnknown))

		Expect(store.Prune(ctx, outbox.Keep{Age: time.Nanosecond})).To(Equal(100))
		Expect(store.Prune(ctx, outbox.Keep{Rows: 1})).To(BeZero())
		Expect(find(ctx, store, outbox.Query{})).To(HaveLen(3))
		fresh := accept(ctx, store, app, 1)
		Expect(fresh[0]).To(BeNumerically(">", left[0]))
	})

	It("tells its news, those of other replicas as well, and when there are too many", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		here, there := open(ctx, url), open(ctx, url)
		app := newApp(ctx, there)
		watching, stop := context.WithCancel(ctx)
		news := here.Watch(watching)
		ids := accept(ctx, there, app, 250)
		for _, id := range ids {
			Eventually(news).WithTimeout(patience).Should(Receive(Equal(outbox.Change{ID: id, App: app.ID, State: outbox.Due})))
		}
		run(there, newTarget(accepted).Deliver, 1)
		seen := map[outbox.Change]bool{}
		for range ids {
			var change outbox.Change
			Eventually(news).WithTimeout(patience).Should(Receive(&change))
			seen[change] = true
		}
		for _, id := range ids {
			Expect(seen).To(HaveKey(outbox.Change{ID: id, App: app.ID, State: outbox.Delivered, Times: 1}))
		}
		app.Paused = true
		_, err := there.PutApp(ctx, app)
		Expect(err).NotTo(HaveOccurred())
		accept(ctx, there, app, 3000)
		Eventually(news).WithTimeout(patience).Should(Receive(Equal(outbox.Change{})))
		stop()
		Eventually(news).WithTimeout(patience).Should(BeClosed())
	})

	It("keeps apps in their order, with everything that they have", func(ctx context.Context) {
		store := fresh(ctx)
		first, second := newApp(ctx, store), newApp(ctx, store)
		Expect(first.ID).To(HavePrefix("app_"))
		first.Name, first.Speed = "renamed "+strings.Repeat("é", 50), 1
		Expect(store.PutApp(ctx, first)).To(Equal(first))
		Expect(store.Apps(ctx)).To(Equal([]outbox.App{first, second}))
		Expect(store.App(ctx, second.ID)).To(Equal(second))
		_, err := store.App(ctx, "app_none")
		Expect(err).To(MatchError(outbox.ErrUnknown))
		_, err = store.PutApp(ctx, outbox.App{ID: "app_none"})
		Expect(err).To(MatchError(outbox.ErrUnknown))
		_, err = store.Accept(ctx, []outbox.Event{{App: first.ID, Type: "t", Object: "o"}, {App: "app_none", Type: "t", Object: "o"}})
		Expect(err).To(MatchError(outbox.ErrUnknown))
		Expect(find(ctx, store, outbox.Query{})).To(BeEmpty())
		_, err = store.Event(ctx, 1)
		Expect(err).To(MatchError(outbox.ErrUnknown))
	})

	It("numbers events in the order in which they can be seen", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		stores := []outbox.Backend{open(ctx, url), open(ctx, url)}
		app := newApp(ctx, stores[0])
		done := make(chan struct{})
		for _, store := range stores {
			go func() {
				defer GinkgoRecover()
				defer func() { done <- struct{}{} }()
				for range 100 {
					accept(ctx, store, app, 2)
				}
			}()
		}
		var last int64
		seen := 0
		for running := 2; running > 0; {
			select {
			case <-done:
				running--
			default:
			}
			page := find(ctx, stores[0], outbox.Query{After: last, Limit: 1000})
			if len(page) > 0 {
				last, seen = page[0], seen+len(page)
			}
		}
		seen += len(find(ctx, stores[0], outbox.Query{After: last, Limit: 1000}))
		Expect(seen).To(Equal(400))
	})
})
