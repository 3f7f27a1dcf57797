package stencil

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/khop-dev/khop/mocks"
)

// pattern is a request in which marks stand for everything that differs from event to
// event. It is the Script of the event's birth: what the provider draws it gives out as
// marks, and for the times that it hears of it looks by their text.
type pattern struct {
	marks
	request   []byte
	draws     []draw
	stamps    []stamp
	signature *signature
}

// rehearsed is the time of that birth. No documented sample knows it; its text is as
// long as that of any time from 2001 to 2286; and its fraction of a second is so small
// that shortly before was another second.
var rehearsed = time.UnixMicro(9_012_345_678_154_321)

// Draw is a Script's: a mark in place of the characters.
func (p *pattern) Draw(n int, alphabet string) string {
	text, slot := p.add(n)
	p.draws = append(p.draws, draw{slot, alphabet})
	return text
}

// Time is a Script's.
func (p *pattern) Time(after time.Duration, clock mocks.Clock) {
	p.stamps = append(p.stamps, stamp{after: after, clock: clock})
}

// newPattern has the provider write the event, and marks what it did not draw.
func newPattern(sender Sender, event mocks.Event) (*pattern, error) {
	var p pattern
	l := sender.letter(event, mocks.Birth{Now: rehearsed, Script: &p})
	head, err := sender.head(l.request, len(p.lift(l.request.Body)))
	if err != nil {
		return nil, err
	}
	p.request = slices.Concat(head, l.request.Body)
	if sign := sender.signer(); sign != nil {
		if err := p.markSignature(sign, sender.signed(l)); err != nil {
			return nil, err
		}
	}
	p.markTimes()
	return &p, nil
}

// markSignature looks for the digest of what is covered. That may stand in several
// places, which are all alike.
func (p *pattern) markSignature(sign mocks.Signer, covered []byte) error {
	digest, from := sign(nil, covered), bytes.Index(p.request, covered)
	if from < 0 || bytes.Count(p.request, digest) != 1 {
		return errors.New("the request does not carry one signature of a part of it")
	}
	p.signature = &signature{from: len(p.lift(p.request[:from])), to: len(p.lift(p.request[:from+len(covered)]))}
	p.signature.slot = p.mark(digest)
	return nil
}

// markTimes looks for the times that the provider wrote. What follows from a time of
// seconds with decimals may tell the seconds alone, as Mobio's blocks do.
func (p *pattern) markTimes() {
	heard := p.stamps
	p.stamps = nil
	for _, decimals := range []bool{true, false} {
		for _, s := range heard {
			text := s.clock(nil, rehearsed.Add(s.after))
			if !decimals {
				text, _, _ = bytes.Cut(text, []byte("."))
			}
			if bytes.Contains(p.request, text) {
				s.slot = p.mark(text)
				p.stamps = append(p.stamps, s)
			}
		}
	}
}

// mark puts a mark wherever a text stands.
func (p *pattern) mark(text []byte) slot {
	mark, slot := p.add(len(text))
	p.request = bytes.ReplaceAll(p.request, text, []byte(mark))
	return slot
}

// locate finds the places of all slots.
func (p *pattern) locate() error {
	for i := range p.draws {
		if !p.find(&p.draws[i].slot, p.request) {
			return errors.New("the request does not carry all of its identity")
		}
	}
	for i := range p.stamps {
		p.find(&p.stamps[i].slot, p.request)
	}
	if p.signature != nil {
		p.find(&p.signature.slot, p.request)
	}
	return nil
}
