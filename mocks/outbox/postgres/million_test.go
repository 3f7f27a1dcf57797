package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

// How long a page may take among a million events, and one for which all are looked
// through. The best of a few counts: the machine has other things to do.
const (
	pageWithin   = 50 * time.Millisecond
	searchWithin = 3 * time.Second
)

func TestSlowMillionEventsAreReadInNoTime(t *testing.T) {
	g := NewWithT(t)
	ctx := t.Context()
	url := postgrestest.New(t)
	store, err := postgres.Open(ctx, url, postgres.Options{Log: slog.New(slog.DiscardHandler)})
	g.Expect(err).NotTo(HaveOccurred())
	defer store.Close()
	var apps [3]outbox.App
	for i := range apps {
		apps[i], err = store.PutApp(ctx, outbox.App{Name: "shop", Target: "http://127.0.0.1:1/"})
		g.Expect(err).NotTo(HaveOccurred())
		fill(g, ctx, url, apps[i].ID, i)
	}
	for _, query := range []outbox.Query{
		{},
		{Limit: 1000},
		{Before: 500_000},
		{After: 999_900},
		{After: 500_000, Rising: true},
		{App: apps[1].ID, State: outbox.Failed, After: 400_000, Rising: true},
		{State: outbox.Failed},
		{State: outbox.Due},
		{State: outbox.Delivered},
		{App: apps[0].ID},
		{App: apps[2].ID, Before: 400_000},
		{App: apps[1].ID, State: outbox.Failed, Limit: 1000},
		{App: apps[0].ID, State: outbox.Due},
		{Type: "rare1"},
		{Type: "update_status", State: outbox.Delivered},
		{App: apps[0].ID, Type: "rare1"},
		{App: apps[0].ID, Type: "rare0"},
		{App: apps[0].ID, Type: "rare0", State: outbox.Failed},
		{Search: "S000333333"},
		{Search: "12345"},
		{Search: "nothing"},
	} {
		best := time.Hour
		var found int
		for range 5 {
			start := time.Now()
			events, err := store.Events(ctx, query)
			g.Expect(err).NotTo(HaveOccurred())
			best, found = min(best, time.Since(start)), len(events)
		}
		t.Logf("%+v: %d in %v", query, found, best)
		limit := pageWithin
		if query.Search != "" {
			limit = searchWithin
		}
		g.Expect(best).To(BeNumerically("<", limit), "%+v", query)
	}
	var stats outbox.Stats
	best := time.Hour
	for range 5 {
		start := time.Now()
		stats, err = store.Stats(ctx)
		g.Expect(err).NotTo(HaveOccurred())
		best = min(best, time.Since(start))
	}
	t.Logf("counted in %v", best)
	g.Expect(best).To(BeNumerically("<", pageWithin))
	g.Expect(stats.Events).To(Equal(999_999))
	g.Expect(stats.ByState[outbox.Failed]).To(Equal(3 * (333_333 / 97)))
}

// fill makes a third of a million events that are over.
func fill(g *WithT, ctx context.Context, url, app string, number int) {
	conn, err := pgx.Connect(ctx, url)
	g.Expect(err).NotTo(HaveOccurred())
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, fmt.Sprintf(`
		WITH batch AS (SELECT nextval('khop.event_ids') AS id, n FROM generate_series(1, 333333) AS n),
		bodies AS (INSERT INTO khop.bodies SELECT id, convert_to(repeat('{}', 250), 'UTF8') FROM batch)
		INSERT INTO khop.events
		SELECT id, '%s', CASE WHEN n %% 5 = 0 THEN 'rare%d' ELSE 'update_status' END, 'S' || lpad(n::text, 9, '0'),
			CASE WHEN n %% 97 = 0 THEN 'failed' ELSE 'delivered' END, 1, NULL, false, '', false, 1, now(), now()
		FROM batch`, app, number))
	g.Expect(err).NotTo(HaveOccurred())
}
