package postgres_test

import (
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(replicaOf); url != "" {
		os.Exit(beReplica(url))
	}
	os.Exit(postgrestest.Main(m))
}

func TestSlowPostgres(t *testing.T) {
	postgrestest.New(t) // skips where there is no server
	RegisterFailHandler(Fail)
	RunSpecs(t, "the outbox in PostgreSQL")
}
