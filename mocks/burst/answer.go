package burst

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// How much of an answer is borne: its head, with trailers and interim answers, and
// what is read of its body, as much as wherever khop looks at answers. The rest of the
// body is dropped.
const (
	maxHead = 64 << 10
	maxBody = 1 << 20
	// tooLong goes with complaints about what was not read to its end.
	tooLong = " (only the first 1 MiB of the answer was read)"
	// roomy is what a connection may keep of memory for a body when it is through with it.
	roomy = 64 << 10
)

// errCut says that an answer had begun when its connection ended.
var errCut = errors.New("the connection ended before the answer did")

// answer is what a target answered to one request.
type answer struct {
	status int
	body   []byte // the beginning; good until the next answer is read
	long   bool   // there was more of it
	again  bool   // the connection may carry another request
}

// malformed is an answer that is no HTTP/1.1.
type malformed string

func (m malformed) Error() string { return "malformed answer: " + string(m) }

// answerReader takes answers to POST and GET off a connection, strictly and without
// allocating: net/http would take everything that it takes, with the same status and
// the same body, and takes more besides.
type answerReader struct {
	from  io.Reader
	buf   []byte // buf[r:w] was read from the connection and is not taken yet
	r, w  int
	body  []byte
	long  bool // body is not all of it
	left  int  // how many bytes lines may still have
	began bool // a byte of the present answer has come
	over  bool // nothing more will come
}

// reset makes the reader one of a new connection.
func (a *answerReader) reset(from io.Reader) {
	if a.buf == nil {
		a.buf = make([]byte, 4<<10)
	}
	a.from, a.r, a.w, a.over = from, 0, 0, false
}

// next reads a whole answer. Interim ones (1xx) are passed over. One that breaks off is
// none, though its status may have come: most HTTP clients make an error of it, and its
// sender had more to say.
func (a *answerReader) next() (answer, error) {
	got, err := a.read()
	if err != nil && a.began && hungUp(err) {
		err = fmt.Errorf("%w: %w", errCut, err)
	}
	return got, err
}

func (a *answerReader) read() (answer, error) {
	a.began, a.left, a.long = a.w > a.r, maxHead, false
	if a.body = a.body[:0]; cap(a.body) > roomy {
		a.body = nil
	}
	h, err := a.head()
	for err == nil && h.status/100 == 1 {
		if h.status == 101 {
			return answer{}, malformed("it switches to another protocol")
		}
		h, err = a.head()
	}
	if err != nil {
		return answer{}, err
	}
	if err := a.readBody(&h); err != nil {
		return answer{}, err
	}
	// What has come beyond the answer belongs to no request: the two sides no longer
	// agree on where answers begin.
	again := h.persists() && a.r == a.w && !a.over
	return answer{status: h.status, body: a.body, long: a.long, again: again}, nil
}

func (a *answerReader) readBody(h *head) error {
	switch {
	case h.status == 204 || h.status == 304:
		return nil
	case h.chunked:
		return a.chunks()
	case h.length >= 0:
		return a.take(h.length)
	}
	for {
		a.keep(a.buf[a.r:a.w])
		a.r = a.w
		if err := a.fill(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// take moves n bytes to the body.
func (a *answerReader) take(n int64) error {
	for n > 0 {
		if a.r == a.w {
			if err := a.fill(); err != nil {
				return err
			}
		}
		part := a.buf[a.r:a.w]
		part = part[:min(n, int64(len(part)))]
		a.keep(part)
		a.r += len(part)
		n -= int64(len(part))
	}
	return nil
}

// keep adds to the body what it has room for.
func (a *answerReader) keep(part []byte) {
	room := maxBody - len(a.body)
	a.long = a.long || len(part) > room
	a.body = append(a.body, part[:min(len(part), room)]...)
}

// line takes a line, its end included. It is good until the next call.
func (a *answerReader) line() ([]byte, error) {
	seen := 0
	for {
		if i := bytes.IndexByte(a.buf[a.r+seen:a.w], '\n'); i >= 0 {
			line := a.buf[a.r : a.r+seen+i+1]
			a.r += len(line)
			if a.left -= len(line); a.left < 0 {
				return nil, malformed("its head is too long")
			}
			return line, nil
		}
		if seen = a.w - a.r; seen > a.left {
			return nil, malformed("its head is too long")
		}
		if err := a.fill(); err != nil {
			return nil, err
		}
	}
}

// fill reads more, into a buffer that grows with the longest line.
func (a *answerReader) fill() error {
	if a.r > 0 {
		a.w = copy(a.buf, a.buf[a.r:a.w])
		a.r = 0
	}
	if a.w == len(a.buf) {
		a.buf = append(a.buf, make([]byte, len(a.buf))...)
	}
	n, err := a.from.Read(a.buf[a.w:])
	a.over = a.over || err != nil
	if n > 0 {
		a.w += n
		a.began = true
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

// errorf is a malformed answer, with a part of it quoted.
func errorf(format string, quoted []byte) malformed {
	return malformed(fmt.Sprintf(format, quoted[:min(len(quoted), 100)]))
}
