package postgrestest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// given is the variable that names a server to use.
const given = "KHOP_TEST_POSTGRES"

// server is the one of this process, started when the first test asks for it.
var server struct {
	sync.Mutex
	url     string
	problem string // why there is none
	stop    func()
}

// T is what a test or a spec has to offer.
type T interface {
	Helper()
	Skip(args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Main runs the tests, and stops the server that they have started.
func Main(m *testing.M) int {
	defer func() {
		server.Lock()
		defer server.Unlock()
		if server.stop != nil {
			server.stop()
		}
	}()
	return m.Run()
}

// New makes an empty database and returns its URL. It skips the test, saying why, where
// there is no server.
func New(t T) string {
	t.Helper()
	base := started(t)
	name := "khop_test_" + strings.ToLower(rand.Text()[:12])
	execute(t, base, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, base, "DROP DATABASE "+name+" WITH (FORCE)") })
	return Database(base, name)
}

// Database is the URL of another database on the same server.
func Database(base, name string) string {
	address, err := url.Parse(base)
	if err != nil {
		return base
	}
	address.Path = "/" + name
	return address.String()
}

func started(t T) string {
	t.Helper()
	server.Lock()
	defer server.Unlock()
	if server.url == "" && server.problem == "" {
		start()
	}
	if server.problem != "" {
		t.Skip("PostgreSQL is not there: " + server.problem)
	}
	return server.url
}

func start() {
	if server.url = os.Getenv(given); server.url != "" {
		return
	}
	programs, err := find()
	if err != nil {
		server.problem = err.Error()
		return
	}
	if server.url, server.stop, err = programs.serve(); err != nil {
		server.problem = err.Error()
	}
}

func execute(t T, url, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := run(ctx, url, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func run(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
