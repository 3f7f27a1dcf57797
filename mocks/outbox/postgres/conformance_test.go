package postgres_test

import (
	"log/slog"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/outboxtest"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

func TestSlowConformance(t *testing.T) {
	postgrestest.New(t) // skips the whole where there is no server
	outboxtest.Conformance(t, outboxtest.Setup{
		Replicas: true,
		New: func(t *testing.T) func(t *testing.T) outbox.Backend {
			url := postgrestest.New(t)
			return func(t *testing.T) outbox.Backend {
				store, err := postgres.Open(t.Context(), url, postgres.Options{Log: slog.New(slog.DiscardHandler)})
				NewWithT(t).Expect(err).NotTo(HaveOccurred())
				return store
			}
		},
	})
}
