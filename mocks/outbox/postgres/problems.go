package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// What may be wrong with a database. Errors wrap these, and name the way out.
var (
	ErrUnreachable = errors.New("the server cannot be reached")
	ErrDenied      = errors.New("the server does not allow it")
	ErrReadOnly    = errors.New("the server can only be read")
	ErrFull        = errors.New("the server's disk is full")
	ErrDamaged     = errors.New("the database is damaged")
	ErrNewer       = errors.New("a newer khop has written the database")
	ErrKey         = errors.New("the database's secrets are encrypted with a key")
	ErrClosed      = errors.New("the store is closed")
)

const wayToPrimary = "it is a replica, or set to read-only; give the URL of the primary server"

// refusals are what a server says, by its SQLSTATE: what is wrong, and the way out.
var refusals = map[string]struct {
	kind error
	way  string
}{
	"25006": {ErrReadOnly, wayToPrimary},
	"28000": {ErrDenied, "look at the user in the URL, and at pg_hba.conf"},
	"28P01": {ErrDenied, "the password is wrong; look at the URL, PGPASSWORD and the password file"},
	"3D000": {ErrUnreachable, "there is no such database; create it, or correct its name in the URL"},
	"42501": {ErrDenied, "let the user create in the database (GRANT CREATE ON DATABASE ... TO ...), or own the schema khop"},
	"53100": {ErrFull, "make room; nothing of what failed was kept"},
	"53300": {ErrUnreachable, "it has no connection left; raise max_connections, or stop something"},
	"57P03": {ErrUnreachable, "it is starting or stopping; try again in a moment"},
	"XX001": {ErrDamaged, "put a backup in its place"},
	"XX002": {ErrDamaged, "an index is broken; REINDEX the database"},
}

// problem is an error as a user reads it.
func problem(kind error, way string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%w: %s", kind, way)
	}
	return fmt.Errorf("%w: %s (%w)", kind, way, cause)
}

// explain finds out what is behind an error of the server's or of the connection's.
func explain(err error) error {
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) {
		if known, ok := refusals[refusal.Code]; ok {
			return problem(known.kind, known.way, err)
		}
		return err
	}
	var unreachable *pgconn.ConnectError
	if errors.As(err, &unreachable) {
		return problem(ErrUnreachable, "is it running, and is the address right?", err)
	}
	return err
}

// doing says what was being done when something went wrong.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, explain(err))
}

// passing tells whether trying again is all it takes: the server broke a deadlock.
func passing(err error) bool {
	var refusal *pgconn.PgError
	return errors.As(err, &refusal) && slices.Contains([]string{"40P01", "40001"}, refusal.Code)
}

// quiet is River's logger: only what is wrong, since its ordinary news are not ours.
func quiet(log *slog.Logger) *slog.Logger {
	return slog.New(warnings{log.Handler()}).With("part", "queue")
}

// silent is for what tells its errors to its caller anyway.
func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
