package burst

import "bytes"

const (
	maxChunkLine = 1 << 10
	maxIdle      = 16 << 10 // bytes around chunks that carry next to nothing
)

// chunks reads a chunked body with its trailers (RFC 9112, 7.1).
func (a *answerReader) chunks() error {
	for idle := int64(0); ; {
		a.left = maxChunkLine
		line, err := a.crlfLine()
		if err != nil {
			return err
		}
		size, err := chunkSize(line)
		if err != nil {
			return err
		}
		// Around a chunk go 16 bytes and twice its size; what is beyond that adds up.
		around := int64(len(line) + len("\r\n"))
		if idle = max(0, idle+around-16-2*size); idle > maxIdle {
			return malformed("its chunks carry next to nothing")
		}
		if size == 0 {
			return a.trailers()
		}
		if err := a.take(size); err != nil {
			return err
		}
		if end, err := a.crlfLine(); err != nil {
			return err
		} else if len(end) > 0 {
			return errorf("%q is between two chunks", end)
		}
	}
}

// trailers reads what may follow the last chunk: header fields that change nothing.
func (a *answerReader) trailers() error {
	for a.left = maxHead; ; {
		line, err := a.crlfLine()
		if err != nil || len(line) == 0 {
			return err
		}
		if _, _, err := field(line); err != nil {
			return err
		}
	}
}

// crlfLine takes a line that ends as it must.
func (a *answerReader) crlfLine() ([]byte, error) {
	line, err := a.line()
	if err != nil {
		return nil, err
	}
	text := withoutEnd(line)
	if len(text) != len(line)-2 {
		return nil, errorf("the line %q does not end with CRLF", line)
	}
	return text, nil
}

// chunkSize reads "1f4;extension".
func chunkSize(line []byte) (int64, error) {
	const most = 15 // hexadecimal digits that fit into 63 bits
	digits, _, _ := bytes.Cut(trim(line), []byte{';'})
	if len(digits) == 0 || len(digits) > most || !printable(line) {
		return 0, errorf("%q is no size of a chunk", line)
	}
	var size int64
	for _, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, errorf("%q is no size of a chunk", line)
		}
		size = size<<4 | int64(c)
	}
	return size, nil
}
