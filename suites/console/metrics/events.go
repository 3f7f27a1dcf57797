package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Backend is the backend whose accepted events are counted: the one for the desk and
// the scenarios.
func (m *Metrics) Backend() outbox.Backend {
	return &counted{Backend: m.backend, metrics: m, providers: map[string]string{}}
}

// counted is a backend that counts what it accepts.
type counted struct {
	outbox.Backend
	metrics *Metrics

	mu        sync.Mutex
	providers map[string]string // by the app's ID; an app stays with its provider
}

// Accept takes events on and counts them.
func (c *counted) Accept(ctx context.Context, events []outbox.Event) ([]int64, error) {
	ids, err := c.Backend.Accept(ctx, events)
	if err != nil {
		return ids, err
	}
	for _, event := range events {
		c.metrics.accepted.WithLabelValues(c.provider(ctx, event.App)).Inc()
	}
	return ids, nil
}

// DropApp removes an app.
func (c *counted) DropApp(ctx context.Context, id string) error {
	c.mu.Lock()
	delete(c.providers, id)
	c.mu.Unlock()
	return c.Backend.DropApp(ctx, id)
}

// provider is the provider of an app; unknown where the app was dropped meanwhile.
func (c *counted) provider(ctx context.Context, id string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if name, known := c.providers[id]; known {
		return name
	}
	app, err := c.App(ctx, id)
	if err != nil {
		return "unknown"
	}
	c.providers[id] = app.Provider
	return app.Provider
}

// Deliver counts the attempts that a courier makes, and what becomes of their events.
func (m *Metrics) Deliver(deliver outbox.Deliver) outbox.Deliver {
	return func(ctx context.Context, app outbox.App, event outbox.Event) (outbox.Result, error) {
		result, err := deliver(ctx, app, event)
		if err == nil {
			m.note(app.Provider, event, result)
		}
		return result, err
	}
}

func (m *Metrics) note(provider string, event outbox.Event, result outbox.Result) {
	m.attempts.WithLabelValues(provider, result.Attempt.Outcome).Inc()
	m.attempt.WithLabelValues(provider).Observe(result.Attempt.Took.Seconds())
	switch result.State {
	case outbox.Delivered:
		m.delivered.WithLabelValues(provider).Inc()
		m.delivery.WithLabelValues(provider).Observe(time.Since(event.Created).Seconds())
	case outbox.Failed:
		m.failed.WithLabelValues(provider).Inc()
	}
}
