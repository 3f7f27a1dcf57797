package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"sync"
)

// Ledger applies every event once. Its journal is a file with one block a line, in
// the order in which they were taken; what is in memory is what reading it gives.
// A database with a unique key does the same, and is needed once there are two
// instances, or more events than fit into memory.
type Ledger struct {
	incoming chan delivery
	seen     map[string]bool // ids of all events in the journal; keep alone looks at it

	mu      sync.Mutex
	newest  map[string]float64 // by deal and type, the time of the last change
	applied map[string]int     // by id
}

// delivery is events that come, and go to disk, together.
type delivery struct {
	events []Event
	safe   chan struct{} // closed when they are on disk and applied
}

// OpenLedger reads the journal in a folder, or begins one.
func OpenLedger(folder string) (*Ledger, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the journal: %w", err)
	}
	journal, err := os.OpenFile(filepath.Join(folder, "events.jsonl"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	l := &Ledger{incoming: make(chan delivery, 64), seen: map[string]bool{}, newest: map[string]float64{}, applied: map[string]int{}}
	if err := l.replay(journal); err != nil {
		return nil, fmt.Errorf("reading the journal %s: %w", journal.Name(), err)
	}
	go l.keep(journal)
	return l, nil
}

// Record returns when all events are on disk, those of an earlier delivery included.
func (l *Ledger) Record(events []Event) {
	d := delivery{events, make(chan struct{})}
	l.incoming <- d
	<-d.safe
}

// Applied tells how often an event was applied.
func (l *Ledger) Applied(id string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.applied[id]
}

// keep writes what comes, as the only one that does: two deliveries of one event
// cannot both find it new. What came while the disk was busy shares the next fsync,
// because Mobio waits no longer than 100 ms, also in a burst.
func (l *Ledger) keep(journal *os.File) {
	for first := range l.incoming {
		together := append([]delivery{first}, l.waiting()...)
		var fresh []Event
		var lines bytes.Buffer
		for _, d := range together {
			for _, e := range d.events {
				if !l.seen[e.ID] {
					l.seen[e.ID] = true
					fresh = append(fresh, e)
					lines.Write(e.Body)
					lines.WriteByte('\n')
				}
			}
		}
		if err := write(journal, lines.Bytes()); err != nil {
			// What the file holds now is uncertain. Stop unacknowledged: the next start reads what is there.
			log.Fatal("receiver: writing the journal: ", err)
		}
		for _, e := range fresh {
			l.apply(e)
		}
		for _, d := range together {
			close(d.safe)
		}
	}
}

// waiting takes the deliveries that have come in the meantime.
func (l *Ledger) waiting() []delivery {
	var found []delivery
	for {
		select {
		case d := <-l.incoming:
			found = append(found, d)
		default:
			return found
		}
	}
}

func write(journal *os.File, lines []byte) error {
	if len(lines) == 0 {
		return nil
	}
	if _, err := journal.Write(lines); err != nil {
		return err
	}
	return journal.Sync()
}

// apply is where your own code acts on an event. Another event of the same deal and
// type may have overtaken it: what is older than the last one changes nothing. That is
// right for what an event sets, such as a deal's state; where it adds to a list and
// removes from it, decide whether a late one still counts.
func (l *Ledger) apply(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	what := e.Deal + "\x00" + e.Type
	if e.At != 0 && e.At < l.newest[what] {
		return
	}
	l.newest[what] = max(e.At, l.newest[what])
	l.applied[e.ID]++
}

// replay applies what the journal holds. A last line without its end was being
// written when the power went; nobody was told that it had been taken.
func (l *Ledger) replay(journal *os.File) error {
	lines := bufio.NewReader(journal)
	var whole int64
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		event, err := readEvent(line)
		if err != nil {
			return fmt.Errorf("at byte %d: %w", whole, err)
		}
		whole += int64(len(line))
		l.seen[event.ID] = true
		l.apply(event)
	}
	if err := journal.Truncate(whole); err != nil {
		return err
	}
	_, err := journal.Seek(whole, io.SeekStart)
	return err
}
