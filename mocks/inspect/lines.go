package inspect

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// buffer holds a piece of a text while it is judged.
type buffer struct{ text []byte }

var buffers = sync.Pool{New: func() any { return &buffer{make([]byte, 0, piece)} }}

// release gives the buffer to whoever needs one next, unless a very long line has made it large.
func (b *buffer) release() {
	if cap(b.text) <= 2*piece {
		b.text = b.text[:0]
		buffers.Put(b)
	}
}

// lines hands on a text piece by piece, each of them whole lines. A line that is too long is told and passed over.
func (r *reader) lines(f form) {
	var rest []byte
	for {
		b := buffers.Get().(*buffer)
		b.text = append(b.text, rest...)
		err := r.fill(b)
		end := bytes.LastIndexByte(b.text, '\n') + 1
		switch {
		case end == 0 && err == nil:
			if !r.tooLong() {
				return
			}
			rest = nil
			continue
		case errors.Is(err, io.EOF):
			end = len(b.text)
		}
		rest = append(rest[:0], b.text[end:]...)
		b.text = b.text[:end]
		line := r.place.Line
		r.place = r.place.After(b.text)
		if !r.emit(&batch{lines: b, line: line, form: f}) {
			return
		}
		if err != nil {
			r.failed(err)
			return
		}
	}
}

// fill reads until there is the end of a line, or the line is too long; it waits for no more than that.
func (r *reader) fill(b *buffer) error {
	for {
		if len(b.text) == cap(b.text) {
			if len(b.text) > largestPayload {
				return nil
			}
			b.text = slices.Grow(b.text, len(b.text))
		}
		n, err := r.in.Read(b.text[len(b.text):cap(b.text)])
		fresh := b.text[len(b.text) : len(b.text)+n]
		b.text = b.text[:len(b.text)+n]
		if err != nil || bytes.IndexByte(fresh, '\n') >= 0 {
			return err
		}
	}
}

// tooLong tells of a line that is larger than any payload and goes on to its end; false if the file ends there.
func (r *reader) tooLong() bool {
	r.tooLarge(largestPayload)
	for {
		_, err := r.in.ReadSlice('\n')
		if err == nil {
			r.place.Line++
			return true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			r.failed(err)
			return false
		}
	}
}

func (r *reader) tooLarge(most int) {
	r.problem(Size, fmt.Sprintf("at most %d MiB for one payload", most>>20), "more")
}
