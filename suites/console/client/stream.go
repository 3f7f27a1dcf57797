package client

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// event is one server-sent event.
type event struct {
	id, name, data string
	retry          time.Duration // 0 where it says nothing about that
}

// longestLine is the longest line of a stream that is read, in bytes.
const longestLine = 1 << 20

// errEnded is why reading a stream stopped where nothing went wrong.
var errEnded = errors.New("the stream has ended")

// readStream reads server-sent events (https://html.spec.whatwg.org, server-sent events)
// until the stream ends or take returns an error. It calls alive for every line.
func readStream(from io.Reader, alive func(), take func(event) error) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, longestLine)
	var e event
	for lines.Scan() {
		alive()
		line := lines.Text()
		if line != "" {
			e.read(line)
			continue
		}
		if err := take(e); err != nil {
			return err
		}
		e = event{}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return errEnded
}

// read takes a line of an event in; a comment has no name.
func (e *event) read(line string) {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "id":
		e.id = value
	case "event":
		e.name = value
	case "data":
		if e.data != "" {
			value = e.data + "\n" + value
		}
		e.data = value
	case "retry":
		if ms, err := strconv.ParseUint(value, 10, 31); err == nil {
			e.retry = time.Duration(ms) * time.Millisecond
		}
	}
}
