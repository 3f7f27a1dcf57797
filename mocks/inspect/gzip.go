package inspect

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
)

// gzipMagic is how a gzip stream begins.
var gzipMagic = []byte{0x1F, 0x8B}

// errTrailing says that something follows a gzip stream that is none itself.
var errTrailing = errors.New("something follows the gzip stream")

// members reads a gzip stream after another, as log rotation puts them into one file.
type members struct {
	from   *bufio.Reader
	stream *gzip.Reader
}

// unpacked reads what gzip packed. It fails if there is no header.
func unpacked(from *bufio.Reader) (io.Reader, error) {
	stream, err := gzip.NewReader(from)
	if err != nil {
		return nil, err
	}
	stream.Multistream(false)
	return &members{from, stream}, nil
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.stream.Read(p)
	if errors.Is(err, io.EOF) {
		err = m.next()
	}
	return n, err
}

// next goes on to the stream behind the one that ended. Zeros behind the last one fill up a block of a tape, and gzip
// itself passes over them.
func (m *members) next() error {
	for {
		magic, err := m.from.Peek(len(gzipMagic))
		switch {
		case bytes.Equal(magic, gzipMagic):
			err := m.stream.Reset(m.from)
			m.stream.Multistream(false)
			return err
		case len(magic) > 0 && magic[0] == 0:
			_, _ = m.from.Discard(1) // it was peeked at
		case len(magic) > 0:
			return errTrailing
		default:
			return err
		}
	}
}

// damage marks the errors of a compressed stream, to tell them from those of the file that it lies in.
type damage struct{ io.Reader }

type damaged struct{ error }

func (d damaged) Unwrap() error { return d.error }

func (d damage) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	var file *fs.PathError
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &file) {
		err = damaged{err}
	}
	return n, err
}
