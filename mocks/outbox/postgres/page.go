package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Events reads one page, from where the page before has ended.
func (s *Store) Events(ctx context.Context, query outbox.Query) ([]outbox.Event, error) {
	if query.Limit <= 0 {
		query.Limit = outbox.DefaultLimit
	}
	query.Limit = min(query.Limit, outbox.MaxLimit)
	sql, args := pageSQL(query)
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, doing("find events", err)
	}
	events, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (outbox.Event, error) { return scanEvent(row) })
	return events, doing("find events", err)
}

// pageSQL reads a page along the index that fits best: app by app, of which there are
// few, and by -id, as the indexes have it.
func pageSQL(query outbox.Query) (sql string, args []any) {
	order, indexed := "e.id DESC", "-e.id"
	if query.Rising {
		order, indexed = "e.id", "-e.id DESC"
	}
	if query.App == "" && query.State == "" && query.Type == "" {
		where, args := conditions(query)
		return fmt.Sprintf("SELECT %s FROM khop.events AS e WHERE %s ORDER BY %s LIMIT %d", eventColumns, where, order, query.Limit), args
	}
	which := "true"
	if query.App != "" {
		which, args = "a.id = $1", []any{query.App}
		query.App = ""
	}
	where, args := conditions(query, args...)
	where = newestFirst.Replace(where)
	return fmt.Sprintf(`
		SELECT %[1]s FROM khop.apps AS a CROSS JOIN LATERAL (
			SELECT * FROM khop.events AS e WHERE e.app = a.id AND %[2]s ORDER BY %[6]s LIMIT %[3]d
		) AS e
		WHERE %[4]s ORDER BY %[5]s LIMIT %[3]d`, eventColumns, where, query.Limit, which, order, indexed), args
}

// newestFirst says of -id what is said of id.
var newestFirst = strings.NewReplacer("e.id < $", "-e.id > - $", "e.id > $", "-e.id < - $")

// conditions are what a query asks of events, for a WHERE clause, and its arguments
// behind those given.
func conditions(query outbox.Query, args ...any) (string, []any) {
	all := []string{"true"}
	ask := func(condition string, value any) {
		args = append(args, value)
		all = append(all, fmt.Sprintf(condition, len(args)))
	}
	if query.App != "" {
		ask("e.app = $%d", query.App)
	}
	if query.State != "" {
		ask("e.state = $%d", string(query.State))
	}
	if query.Type != "" {
		ask("e.type = $%d", text(query.Type))
	}
	if query.Before != 0 {
		ask("e.id < $%d::bigint", query.Before)
	}
	if query.After != 0 {
		ask("e.id > $%d::bigint", query.After)
	}
	if query.Search != "" {
		search := text(query.Search)
		id, err := strconv.ParseInt(search, 10, 64)
		if err != nil || strconv.FormatInt(id, 10) != search {
			id = 0 // no event's
		}
		ask("(strpos(e.object, $%d) > 0 OR ", search)
		last := len(all) - 1
		args = append(args, id)
		all[last] += fmt.Sprintf("e.id = $%d)", len(args))
	}
	return strings.Join(all, " AND "), args
}
