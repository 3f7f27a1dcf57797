package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Options are what a store needs besides its database.
type Options struct {
	Key string       // encrypts secrets and headers at rest; empty leaves them readable
	Log *slog.Logger // nil: slog.Default
}

// Store is an outbox.Backend in a PostgreSQL database. Everything of it is in the
// schema khop.
type Store struct {
	pool  *pgxpool.Pool
	seals seals
	queue *river.Client[pgx.Tx]
	log   *slog.Logger

	accepts *batch[[]outbox.Event, []int64]
	loads   *batch[turn, *task]
	parks   *batch[turn, struct{}]
	records *batch[outcome, bool]
	news    outbox.Hub
	keeping *alarm

	presence *presence
	working  sync.Mutex      // held while the store delivers
	open     context.Context // ends when the store begins to close
	shut     context.CancelFunc
	ctx      context.Context // ends when everybody has stored what they did
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

var _ outbox.Backend = (*Store)(nil)

// Open connects to a database, brings its schema up to date, and joins the replicas
// that use it. The URL is a PostgreSQL connection string; it has to lead to the primary
// server and keep one session, which a pooler in transaction mode does not.
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	config, err := configure(url)
	if err != nil {
		return nil, err
	}
	place := placeOf(config.ConnConfig)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", place, explain(err))
	}
	store, err := open(ctx, pool, options)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open %s: %w", place, explain(err))
	}
	return store, nil
}

func open(ctx context.Context, pool *pgxpool.Pool, options Options) (*Store, error) {
	if err := prepare(ctx, pool); err != nil {
		return nil, err
	}
	seals, err := unlock(ctx, pool, options.Key)
	if err != nil {
		return nil, err
	}
	log := options.Log
	if log == nil {
		log = slog.Default()
	}
	queue, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Schema: schema, Logger: quiet(log), FetchCooldown: fetchCooldown,
	})
	if err != nil {
		return nil, fmt.Errorf("set up the queue: %w", err)
	}
	store := &Store{pool: pool, seals: seals, queue: queue, log: log, keeping: newAlarm()}
	store.ctx, store.cancel = context.WithCancel(context.Background())
	store.open, store.shut = context.WithCancel(store.ctx)
	first, err := announce(ctx, pool)
	if err != nil {
		store.cancel()
		return nil, err
	}
	store.presence = newPresence(first)
	store.accepts = newBatch(2000, weighEvents, store.accept)
	store.loads = newBatch(500, weighOne[turn], store.load)
	store.parks = newBatch(500, weighOne[turn], store.parkAll)
	store.records = newBatch(500, weighOne[outcome], store.record)
	store.background(func() { store.attend(first) })
	// One transaction accepts at a time, over all replicas; loading and storing may
	// overlap with another's commit.
	store.background(func() { store.accepts.run(store.ctx) })
	store.background(func() { store.parks.run(store.ctx) })
	for range 2 {
		store.background(func() { store.loads.run(store.ctx) })
		store.background(func() { store.records.run(store.ctx) })
	}
	return store, nil
}

// Connect opens more connections to the same database, at most so many, for what else
// khop keeps there: what is busy with that does not keep events waiting. They are the
// caller's to close.
func (s *Store) Connect(ctx context.Context, connections int32) (*pgxpool.Pool, error) {
	config := s.pool.Config()
	config.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(ctx, config)
	return pool, doing("open "+placeOf(config.ConnConfig), err)
}

func (s *Store) background(work func()) {
	s.running.Go(work)
}

// Close stops delivering, and lets go of the database when what was delivered is on
// record.
func (s *Store) Close() error {
	s.shut()
	s.working.Lock()
	defer s.working.Unlock()
	s.cancel()
	s.running.Wait()
	s.news.Close()
	s.pool.Close()
	return nil
}

// Healthy writes something.
func (s *Store) Healthy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := s.pool.Exec(ctx, "UPDATE khop.house SET written = now()")
	return doing("write to the database", err)
}

// inTx runs work in a transaction, again where the database says that this is all it
// takes.
func (s *Store) inTx(ctx context.Context, work func(tx pgx.Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := pgx.BeginFunc(ctx, s.pool, work)
		if err == nil || attempt == 5 || !passing(err) {
			return err
		}
	}
}
