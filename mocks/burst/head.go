package burst

import (
	"bytes"
)

// head is what an answer's status line and header fields say about how to read it.
type head struct {
	status    int
	minor     byte  // of the version HTTP/1.x: '0' or '1'
	length    int64 // -1: not told
	digits    int   // of the length, as it was written
	chunked   bool
	close     bool
	keepAlive bool
}

// persists tells whether another answer may follow on the connection. That a length
// was told besides chunks is tolerated, and no more than that (RFC 9112, 6.3).
func (h *head) persists() bool {
	bounded := h.chunked != (h.length >= 0) || h.status == 204 || h.status == 304
	return bounded && !h.close && (h.minor == '1' || h.keepAlive)
}

// head reads the status line and the header fields.
func (a *answerReader) head() (head, error) {
	h := head{length: -1}
	line, err := a.line()
	if err != nil {
		return h, err
	}
	if err := h.readStatus(withoutEnd(line)); err != nil {
		return h, err
	}
	for {
		line, err := a.line()
		if err != nil {
			return h, err
		}
		if line = withoutEnd(line); len(line) == 0 {
			return h, nil
		}
		name, value, err := field(line)
		if err != nil {
			return h, err
		}
		if err := h.readField(name, value); err != nil {
			return h, err
		}
	}
}

// readStatus reads "HTTP/1.1 200 OK".
func (h *head) readStatus(line []byte) error {
	const form = "HTTP/1.x 200"
	if len(line) < len(form) || string(line[:7]) != form[:7] || line[7] != '0' && line[7] != '1' || line[8] != ' ' ||
		len(line) > len(form) && line[len(form)] != ' ' || !printable(line) {
		return errorf("it begins with %q, not with the likes of \"HTTP/1.1 200 OK\"", line)
	}
	h.minor = line[7]
	for _, c := range line[9:12] {
		if c < '0' || c > '9' {
			return errorf("its status is in %q, which has no three digits for it", line)
		}
		h.status = h.status*10 + int(c-'0')
	}
	if h.status < 100 {
		return errorf("there is no such status: %q", line)
	}
	return nil
}

// readField notes the fields that say where the answer ends.
func (h *head) readField(name, value []byte) error {
	switch {
	case is(name, "content-length"):
		return h.readLength(value)
	case is(name, "transfer-encoding"):
		if h.minor == '0' || h.chunked || !is(value, "chunked") {
			return errorf("its transfer encoding is %q, where only HTTP/1.1's chunked has a meaning, once", value)
		}
		h.chunked = true
	case is(name, "connection"):
		for option := range bytes.SplitSeq(value, []byte{','}) {
			option = trim(option)
			h.close = h.close || is(option, "close")
			h.keepAlive = h.keepAlive || is(option, "keep-alive")
		}
	}
	return nil
}

// readLength reads a Content-Length. A second one has to be the same.
func (h *head) readLength(value []byte) error {
	const most = 18 // decimal digits that fit into 63 bits
	if len(value) == 0 || len(value) > most {
		return errorf("its Content-Length is %q", value)
	}
	var length int64
	for _, c := range value {
		if c < '0' || c > '9' {
			return errorf("its Content-Length is %q", value)
		}
		length = length*10 + int64(c-'0')
	}
	if h.length >= 0 && (h.length != length || h.digits != len(value)) {
		return errorf("it has two Content-Lengths, of which one is %q", value)
	}
	h.length, h.digits = length, len(value)
	return nil
}

// field takes "Name: value" apart.
func field(line []byte) (name, value []byte, err error) {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 {
		return nil, nil, errorf("%q is no header field", line)
	}
	name, value = line[:colon], trim(line[colon+1:])
	for _, c := range name {
		if !token(c) {
			return nil, nil, errorf("%q is no name of a header field", name)
		}
	}
	if !printable(value) {
		return nil, nil, errorf("the header field %q has a control character in it", line)
	}
	return name, value, nil
}

// withoutEnd is a line without its CRLF. A bare LF will do (RFC 9112, 2.2).
func withoutEnd(line []byte) []byte {
	line = line[:len(line)-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// is compares without regard to case; word is in small letters.
func is(text []byte, word string) bool {
	if len(text) != len(word) {
		return false
	}
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

func trim(text []byte) []byte { return bytes.Trim(text, " \t") }

// token tells whether a name may have this character (RFC 9110, 5.6.2).
func token(c byte) bool {
	const marks = 1<<'!' | 1<<'#' | 1<<'$' | 1<<'%' | 1<<'&' | 1<<'\'' | 1<<'*' | 1<<'+' | 1<<'-' | 1<<'.' |
		1<<'^' | 1<<'_' | 1<<'`' | 1<<'|' | 1<<'~'
	const low, high uint64 = marks & (1<<64 - 1), marks >> 64
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		return true
	case c < 64:
		return low>>c&1 == 1
	default:
		return c < 128 && high>>(c-64)&1 == 1
	}
}

// printable tells whether there is no control character but the tab.
func printable(text []byte) bool {
	for _, c := range text {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
