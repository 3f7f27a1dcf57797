package outboxtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
)

var pages = []property{
	{"events are found by what they are, newest first, page by page", func(w *world) {
		all := w.mixture()
		for _, query := range queries(all) {
			w.Expect(w.find(query)).To(gomega.Equal(want(all, query)), "%+v", query)
		}
		var walked []int64
		for page := w.find(outbox.Query{Limit: 7}); len(page) > 0; page = w.find(outbox.Query{Limit: 7, Before: page[len(page)-1]}) {
			walked = append(walked, page...)
		}
		w.Expect(walked).To(gomega.Equal(want(all, outbox.Query{Limit: len(all)})))
	}},
	{"a page has a usual and a greatest length", func(w *world) {
		app := w.app()
		for range 11 {
			w.accept(app, 100)
		}
		w.Expect(w.find(outbox.Query{})).To(gomega.HaveLen(outbox.DefaultLimit))
		w.Expect(w.find(outbox.Query{App: app.ID})).To(gomega.HaveLen(outbox.DefaultLimit))
		w.Expect(w.find(outbox.Query{Limit: outbox.MaxLimit + 1})).To(gomega.HaveLen(outbox.MaxLimit))
		w.Expect(w.find(outbox.Query{Limit: -1})).To(gomega.HaveLen(outbox.DefaultLimit))
	}},
	{"a page shows events as they are", func(w *world) {
		app := w.app()
		id := w.accept(app, 1)[0]
		page, err := w.Events(w.ctx, outbox.Query{})
		w.Expect(err).NotTo(gomega.HaveOccurred())
		event := w.event(id)
		event.Body = nil
		w.Expect(page).To(gomega.Equal([]outbox.Event{event}))
	}},
	{"a state that there is none of is refused or finds nothing", func(w *world) {
		w.accept(w.app(), 1)
		found, err := w.Events(w.ctx, outbox.Query{State: "lost"})
		w.Expect(err == nil && len(found) > 0).To(gomega.BeFalse())
	}},
}

// mixture is events of several apps, types and states, some of them forgotten.
func (w *world) mixture() []outbox.Event {
	one, two := w.app(), w.app()
	ends := []func(outbox.Event) outbox.Result{Accepted, Failed}
	postman := &Postman{Answer: func(event outbox.Event) outbox.Result { return ends[len(event.Object)%2](event) }}
	var events []outbox.Event
	for i := range 60 {
		app := []outbox.App{one, two, one}[i%3]
		events = append(events, outbox.Event{
			App: app.ID, Type: []string{"order", "product", "customer", "order"}[i%4], Object: fmt.Sprintf("ĐH%d-%s", i, strings.Repeat("x", i%5)),
		})
	}
	stop := w.run(postman.Deliver, 8)
	_, err := w.Accept(w.ctx, events[:45])
	w.Expect(err).NotTo(gomega.HaveOccurred())
	w.counts(outbox.Due, 0)
	stop()
	_, err = w.Accept(w.ctx, events[45:]) // they stay due
	w.Expect(err).NotTo(gomega.HaveOccurred())
	_, err = w.Prune(w.ctx, outbox.Keep{Rows: 55})
	w.Expect(err).NotTo(gomega.HaveOccurred())
	all, err := w.Events(w.ctx, outbox.Query{Limit: 100})
	w.Expect(err).NotTo(gomega.HaveOccurred())
	w.Expect(all).To(gomega.HaveLen(55))
	return all
}

// queries are all kinds of questions about some events.
func queries(all []outbox.Event) []outbox.Query {
	middle := all[len(all)/2].ID
	var queries []outbox.Query
	for _, app := range []string{"", all[0].App, all[1].App, "app_none"} {
		for _, state := range append([]outbox.State{""}, outbox.States...) {
			for _, kind := range []string{"", "order", "none"} {
				for _, search := range []string{"", "ĐH1", "%", fmt.Sprint(middle)} {
					queries = append(queries,
						outbox.Query{App: app, State: state, Type: kind, Search: search},
						outbox.Query{App: app, State: state, Type: kind, Search: search, Before: middle, Limit: 5},
						outbox.Query{App: app, State: state, Type: kind, Search: search, After: middle, Limit: 5},
						outbox.Query{App: app, State: state, Type: kind, Search: search, After: middle, Limit: 5, Rising: true},
						outbox.Query{App: app, State: state, Type: kind, Search: search, Before: middle, Rising: true},
						outbox.Query{App: app, State: state, Type: kind, Search: search, After: middle - 9, Before: middle},
					)
				}
			}
		}
	}
	return queries
}

// want is what a query has to find among all events, which come newest first.
func want(all []outbox.Event, q outbox.Query) []int64 {
	found := []int64{}
	for _, e := range all {
		fits := (q.App == "" || q.App == e.App) && (q.State == "" || q.State == e.State) && (q.Type == "" || q.Type == e.Type) &&
			(q.Before == 0 || e.ID < q.Before) && e.ID > q.After &&
			(q.Search == "" || strings.Contains(e.Object, q.Search) || fmt.Sprint(e.ID) == q.Search)
		if fits {
			found = append(found, e.ID)
		}
	}
	if q.Rising {
		slices.Reverse(found)
	}
	limit := q.Limit
	if limit == 0 {
		limit = outbox.DefaultLimit
	}
	return slices.Clip(found[:min(len(found), limit)])
}
