package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Events finds events, newest first or oldest first, as they were at one moment: while many questions are
// asked for a page, events go from one state to another.
func (s *Store) Events(ctx context.Context, query outbox.Query) ([]outbox.Event, error) {
	query.Limit = min(cmp.Or(max(query.Limit, 0), outbox.DefaultLimit), outbox.MaxLimit)
	var events []outbox.Event
	err := s.reader.asOfNow(ctx, func(tx *sql.Tx) (err error) {
		events, err = s.reader.page(ctx, tx, query)
		return err
	})
	return events, Explain(s.file, err)
}

// page reads events until it is full. Those of an app that has been dropped are still
// found until they are swept away, and passed over.
func (r *reader) page(ctx context.Context, tx *sql.Tx, query outbox.Query) ([]outbox.Event, error) {
	statement := tx.StmtContext(ctx, r.event)
	wanted := query.Limit
	events := make([]outbox.Event, 0, min(wanted, outbox.DefaultLimit))
	for {
		ids, err := r.find(ctx, tx, query)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			e, _, err := r.scan(statement.QueryRowContext(ctx, id))
			switch {
			case err == nil:
				events = append(events, e.event)
			case !errors.Is(err, sql.ErrNoRows):
				return nil, unknown(id, err)
			}
			query = behind(query, id)
		}
		if len(ids) < query.Limit || len(events) == wanted {
			return events, nil
		}
		query.Limit = wanted - len(events)
	}
}

// behind is what is left of a question when an answer up to an ID is there.
func behind(query outbox.Query, id int64) outbox.Query {
	if query.Rising {
		query.After = id
	} else {
		query.Before = id
	}
	return query
}

// asOfNow reads several things that belong together.
func (r *reader) asOfNow(ctx context.Context, read func(*sql.Tx) error) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return read(tx)
}

// find is the first events that a query wants, by ID.
func (r *reader) find(ctx context.Context, tx *sql.Tx, query outbox.Query) ([]int64, error) {
	query.Before = cmp.Or(query.Before, math.MaxInt64)
	filtered := query.App != "" || query.Type != "" || query.State != ""
	if !filtered {
		return r.walk(ctx, tx, query, "")
	}
	picks, err := r.wanted(query)
	switch {
	case err != nil || len(picks) == 0:
		return nil, err
	case query.Search != "":
		return r.walk(ctx, tx, query, " AND ("+condition(picks)+")")
	}
	return r.merge(ctx, tx, query, picks)
}

// merge takes the first events of several lanes and states, for which there is an index.
func (r *reader) merge(ctx context.Context, tx *sql.Tx, query outbox.Query, picks []pick) ([]int64, error) {
	statement, order := tx.StmtContext(ctx, r.inLane), newestFirst
	if query.Rising {
		statement, order = tx.StmtContext(ctx, r.risingInLane), cmp.Compare[int64]
	}
	var first []int64
	for _, p := range picks {
		rows, err := statement.QueryContext(ctx, p.lane, p.state, query.After, query.Before, query.Limit)
		if err != nil {
			return nil, fmt.Errorf("looking for events: %w", err)
		}
		found, err := scanIDs(rows)
		if err != nil {
			return nil, err
		}
		first = append(first, found...)
		slices.SortFunc(first, order)
		if len(first) >= query.Limit {
			first = first[:query.Limit]
			query = upTo(query, first[len(first)-1])
		}
	}
	return first, nil
}

func newestFirst(a, b int64) int { return cmp.Compare(b, a) }

// upTo is a question about nothing that comes after an ID any more.
func upTo(query outbox.Query, id int64) outbox.Query {
	if query.Rising {
		query.Before = id
	} else {
		query.After = id
	}
	return query
}

// walk reads events one after another until it has found enough: no index helps to find
// a part of a word.
func (r *reader) walk(ctx context.Context, tx *sql.Tx, query outbox.Query, condition string) ([]int64, error) {
	args, order := []any{query.After, query.Before}, "DESC"
	if query.Rising {
		order = "ASC"
	}
	if query.Search != "" {
		id, err := strconv.ParseInt(query.Search, 10, 64)
		if err != nil {
			id = -1
		}
		condition += " AND (id = ? OR instr(object, ?) > 0)"
		args = append(args, id, query.Search)
	}
	rows, err := tx.QueryContext(ctx, `SELECT id FROM events NOT INDEXED WHERE id > ? AND id < ?`+condition+` ORDER BY id `+order+` LIMIT ?`, append(args, query.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("searching events: %w", err)
	}
	return scanIDs(rows)
}

// pick is the events of one lane in one state, of which there are some.
type pick struct {
	lane  int64
	state int
	count int64
}

// wanted are the lanes and states that a query is about, those with the most events first.
func (r *reader) wanted(query outbox.Query) ([]pick, error) {
	state := -1
	if query.State != "" {
		var err error
		if state, err = stateNumber(query.State); err != nil {
			return nil, err
		}
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	var picks []pick
	for _, l := range r.lanes {
		if query.App != "" && r.bySeq[l.app].ID != query.App || query.Type != "" && l.kind != query.Type {
			continue
		}
		for number, count := range l.counts {
			if count > 0 && (state < 0 || number == state) {
				picks = append(picks, pick{l.id, number, count})
			}
		}
	}
	slices.SortFunc(picks, func(a, b pick) int { return cmp.Compare(b.count, a.count) })
	return picks, nil
}

// condition is the picks as SQL has them.
func condition(picks []pick) string {
	lanes := map[int][]string{}
	for _, p := range picks {
		lanes[p.state] = append(lanes[p.state], strconv.FormatInt(p.lane, 10))
	}
	var all []string
	for state, in := range lanes {
		all = append(all, fmt.Sprintf("state = %d AND lane IN (%s)", state, strings.Join(in, ",")))
	}
	return strings.Join(all, " OR ")
}
