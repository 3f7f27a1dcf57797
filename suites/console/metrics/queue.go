package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/khop-dev/khop/mocks/outbox"
)

// countPatience is how long the store may take to say how it stands.
const countPatience = 5 * time.Second

// queue is how a backend's queue stands, asked whenever somebody looks.
type queue struct {
	backend                 outbox.Backend
	up, events, length, age *prometheus.Desc
}

func newQueue(b outbox.Backend) *queue {
	return &queue{
		backend: b,
		up:      prometheus.NewDesc("khop_store_up", "1 where the store answers, else 0.", nil, nil),
		events:  prometheus.NewDesc("khop_events", "Events that are kept, by how far they have got.", []string{"state"}, nil),
		length:  prometheus.NewDesc("khop_queue_length", "Events that wait for an attempt.", nil, nil),
		age:     prometheus.NewDesc("khop_queue_oldest_due_seconds", "How long the event that has waited longest has been due; 0 where none is late.", nil, nil),
	}
}

// Describe names the figures.
func (q *queue) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{q.up, q.events, q.length, q.age} {
		to <- desc
	}
}

// Collect asks for the figures. Where the store does not answer, that is the figure.
func (q *queue) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countPatience)
	defer cancel()
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	stats, err := q.backend.Stats(ctx)
	if err != nil {
		gauge(q.up, 0)
		return
	}
	gauge(q.up, 1)
	for _, state := range outbox.States {
		gauge(q.events, float64(stats.ByState[state]), string(state))
	}
	gauge(q.length, float64(stats.ByState[outbox.Due]))
	gauge(q.age, late(stats.Oldest))
}

// late is how long ago something was due, in seconds.
func late(due time.Time) float64 {
	if due.IsZero() {
		return 0
	}
	return max(0, time.Since(due).Seconds())
}
