package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// Options are how a database is opened. The zero value is the usual one.
type Options struct {
	// Key encrypts the apps, their secrets above all: 32 bytes in hex or base64, or a
	// passphrase. A database that has none yet is encrypted now.
	Key string
	// Log takes what goes wrong behind the scenes; nil keeps nothing.
	Log *slog.Logger
}

// Store is an outbox backend in a file. It is safe for concurrent use; Close it.
type Store struct {
	file   string
	writer *writer
	reader *reader
	queue  *queue
	hub    outbox.Hub
	seal   seal
	log    *slog.Logger
	lock   *single

	running chan struct{} // holds the one Run
	results chan struct{} // holds the results that are not on the disk yet

	sweeping sync.WaitGroup // over the dropped apps that Open has found
}

var _ outbox.Backend = (*Store)(nil)

const (
	readers = 4 // connections that read
	// unrecorded is how many results may wait for the disk, and so how many attempts are
	// made again at most after khop was killed.
	unrecorded = 512
)

// Open opens a database, or makes a new one. Its errors wrap this package's own.
func Open(ctx context.Context, file string, options Options) (*Store, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("finding the database: %w", err)
	}
	if err := prepareFile(file); err != nil {
		return nil, err
	}
	s := &Store{
		file: file, log: options.Log, queue: newQueue(),
		running: make(chan struct{}, 1), results: make(chan struct{}, unrecorded),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := refuseForeign(ctx, file); err != nil {
		return nil, err
	}
	if s.lock, err = lock(ctx, file); err != nil {
		return nil, Explain(file, fmt.Errorf("locking: %w", err))
	}
	if err := s.start(ctx, options.Key); err != nil {
		return nil, errors.Join(Explain(file, err), s.lock.Close())
	}
	return s, nil
}

// prepareFile makes sure that the file is there, for its owner alone, and can be written.
// A file that is there is not opened for that: to close it again would take away the
// locks that this process may hold on it.
func prepareFile(file string) error {
	created, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case err == nil:
		return created.Close()
	case !errors.Is(err, fs.ErrExist):
		return Explain(file, fmt.Errorf("creating the database: %w", err))
	}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return fmt.Errorf("opening the database: %w", err)
	case info.IsDir():
		return fmt.Errorf("opening the database: %s is a directory", file)
	}
	if err := writable(file); err != nil {
		return Explain(file, fmt.Errorf("opening the database: %w", err))
	}
	if info.Size() == 0 { // there is nothing in it that others may need
		if err := os.Chmod(file, 0o600); err != nil {
			return Explain(file, fmt.Errorf("opening the database: %w", err))
		}
	}
	return nil
}

// start opens the connections and reads what is small.
func (s *Store) start(ctx context.Context, key string) error {
	w, err := newWriter(ctx, s.file)
	if err != nil {
		return err
	}
	w.hub, s.writer = &s.hub, w
	dropped, err := s.readIn(ctx, key)
	if err == nil {
		err = w.prepare(ctx)
	}
	if err == nil {
		s.reader, err = newReader(ctx, s.file, w.catalog)
	}
	if err != nil {
		return errors.Join(err, w.conn.Close())
	}
	for _, a := range w.list() {
		s.queue.put(a)
	}
	go w.run()
	s.sweepAll(context.WithoutCancel(ctx), dropped)
	return nil
}

// readIn fills the catalog with what the file holds.
func (s *Store) readIn(ctx context.Context, key string) (dropped []int64, err error) {
	conn := s.writer.conn.Conn
	if err := prepareSchema(ctx, conn, s.file); err != nil {
		return nil, err
	}
	if s.seal, err = unlock(ctx, conn, s.file, key); err != nil {
		return nil, err
	}
	if dropped, err = s.writer.load(ctx, conn, s.seal); err != nil {
		return nil, err
	}
	err = conn.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'`).Scan(&s.writer.lastID)
	return dropped, err
}

// Close waits for what was handed over, and leaves one file behind. End Run first.
func (s *Store) Close() error {
	s.writer.close()
	s.sweeping.Wait()
	s.hub.Close()
	return errors.Join(s.reader.close(), s.writer.conn.Close(), s.lock.Close())
}

// Watch tells of every event that was accepted or whose state has changed.
func (s *Store) Watch(ctx context.Context) <-chan outbox.Change { return s.hub.Watch(ctx) }

// Healthy writes something and waits until it is on the disk.
func (s *Store) Healthy(ctx context.Context) error {
	return s.writer.write(ctx, 1, func(b *batch) error {
		_, err := b.exec(b.do.heartbeat, b.now.UnixNano())
		return err
	})
}

// Stats counts the events, by counts that are kept while they are written.
func (s *Store) Stats(ctx context.Context) (outbox.Stats, error) {
	all := s.writer.sums()
	stats := outbox.Stats{ByState: map[outbox.State]int{}}
	for state, n := range all {
		stats.ByState[states[state]] = int(n)
		stats.Events += int(n)
	}
	oldest, err := s.reader.oldest(ctx)
	if oldest > 0 {
		stats.Oldest = time.Unix(0, oldest)
	}
	return stats, Explain(s.file, err)
}
