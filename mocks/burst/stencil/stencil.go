package stencil

import (
	"bytes"
	"errors"
	"time"

	"github.com/khop-dev/khop/mocks"
)

// Stencil is the request of one documented event, whole but for what makes every event
// another one. All that is filled in is as long in every event. It is safe for
// concurrent use, with a Pen for each goroutine.
type Stencil struct {
	text      []byte
	draws     []draw
	wheels    []wheel
	stamps    []stamp
	signature *signature // nil where the provider does not sign
}

// draw is what a provider drew at an event's birth.
type draw struct {
	slot
	alphabet string
}

// stamp is the time so long after an event's own, as a clock writes it, or as much of
// the beginning of that as is wide.
type stamp struct {
	slot
	after time.Duration
	clock mocks.Clock
}

// signature is where a request carries one, and which part of it that covers.
type signature struct {
	slot
	from, to int
}

// Cut makes the stencil of an event. Identities are drawn from the seed.
func Cut(sender Sender, event mocks.Event, seed uint64) (*Stencil, error) {
	p, err := newPattern(sender, event)
	if err != nil {
		return nil, err
	}
	if err := p.locate(); err != nil {
		return nil, err
	}
	s := &Stencil{text: p.lift(p.request), draws: p.draws, wheels: wheels(seed, p.draws), stamps: p.stamps, signature: p.signature}
	return s, s.prove(sender, event)
}

// Signed tells whether events carry a signature.
func (s *Stencil) Signed() bool { return s.signature != nil }

// Dated tells whether events say when they happened.
func (s *Stencil) Dated() bool { return len(s.stamps) > 0 }

// Append writes the request of the event of that number, happening and signed now.
func (s *Stencil) Append(buf []byte, number uint64, now time.Time, pen *Pen) []byte {
	buf, request := s.copy(buf)
	s.date(request, now, pen)
	s.identify(request, number)
	s.sign(request, pen)
	return buf
}

// AppendMissigned is Append with the signature that the event would have if its number
// were the next one.
func (s *Stencil) AppendMissigned(buf []byte, number uint64, now time.Time, pen *Pen) []byte {
	buf, request := s.copy(buf)
	s.date(request, now, pen)
	s.identify(request, number+1)
	s.sign(request, pen)
	s.identify(request, number)
	return buf
}

// copy adds the stencil's text to buf, and returns it apart.
func (s *Stencil) copy(buf []byte) (longer, request []byte) {
	longer = append(buf, s.text...)
	return longer, longer[len(buf):]
}

func (s *Stencil) date(request []byte, now time.Time, pen *Pen) {
	for i := range s.stamps {
		stamp := &s.stamps[i]
		stamp.fill(request, stamp.clock(pen.scratch, now.Add(stamp.after)))
	}
}

func (s *Stencil) identify(request []byte, number uint64) {
	for i := range s.wheels {
		s.wheels[i].turn(request, number)
	}
}

func (s *Stencil) sign(request []byte, pen *Pen) {
	if to := s.signature; to != nil {
		to.fill(request, pen.sign(pen.scratch, request[to.from:to.to]))
	}
}

// Birth is that of an event: of it the provider itself makes the same event.
func (s *Stencil) Birth(number uint64, now time.Time) mocks.Birth {
	request := bytes.Clone(s.text)
	s.identify(request, number)
	var drawn recital
	for _, d := range s.draws {
		drawn = append(drawn, string(request[d.places[0]:][:d.width]))
	}
	return mocks.Birth{Now: now, Script: &drawn}
}

// recital is the Script of an event whose draws are known.
type recital []string

// Draw is a Script's: the next one.
func (r *recital) Draw(int, string) string {
	text := (*r)[0]
	*r = (*r)[1:]
	return text
}

// Time is a Script's.
func (*recital) Time(time.Duration, mocks.Clock) {}

// errUnlike says that something differs between events and was not found by a mark.
var errUnlike = errors.New("khop would not write what the provider sends, which is a fault of its own")

// prove holds some events against those that the provider writes.
func (s *Stencil) prove(sender Sender, event mocks.Event) error {
	now, pen := time.Now(), sender.Pen()
	for number := uint64(1); number < enough; number <<= 13 {
		want, err := sender.Write(event, s.Birth(number, now))
		if err != nil {
			return err
		}
		if !bytes.Equal(s.Append(nil, number, now, pen), want) {
			return errUnlike
		}
		now = now.Add(-1001 * time.Hour)
	}
	return nil
}
