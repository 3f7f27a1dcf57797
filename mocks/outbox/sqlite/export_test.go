package sqlite

import (
	"context"
	"errors"
	"fmt"
)

// Limit lets the file grow to so many pages only, as a disk that is full does.
func (s *Store) Limit(ctx context.Context, pages int) error {
	return s.writer.write(ctx, 1, func(b *batch) error {
		_, err := b.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		return err
	})
}

// Execute runs a statement on a database that nobody has open.
func Execute(ctx context.Context, file, statement string) error {
	db, err := open(file, 1)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// Rows counts what the file holds of apps and events, whether anybody can see it or not.
func (s *Store) Rows(ctx context.Context) (rows int, err error) {
	err = s.reader.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM apps) + (SELECT count(*) FROM lanes) + (SELECT count(*) FROM events)
		+ (SELECT count(*) FROM bodies) + (SELECT count(*) FROM attempts)`).Scan(&rows)
	return rows, err
}

// Hold lets the queue hold so many events only.
func (s *Store) Hold(most int) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	s.queue.most = most
}
