package postgres_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

var _ = Describe("replicas", func() {
	It("share the work, and deliver nothing twice", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		first, second := open(ctx, url), open(ctx, url)
		app := newApp(ctx, first)
		both := newTarget(func(event outbox.Event) outbox.Result {
			time.Sleep(time.Millisecond)
			return after(int(event.ID%3), 20*time.Millisecond)(event)
		})
		shares := [2]*target{newTarget(nil), newTarget(nil)}
		for i, store := range []outbox.Backend{first, second} {
			share := shares[i]
			share.answer = func(event outbox.Event) outbox.Result {
				result, _ := both.Deliver(ctx, app, event)
				return result
			}
			run(store, share.Deliver, 8)
		}
		for range 20 {
			accept(ctx, first, app, 50)
		}
		Eventually(count(ctx, second, outbox.Delivered)).WithTimeout(patience).Should(Equal(1000))
		Expect(both.twice()).To(BeEmpty())
		events, err := first.Events(ctx, outbox.Query{Limit: 1000})
		Expect(err).NotTo(HaveOccurred())
		for _, event := range events {
			Expect(both.times(event.ID)).To(BeEquivalentTo(1+event.ID%3), "event %d", event.ID)
			Expect(event.Times).To(BeEquivalentTo(1 + event.ID%3))
		}
		for _, share := range shares {
			Expect(share.events()).To(BeNumerically(">", 50))
		}
	})

	It("take over within seconds from one that was killed in the middle, twenty times under load", func(ctx context.Context) {
		const kills, together = 20, 100
		url := postgrestest.New(GinkgoT())
		store := open(ctx, url)
		app := newApp(ctx, store)
		hook := newHook()
		DeferCleanup(hook.Close)

		var all []int64
		kill := startReplica(url, hook.URL)
		other := startReplica(url, hook.URL)
		DeferCleanup(func() { kill(); other() })
		for range kills {
			for range 3 {
				all = append(all, accept(ctx, store, app, together)...)
			}
			busy := hook.count()
			Eventually(hook.count).WithTimeout(patience).Should(BeNumerically(">", busy+together/2))
			kill()
			kill, other = other, startReplica(url, hook.URL)
		}
		last := time.Now()
		Eventually(count(ctx, store, outbox.Due)).WithTimeout(patience).Should(BeZero())
		AddReportEntry("seconds until everything was delivered", time.Since(last).Seconds())
		Expect(count(ctx, store, outbox.Delivered)()).To(Equal(kills * 3 * together))
		for _, id := range all {
			Expect(hook.times(id)).To(BeNumerically(">=", 1), "event %d", id)
		}
		AddReportEntry("events that were delivered once more", hook.count()-len(all))
	})

	It("take over what one was doing when it died, and count its attempt as not made", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		store := open(ctx, url)
		id := accept(ctx, store, newApp(ctx, store), 1)[0]
		reached := make(chan struct{}, 1)
		block := make(chan struct{})
		hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			reached <- struct{}{}
			<-block
		}))
		DeferCleanup(hook.Close)
		DeferCleanup(func() { close(block) })
		kill := startReplica(url, hook.URL)
		DeferCleanup(kill)
		Eventually(reached).WithTimeout(patience).Should(Receive())

		run(store, newTarget(accepted).Deliver, 1)
		Consistently(state(ctx, store, id)).WithTimeout(1500 * time.Millisecond).Should(Equal(outbox.Due))
		kill()
		died := time.Now()
		Eventually(state(ctx, store, id)).WithTimeout(patience).Should(Equal(outbox.Delivered))
		AddReportEntry("seconds until another had delivered", time.Since(died).Seconds())
		Expect(store.Attempts(ctx, id)).To(HaveLen(1))
	})

	It("go on after their connections were cut", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		store := open(ctx, url)
		app := newApp(ctx, store)
		target := newTarget(accepted)
		run(store, target.Deliver, 4)
		news := store.Watch(ctx)
		accept(ctx, store, app, 10)
		Eventually(count(ctx, store, outbox.Delivered)).WithTimeout(patience).Should(Equal(10))

		conn, err := pgx.Connect(ctx, url)
		Expect(err).NotTo(HaveOccurred())
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		Expect(err).NotTo(HaveOccurred())
		Eventually(func() error {
			_, err := store.Accept(ctx, []outbox.Event{{App: app.ID, Type: "t", Object: "after the cut"}})
			return err
		}).WithTimeout(patience).Should(Succeed())
		Eventually(count(ctx, store, outbox.Due)).WithTimeout(patience).Should(BeZero())
		Eventually(news).WithTimeout(patience).Should(Receive(Equal(outbox.Change{})))
	})

	It("does not run twice in one store", func(ctx context.Context) {
		store := fresh(ctx)
		id := accept(ctx, store, newApp(ctx, store), 1)[0]
		run(store, newTarget(accepted).Deliver, 1)
		Eventually(state(ctx, store, id)).WithTimeout(patience).Should(Equal(outbox.Delivered))
		Expect(store.Run(ctx, newTarget(accepted).Deliver, 1)).NotTo(Succeed())
		Expect(store.Run(ctx, newTarget(accepted).Deliver, 0)).To(MatchError(ContainSubstring("1 or more")))
	})
})

// hook is a target that counts what it gets, for replicas in other processes.
type hook struct {
	*httptest.Server
	mu  sync.Mutex
	got map[int64]int
	all int
}

func newHook() *hook {
	h := &hook{got: map[int64]int{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		id, _ := strconv.ParseInt(string(body), 10, 64)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got[id]++
		h.all++
	}))
	return h
}

func (h *hook) times(id int64) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.got[id]
}

func (h *hook) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all
}
