package postgres_test

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

var _ = Describe("trouble", func() {
	execute := func(ctx context.Context, url, statement string) {
		GinkgoHelper()
		conn, err := pgx.Connect(ctx, url)
		Expect(err).NotTo(HaveOccurred())
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, statement)
		Expect(err).NotTo(HaveOccurred())
	}
	ask := func(ctx context.Context, url, question string) (answer string) {
		GinkgoHelper()
		conn, err := pgx.Connect(ctx, url)
		Expect(err).NotTo(HaveOccurred())
		defer conn.Close(ctx)
		Expect(conn.QueryRow(ctx, question).Scan(&answer)).To(Succeed())
		return answer
	}
	problem := func(ctx context.Context, url string, options postgres.Options) error {
		GinkgoHelper()
		options.Log = logger()
		store, err := postgres.Open(ctx, url, options)
		if err == nil {
			store.Close()
		}
		return err
	}
	const everything = "SELECT string_agg(a::text, ' ') FROM (SELECT encode(secrets || headers, 'escape') FROM khop.apps) AS a"

	It("encrypts secrets with a key, and refuses another or none", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		plain := open(ctx, url)
		app := newApp(ctx, plain)
		Expect(ask(ctx, url, everything)).To(ContainSubstring("hidden"))
		Expect(plain.Close()).To(Succeed())

		options := postgres.Options{Key: "open sesame", Log: logger()}
		sealed, err := postgres.Open(ctx, url, options)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(sealed.Close)
		second := newApp(ctx, sealed)
		Expect(sealed.Apps(ctx)).To(Equal([]outbox.App{app, second}))
		Expect(ask(ctx, url, everything)).NotTo(ContainSubstring("hidden"))

		Expect(problem(ctx, url, postgres.Options{})).To(MatchError(postgres.ErrKey))
		Expect(problem(ctx, url, postgres.Options{Key: "another"})).To(MatchError(postgres.ErrKey))
		Expect(problem(ctx, url, options)).To(Succeed())
	})

	It("says that a server cannot be reached, without the password", func(ctx context.Context) {
		for _, url := range []string{
			"postgres://khop:hush@127.0.0.1:1/khop?connect_timeout=2",
			"postgres://khop:hush@/khop?host=/nowhere",
			postgrestest.Database(postgrestest.New(GinkgoT()), "nowhere"),
		} {
			err := problem(ctx, url, postgres.Options{})
			Expect(err).To(MatchError(postgres.ErrUnreachable))
			Expect(err.Error()).NotTo(ContainSubstring("hush"))
		}
		err := problem(ctx, "postgres://khop:hush@127.0.0.1:x/", postgres.Options{})
		Expect(err).To(MatchError(ContainSubstring("cannot be read")))
		Expect(err.Error()).NotTo(ContainSubstring("hush"))
	})

	It("says what a user is not allowed, and works where just enough is", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		user := "u" + url[strings.LastIndex(url, "test_")+5:][:12]
		execute(ctx, url, "CREATE ROLE "+user+" LOGIN")
		DeferCleanup(func(ctx context.Context) { execute(ctx, url, "DROP OWNED BY "+user+"; DROP ROLE "+user) })
		limited := strings.Replace(url, "://khop@", "://"+user+"@", 1)
		Expect(problem(ctx, limited, postgres.Options{})).To(MatchError(postgres.ErrDenied))

		execute(ctx, url, "CREATE SCHEMA khop AUTHORIZATION "+user)
		Expect(problem(ctx, limited, postgres.Options{})).To(Succeed())
	})

	It("refuses a database that can only be read", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		Expect(problem(ctx, url+"&default_transaction_read_only=on", postgres.Options{})).To(MatchError(postgres.ErrReadOnly))
	})

	It("refuses what a newer khop has written", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		Expect(problem(ctx, url, postgres.Options{})).To(Succeed())
		execute(ctx, url, "INSERT INTO khop.versions VALUES (1000)")
		Expect(problem(ctx, url, postgres.Options{})).To(MatchError(postgres.ErrNewer))
		execute(ctx, url, "DELETE FROM khop.versions WHERE version = 1000; INSERT INTO khop.river_migration (line, version) VALUES ('main', 1000)")
		Expect(problem(ctx, url, postgres.Options{})).To(MatchError(postgres.ErrNewer))
	})

	It("lets many begin at once on an empty database", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		errs := make(chan error, 6)
		for range cap(errs) {
			go func() { errs <- problem(ctx, url, postgres.Options{Key: "the same for all"}) }()
		}
		for range cap(errs) {
			Eventually(errs).WithTimeout(patience).Should(Receive(BeNil()))
		}
	})

	It("is healthy as long as it can write, and says when it is closed", func(ctx context.Context) {
		url := postgrestest.New(GinkgoT())
		store := open(ctx, url)
		app := newApp(ctx, store)
		Expect(store.Healthy(ctx)).To(Succeed())
		execute(ctx, url, "ALTER TABLE khop.house RENAME TO gone")
		Expect(store.Healthy(ctx)).NotTo(Succeed())
		Expect(store.Close()).To(Succeed())
		_, err := store.Accept(ctx, []outbox.Event{{App: app.ID}})
		Expect(err).To(MatchError(postgres.ErrClosed))
		Expect(store.Run(ctx, newTarget(accepted).Deliver, 1)).To(Succeed())
	})
})
