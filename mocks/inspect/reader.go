package inspect

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/inspect/scan"
)

// How much is read at a time, and how large one payload may be.
const (
	piece          = 256 << 10
	largestPayload = 16 << 20
	largestRecord  = 64 << 20 // of a HAR file, which is read whole
)

// reader turns sources into batches.
type reader struct {
	send func(*batch) bool

	file  *Source
	in    *bufio.Reader
	place scan.Place // where the next byte stands
	mark  bool       // a byte order mark stands before the next payload
	err   error      // why the file could not be read to its end
}

// read takes one source from its beginning to its end.
func (r *reader) read(s Source) {
	r.file, r.place, r.mark, r.err = &s, scan.Start, false, nil
	closer, err := s.Open()
	if err == nil {
		r.in = bufio.NewReaderSize(closer, piece)
		r.contents()
		err = r.err
		_ = closer.Close() // nothing was written
	}
	last := &batch{last: true}
	if err != nil {
		last.unreadable = why(err)
	}
	r.emit(last)
}

// emit hands a batch of the current file on; false when nobody wants more.
func (r *reader) emit(b *batch) bool {
	b.file, b.done = r.file, make(chan struct{})
	if b.texts != nil || b.lines != nil {
		b.mark, r.mark = r.mark, false
	}
	return r.send(b)
}

// contents unpacks the file, tells its form, and reads it accordingly.
func (r *reader) contents() {
	if !r.unpack() || !r.decode() {
		return
	}
	promised := r.file.Lenient && promisesJSON(r.file.Name)
	if promised && annotated(r.whole()) {
		r.remains()
		return
	}
	switch f := formOf(r.file.Name, r.head(), r.whole); f {
	case queries:
		if promised && !bytes.Contains(r.whole(), []byte("SMSID=")) {
			r.remains()
			return
		}
		r.lines(f)
	case jsonLines:
		if endsInLines(r.file.Name) && spanning(r.head(), r.whole) {
			r.spread()
			return
		}
		r.lines(f)
	case weblog:
		r.mark = false // it is no payload that the mark stands before
		r.lines(f)
	case values:
		r.values()
	case har:
		r.mark = false // HAR 1.2 has readers ignore it
		r.record()
	default:
		r.nothing(promised)
	}
}

// spread reads a file whose values go over several lines though its name promises one a line: that is told once, and
// not for every line.
func (r *reader) spread() {
	if !r.file.Lenient || r.file.Legible {
		r.problem(Syntax, "a value a line, as NDJSON has it", "values that go over several lines: such a file is to be named .json")
	}
	r.values()
}

// unpack undoes gzip. A file that is packed twice is left alone.
func (r *reader) unpack() bool {
	if magic, _ := r.in.Peek(2); string(magic) != "\x1f\x8b" {
		return true
	}
	packed, err := unpacked(r.in)
	if err != nil {
		r.problem(Gzip, "a gzip stream", "its first two bytes, and no header behind them")
		return false
	}
	r.in = bufio.NewReaderSize(damage{packed}, piece)
	if magic, _ := r.in.Peek(2); string(magic) == "\x1f\x8b" {
		r.problem(Gzip, "one layer of gzip", "another within it")
		return false
	}
	return true
}

// decode sees to it that what follows is UTF-8, or says what it is instead.
func (r *reader) decode() bool {
	first, err := r.in.Peek(4)
	switch {
	case len(first) == 0 && errors.Is(err, io.EOF):
		return true
	case len(first) == 0:
		r.failed(err)
		return false
	case bytes.HasPrefix(first, []byte{0xEF, 0xBB, 0xBF}):
		r.mark = true
		_, _ = r.in.Discard(3) // they were peeked at
	case bytes.HasPrefix(first, []byte{0xFF, 0xFE}), bytes.HasPrefix(first, []byte{0xFE, 0xFF}):
		r.problem(Encoding, "UTF-8", "UTF-16, by its byte order mark")
		return false
	case len(first) > 1 && min(first[0], first[1]) == 0 && max(first[0], first[1]) >= '\t':
		r.problem(Encoding, "UTF-8", "UTF-16, by its zero bytes")
		return false
	}
	if bytes.IndexByte(firstLine(r.head()), 0) >= 0 {
		r.stranger(Binary, "text", "a binary file: there are NUL bytes in it")
		return false
	}
	return true
}

