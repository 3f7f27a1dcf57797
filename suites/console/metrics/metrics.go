package metrics

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Metrics are the figures of one khop serve.
type Metrics struct {
	backend  outbox.Backend
	registry *prometheus.Registry

	accepted, delivered, failed *prometheus.CounterVec // by provider
	attempts                    *prometheus.CounterVec // by provider and outcome
	delivery, attempt           *prometheus.HistogramVec
	requests                    *prometheus.CounterVec // by route, method and status
	answering                   *prometheus.HistogramVec
}

// The bounds of the histograms, in seconds: a delivery may be retried for days.
var (
	deliveryBounds = []float64{.001, .005, .01, .05, .1, .5, 1, 5, 10, 60, 300, 1800, 3600, 6 * 3600, 24 * 3600, 72 * 3600}
	attemptBounds  = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
	requestBounds  = []float64{.0005, .001, .005, .01, .05, .1, .5, 1, 5}
)

// New makes the figures of a khop that keeps its events in a backend.
func New(b outbox.Backend) *Metrics {
	m := &Metrics{
		backend:   b,
		registry:  prometheus.NewRegistry(),
		accepted:  counter("khop_events_accepted_total", "Events that were accepted.", "provider"),
		delivered: counter("khop_events_delivered_total", "Events that the provider takes for delivered.", "provider"),
		failed:    counter("khop_events_failed_total", "Events that the provider's policy has given up.", "provider"),
		attempts:  counter("khop_attempts_total", "Requests to targets, by what the provider makes of the answer.", "provider", "outcome"),
		delivery:  histogram("khop_delivery_seconds", "From acceptance to delivery.", deliveryBounds, "provider"),
		attempt:   histogram("khop_attempt_seconds", "How long a target took to answer, or not to.", attemptBounds, "provider"),
		requests:  counter("khop_http_requests_total", "Requests to khop itself.", "route", "method", "status"),
		answering: histogram("khop_http_request_seconds", "How long khop took to answer; streams are left out.", requestBounds, "route"),
	}
	m.registry.MustRegister(
		m.accepted, m.delivered, m.failed, m.attempts, m.delivery, m.attempt, m.requests, m.answering,
		newQueue(b),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Handler shows the figures to Prometheus. What cannot be found out at present is left
// out, and the rest is shown all the same.
func (m *Metrics) Handler() http.Handler {
	return promhttp.InstrumentMetricHandler(m.registry, promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, Registry: m.registry,
	}))
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds}, labels)
}
