package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// How often the keeper looks for events whose time has come, unless it knows of an
// earlier one; for the jobs of the dead; and how many events it queues together.
const (
	wakeEvery   = 250 * time.Millisecond
	retakeEvery = 500 * time.Millisecond
	wakeAtOnce  = 1000
)

// keep queues what is parked when its time has come, and what dead replicas left
// behind, until ctx ends. Every replica does so.
func (s *Store) keep(ctx context.Context, gate *gate) {
	var retaken time.Time
	for ctx.Err() == nil {
		if time.Since(retaken) >= retakeEvery {
			retaken = time.Now()
			s.grumble(ctx, "take over from dead replicas", s.retake(ctx))
		}
		hungry, slow := gate.hungry()
		s.grumble(ctx, "queue what is due", s.wakeAll(ctx, slow))
		for _, app := range hungry {
			woken, err := s.wake(ctx, wakeOneSQL, []string{app}, gate.size)
			if err == nil && woken < gate.size {
				gate.sated(app)
			}
			s.grumble(ctx, "queue what is due", err)
		}
		s.keeping.wait(ctx, s.coming(ctx, time.Now().Add(wakeEvery), slow))
	}
}

func (s *Store) grumble(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		s.log.Warn("cannot "+what+"; trying again", "error", explain(err))
	}
}

// wakeAll gives a job to every parked event whose time has come and whose app is
// neither paused nor slow.
func (s *Store) wakeAll(ctx context.Context, slow []string) error {
	for {
		woken, err := s.wake(ctx, wakeOthersSQL, slow, wakeAtOnce)
		if err != nil || woken < wakeAtOnce {
			return err
		}
	}
}

// wake gives a job to some events. Several replicas do not get into each other's way.
func (s *Store) wake(ctx context.Context, sql string, apps []string, most int) (int, error) {
	var woken []turn
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, time.Now(), apps, most)
		if err != nil {
			return err
		}
		woken, err = pgx.CollectRows(rows, pgx.RowToStructByPos[turn])
		if err != nil {
			return fmt.Errorf("look for due events: %w", err)
		}
		return s.enqueue(ctx, tx, woken)
	})
	return len(woken), err
}

var (
	wakeOneSQL    = wakeSQL("a.id = ANY($2)")
	wakeOthersSQL = wakeSQL("a.id <> ALL($2)")
)

func wakeSQL(which string) string {
	return `
	WITH ripe AS (
		SELECT e.id FROM khop.apps AS a CROSS JOIN LATERAL (
			SELECT id FROM khop.events
			WHERE app = a.id AND parked AND next <= $1
			ORDER BY next LIMIT $3
			FOR UPDATE SKIP LOCKED
		) AS e
		WHERE NOT a.paused AND ` + which + `
	), woken AS (
		UPDATE khop.events AS e SET parked = false FROM ripe WHERE e.id = ripe.id
		RETURNING e.id, e.turn, e.next
	)
	SELECT id, turn FROM woken ORDER BY next, id`
}

// coming is when the next event is to be woken, or last if that is earlier.
func (s *Store) coming(ctx context.Context, last time.Time, slow []string) time.Time {
	var next *time.Time
	err := s.pool.QueryRow(ctx, `
		SELECT min(e.next) FROM khop.apps AS a CROSS JOIN LATERAL (
			SELECT next FROM khop.events WHERE app = a.id AND parked AND next <= $1 ORDER BY next LIMIT 1
		) AS e
		WHERE NOT a.paused AND a.id <> ALL($2)`, last, slow).Scan(&next)
	if err != nil || next == nil {
		return last
	}
	return *next
}

// retake parks the events that dead replicas were busy with: those whose jobs are
// running under a number that nobody holds the lock of. They are due still, so that
// they are woken at once.
func (s *Store) retake(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, `
		WITH living AS MATERIALIZED (
			SELECT 'khop-' || objid AS client FROM pg_locks
			WHERE locktype = 'advisory' AND classid = $1 AND objsubid = 2 AND granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		), lost AS (
			SELECT (args->>'event')::bigint AS event, (args->>'turn')::integer AS turn
			FROM khop.river_job
			WHERE state = 'running' AND queue = $2
				AND attempted_by[array_upper(attempted_by, 1)] NOT IN (SELECT client FROM living)
		)
		UPDATE khop.events AS e SET parked = true, turn = e.turn + 1
		FROM lost WHERE e.id = lost.event AND e.turn = lost.turn`,
		lockClass, queueName)
	return err
}