// marked is what is wrong with a byte order mark.
func marked(at scan.Place) Problem {
	return Problem{Place: at, Rule: Encoding, Expected: "UTF-8 without a byte order mark, as JSON goes over the wire", Found: "a byte order mark"}
}

// head is what can be looked at without waiting for more than the first line that is not blank.
func (r *reader) head() []byte {
	for n := 1; ; n++ {
		_, err := r.in.Peek(n)
		n = r.in.Buffered()
		head, _ := r.in.Peek(n)
		text := bytes.TrimLeft(head, " \t\r\n")
		if err != nil || bytes.IndexByte(text, '\n') >= 0 {
			return head
		}
	}
}

// firstLine is the first that is not blank, without the space around it. It is all that a decision may rest on if it
// is to be the same however the bytes come in.
func firstLine(head []byte) []byte {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte{'\n'})
	return bytes.TrimSpace(line)
}

// whole is as much as can be looked at.
func (r *reader) whole() []byte {
	head, _ := r.in.Peek(piece)
	return head
}

// nothing tells that a file has no form in which payloads are written down; one that promised JSON is judged as such.
func (r *reader) nothing(promised bool) {
	switch line := firstLine(r.head()); {
	case len(line) == 0:
		r.stranger(Empty, "a payload", "an empty file")
	case promised, conflict.Match(line): // it may have been a payload once
		r.remains()
	case !utf8.Valid(line):
		r.stranger(Binary, "text in UTF-8", "a binary file, or text in another encoding")
	default:
		r.stranger(Unknown, "JSON, a query string, a callback URL, a HAR file or an access log", "something else: "+excerpt(line))
	}
}

// remains hands on all that is left of a text as one: nothing in it tells where a payload ends.
func (r *reader) remains() {
	doc, err := io.ReadAll(io.LimitReader(r.in, largestPayload+1))
	switch {
	case err != nil:
		r.failed(err)
	case len(doc) > largestPayload:
		r.tooLarge(largestPayload)
	default:
		r.emit(&batch{texts: []text{{body: doc, start: r.place}}})
	}
}

// stranger tells of a file that has no payloads, unless that was to be expected.
func (r *reader) stranger(rule, expected, found string) {
	if r.file.Lenient && !r.file.Legible {
		r.emit(&batch{count: Count{Skipped: 1}})
		return
	}
	r.problem(rule, expected, found)
}

// failed ends a file that could not be read on.
func (r *reader) failed(err error) {
	var broken damaged
	switch {
	case err == nil, errors.Is(err, io.EOF):
	case errors.Is(err, errTrailing):
		r.problem(Gzip, "nothing behind the gzip stream", "bytes that are not gzip")
	case errors.As(err, &broken) && errors.Is(err, io.ErrUnexpectedEOF):
		r.problem(Gzip, "a whole gzip stream", "no end: it was cut off")
	case errors.As(err, &broken):
		r.problem(Gzip, "a whole gzip stream", fmt.Sprintf("a damaged one: %v", broken.error))
	default:
		r.err = err
	}
}

// problem notes a problem of the file at the place that was reached.
func (r *reader) problem(rule, expected, found string) {
	r.broken(Problem{Place: r.place, Rule: rule, Expected: expected, Found: found})
}

// broken notes a problem of the file itself, not of a payload in it.
func (r *reader) broken(p Problem) {
	r.emit(&batch{count: Count{Broken: 1}, found: []Finding{{File: r.file.Name, Place: p.Place, Problems: []Problem{p}}}})
}
