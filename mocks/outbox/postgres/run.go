package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/khop-dev/khop/mocks/outbox"
)

// River's settings.
const (
	// How many jobs a replica takes for each that it delivers at once: while some are
	// on their way, others are loaded or stored.
	ahead     = 2
	queueName = "deliveries"
	// How often a replica looks for jobs at most, and at least.
	fetchCooldown = 5 * time.Millisecond
	fetchPoll     = 100 * time.Millisecond
	// No attempt lasts that long: every provider gives up after seconds.
	jobTimeout = 10 * time.Minute
	// The jobs of dead replicas are worthless by then; River clears them away.
	rescueAfter = 15 * time.Minute
	// The history is in our own tables.
	keepCompleted = time.Minute
	stopWithin    = 20 * time.Second
)

// Run works as one of the replicas until ctx ends. When the connection to the others is
// lost, it stops what it was doing, since they do it from then on, and joins them anew.
func (s *Store) Run(ctx context.Context, deliver outbox.Deliver, atOnce int) error {
	if atOnce < 1 {
		return fmt.Errorf("deliver %d at once: has to be 1 or more", atOnce)
	}
	if !s.working.TryLock() {
		return errors.New("this store delivers already; open another one for a second replica")
	}
	defer s.working.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.open, cancel)()
	for ctx.Err() == nil {
		replica := s.presence.wait(ctx)
		if replica == nil {
			break
		}
		if err := s.runAs(ctx, replica, deliver, atOnce); err != nil && ctx.Err() == nil {
			s.log.Warn("deliveries stopped; starting again", "error", explain(err))
			pause(ctx, time.Second)
		}
	}
	return nil
}

// runAs delivers until ctx ends or the replica is lost.
func (s *Store) runAs(ctx context.Context, replica *replica, deliver outbox.Deliver, atOnce int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(replica.ctx, cancel)()

	gate := newGate(atOnce, s.keeping.ring)
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{store: s, deliver: deliver, gate: gate})
	client, err := river.NewClient(riverpgxv5.New(s.pool), &river.Config{
		ID:                          replica.clientID(),
		Schema:                      schema,
		Logger:                      quiet(s.log),
		Workers:                     workers,
		Queues:                      map[string]river.QueueConfig{queueName: {MaxWorkers: min(ahead*atOnce, river.QueueNumWorkersMax)}},
		FetchCooldown:               fetchCooldown,
		FetchPollInterval:           fetchPoll,
		JobTimeout:                  jobTimeout,
		RescueStuckJobsAfter:        rescueAfter,
		CompletedJobRetentionPeriod: keepCompleted,
		ReindexerIndexNames:         []string{"river_job_pkey", "river_job_prioritized_fetching_index", "river_job_state_and_finalized_at_index"},
		RetryPolicy:                 again{},
	})
	if err != nil {
		return fmt.Errorf("set up the queue: %w", err)
	}
	// Its own context, because stopping it takes the database once more.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the queue: %w", err)
	}
	s.keep(ctx, gate)
	return stop(ctx, client)
}

func stop(ctx context.Context, client *river.Client[pgx.Tx]) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := client.StopAndCancel(ctx); err != nil {
		return fmt.Errorf("stop the queue: %w", err)
	}
	return nil
}

// again is when a job is tried again that khop itself could not do, because the database
// failed in the middle. Providers' schedules are not River's business.
type again struct{}

func (again) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(time.Second) }

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
