package burst

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst/stencil"
)

// longAgo is how old stale events are: older than any provider's retries and any window
// within which a receiver may take an event for a new one.
const longAgo = 30 * 24 * time.Hour

// NewSource is a source of the provider's events, each written as a single one would
// be. An event's identity follows from the seed and its number alone, and no two of 2^40
// numbers share one where the provider's identity has room for so many. Abaha's objects
// have not: they are numbered with nine digits, so that 900,000,000 consecutive ones
// differ.
//
// An error names the flag with which the provider cannot be had.
func NewSource(options Options) (Source, error) {
	if err := options.sendable(); err != nil {
		return nil, err
	}
	events := options.Events
	if len(events) == 0 {
		events = options.Provider.Events()
	}
	sender := stencil.Sender{Provider: options.Provider, Account: options.Account, URL: options.URL, Header: options.Header}
	s := &source{pens: sync.Pool{New: func() any { return sender.Pen() }}}
	for _, event := range events {
		cut, err := stencil.Cut(sender, event, options.Seed)
		if err != nil {
			return nil, fmt.Errorf("preparing %s's %s: %w", options.Provider.Title, event, err)
		}
		if err := options.fit(event, cut); err != nil {
			return nil, err
		}
		s.stencils = append(s.stencils, cut)
	}
	return s, nil
}

// sendable says why nothing can be sent at all.
func (o Options) sendable() error {
	switch {
	case o.Provider == nil:
		return errors.New("a burst needs a provider whose events it sends")
	case o.Provider.Fresh == nil:
		return fmt.Errorf("%s sends no events", o.Provider.Title)
	case o.URL == nil:
		return errors.New("no address: give --target http://host:port/path")
	case o.Provider.Forbids == nil:
		return nil
	}
	if err := o.Provider.Forbids(o.Account, o.URL); err != nil {
		return fmt.Errorf("--target: %w", err)
	}
	return nil
}

// fit says which kind that is wanted an event cannot be of.
func (o Options) fit(event mocks.Event, cut *stencil.Stencil) error {
	switch {
	case o.Shares.Stale > 0 && !cut.Dated():
		return fmt.Errorf("--stale: %s's %s tells no time that could be long past; leave --stale out", o.Provider.Title, event)
	case o.Shares.BadSignature > 0 && !cut.Signed():
		return fmt.Errorf("--bad-signature: %s does not sign what it sends; leave --bad-signature out", o.Provider.Title)
	}
	return nil
}

// source has a stencil for every event; they are sent in turns.
type source struct {
	stencils []*stencil.Stencil
	pens     sync.Pool
}

// Append is a Source's.
func (s *source) Append(buf []byte, number uint64, kind Kind) []byte {
	pen := s.pens.Get().(*stencil.Pen)
	defer s.pens.Put(pen)
	cut := s.stencils[number%uint64(len(s.stencils))]
	switch kind {
	case Stale:
		return cut.Append(buf, number, time.Now().Add(-longAgo), pen)
	case BadSignature:
		return cut.AppendMissigned(buf, number, time.Now(), pen)
	default:
		return cut.Append(buf, number, time.Now(), pen)
	}
}
