package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// schema is where all tables are, River's included.
const schema = "khop"

// minConnections is how many connections a store needs to do its different kinds of
// work side by side, pages included.
const minConnections = 12

// configure reads a connection string and sets what every connection needs.
func configure(url string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// pgx quotes the connection string, its password replaced.
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	config.MaxConns = max(config.MaxConns, minConnections)
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 10 * time.Second
	}
	config.AfterConnect = settle
	return config, nil
}

// settle makes a connection behave. Tables grow from nothing to a million rows within
// minutes: a plan that was made once may be the wrong one ever after, and so may be what
// the server believes of a table. What khop and River ask for are always a few rows in
// the order of an index, so that every plan is made afresh, from indexes. And what is
// accepted has to be on the disk, whatever is the server's habit.
func settle(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `
		SET application_name = 'khop';
		SET plan_cache_mode = force_custom_plan;
		SET enable_bitmapscan = off;
		SET enable_seqscan = off;
		SET random_page_cost = 1.1;
		SET jit = off;
		SELECT set_config('synchronous_commit', 'on', false)
		WHERE current_setting('synchronous_commit') = 'off'`, pgx.QueryExecModeSimpleProtocol)
	return err
}

// placeOf names a database for people, without its password.
func placeOf(config *pgx.ConnConfig) string {
	return fmt.Sprintf("database %q on %s:%d as %q", config.Database, config.Host, config.Port, config.User)
}
