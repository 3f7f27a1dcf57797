package sqlite

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// attemptFormat is the first byte of an attempt as it is stored.
const attemptFormat = 1

var errAttempt = errors.New("an attempt on record cannot be read")

// encode writes an attempt down: its fields in their order, numbers as varints, texts
// behind their lengths. Event and number are the row's key.
func encode(a outbox.Attempt) []byte {
	e := make(encoder, 0, 512)
	e = append(e, attemptFormat)
	e.flag(a.ByHand)
	e.number(int64(a.Due))
	e.number(a.Started.UnixNano())
	e.number(int64(a.Took))
	e.text(a.Request.Method)
	e.text(a.Request.URL)
	e.pairs(a.Request.Header)
	e.number(int64(a.Status))
	e.pairs(a.Header)
	e.text(string(a.Answer))
	e.text(a.Failure)
	e.text(a.Outcome)
	e.text(a.Reading)
	e.number(int64(a.Wait))
	return e
}

type encoder []byte

func (e *encoder) number(n int64) { *e = binary.AppendVarint(*e, n) }

func (e *encoder) text(s string) { *e = append(binary.AppendUvarint(*e, uint64(len(s))), s...) }

func (e *encoder) flag(set bool) {
	if set {
		*e = append(*e, 1)
	} else {
		*e = append(*e, 0)
	}
}

func (e *encoder) pairs(header [][2]string) {
	*e = binary.AppendUvarint(*e, uint64(len(header)))
	for _, pair := range header {
		e.text(pair[0])
		e.text(pair[1])
	}
}

// decode reads an attempt back.
func decode(key int64, data []byte) (outbox.Attempt, error) {
	d := decoder{rest: data}
	if d.byte() != attemptFormat {
		return outbox.Attempt{}, errAttempt
	}
	a := outbox.Attempt{Event: key >> attemptBits, Number: int(key & (1<<attemptBits - 1))}
	a.ByHand = d.byte() == 1
	a.Due = time.Duration(d.number())
	a.Started = time.Unix(0, d.number())
	a.Took = time.Duration(d.number())
	a.Request.Method = d.text()
	a.Request.URL = d.text()
	a.Request.Header = d.pairs()
	a.Status = int(d.number())
	a.Header = d.pairs()
	if answer := d.text(); answer != "" {
		a.Answer = []byte(answer)
	}
	a.Failure = d.text()
	a.Outcome = d.text()
	a.Reading = d.text()
	a.Wait = time.Duration(d.number())
	if d.broken || len(d.rest) > 0 {
		return outbox.Attempt{}, errAttempt
	}
	return a, nil
}

// decoder reads on as if nothing were wrong, and knows at the end whether something was.
type decoder struct {
	rest   []byte
	broken bool
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.rest) {
		d.broken, d.rest = true, nil
		return nil
	}
	taken := d.rest[:n]
	d.rest = d.rest[n:]
	return taken
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) number() int64 {
	n, size := binary.Varint(d.rest)
	d.take(max(size, -1))
	d.broken = d.broken || size <= 0
	return n
}

func (d *decoder) length() int {
	n, size := binary.Uvarint(d.rest)
	d.take(max(size, -1))
	if size <= 0 || n > uint64(len(d.rest)) {
		d.broken = true
		return 0
	}
	return int(n)
}

func (d *decoder) text() string { return string(d.take(d.length())) }

func (d *decoder) pairs() [][2]string {
	n := d.length()
	if n == 0 {
		return nil
	}
	pairs := make([][2]string, 0, min(n, 64))
	for range n {
		if d.broken {
			break
		}
		pairs = append(pairs, [2]string{d.text(), d.text()})
	}
	return pairs
}
