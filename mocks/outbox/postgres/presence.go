package postgres

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// replica is what others know a store by: a number, and a connection that holds the
// advisory lock of that number. The lock goes with the process or the connection, and
// then the jobs that were taken under the number are given to others.
type replica struct {
	number int
	conn   *pgx.Conn
	ctx    context.Context // ends when the connection is lost
	leave  context.CancelFunc
}

// patience is how long a connection may say nothing before it is asked, and how long it
// may take to answer.
const patience = 5 * time.Second

// announce opens the connection of a new replica, which listens to news as well.
func announce(ctx context.Context, pool *pgxpool.Pool) (*replica, error) {
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	r := &replica{conn: conn}
	// A machine that vanishes leaves its connection behind: the server asks after it.
	_, err = conn.Exec(ctx, `
		SET application_name = 'khop replica';
		SET tcp_keepalives_idle = 5;
		SET tcp_keepalives_interval = 2;
		SET tcp_keepalives_count = 3;
		LISTEN khop_news`, pgx.QueryExecModeSimpleProtocol)
	if err == nil {
		err = conn.QueryRow(ctx, "SELECT nextval('khop.replicas')").Scan(&r.number)
	}
	if err == nil {
		_, err = conn.Exec(ctx, "SELECT pg_advisory_lock($1, $2)", lockClass, r.number)
	}
	if err != nil {
		conn.Close(ctx)
		return nil, fmt.Errorf("join the replicas: %w", err)
	}
	r.ctx, r.leave = context.WithCancel(context.Background())
	return r, nil
}

// clientID is what River knows the replica by.
func (r *replica) clientID() string { return fmt.Sprintf("khop-%d", r.number) }

// listen hands on what it hears until the connection is lost or ctx ends.
func (r *replica) listen(ctx context.Context, hear func(message string)) error {
	defer r.conn.Close(context.WithoutCancel(ctx))
	defer r.leave()
	for {
		err := within(ctx, func(ctx context.Context) error {
			heard, err := r.conn.WaitForNotification(ctx)
			if err == nil {
				hear(heard.Payload)
			}
			return err
		})
		if err != nil && ctx.Err() == nil && !r.conn.IsClosed() {
			err = within(ctx, r.conn.Ping)
		}
		if err != nil {
			return err
		}
	}
}

func within(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return do(ctx)
}

// presence is the replica that a store is at the moment; none where the connection is
// lost and not yet made again.
type presence struct {
	mu      sync.Mutex
	replica *replica
	changed chan struct{}
}

func newPresence(r *replica) *presence {
	return &presence{replica: r, changed: make(chan struct{})}
}

func (p *presence) set(r *replica) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replica = r
	close(p.changed)
	p.changed = make(chan struct{})
}

// wait waits for a replica that is there; it returns nil when ctx ends.
func (p *presence) wait(ctx context.Context) *replica {
	for {
		p.mu.Lock()
		r, changed := p.replica, p.changed
		p.mu.Unlock()
		if r != nil && r.ctx.Err() == nil {
			return r
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}
