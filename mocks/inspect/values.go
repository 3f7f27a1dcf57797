package inspect

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// cutter cuts JSON values out of a stream, without asking whether they are right inside.
type cutter struct {
	*reader
	window []byte // what is read and not yet taken
	ended  error  // why there is no more

	cut  []text // values for the next batch
	size int
}

// values hands on the documents of a text, and of arrays the elements. What is neither an object nor an array is taken
// with all that is behind it.
func (r *reader) values() {
	c := &cutter{reader: r}
	for c.skip() {
		whole := true
		if c.window[0] == '[' {
			c.take(1)
			whole = c.elements()
		} else if c.window[0] == '{' {
			whole = c.value()
		} else {
			c.flush()
			r.in = bufio.NewReader(io.MultiReader(bytes.NewReader(c.window), r.in))
			r.remains()
			return
		}
		if !whole {
			break
		}
	}
	c.flush()
	r.failed(c.ended)
}

// elements cuts out an array's elements; false when it does not end as an array.
func (c *cutter) elements() bool {
	if c.skip() && c.window[0] == ']' {
		c.take(1)
		return true
	}
	for c.skip() {
		if strangers := []byte(",]}:"); bytes.IndexByte(strangers, c.window[0]) >= 0 {
			return c.stray("an element")
		}
		if !c.value() {
			return false
		}
		switch {
		case !c.skip():
		case c.window[0] == ',':
			c.take(1)
		case c.window[0] == ']':
			c.take(1)
			return true
		default:
			return c.stray("a comma or the end of the array")
		}
	}
	if errors.Is(c.ended, io.EOF) {
		c.flush()
		c.problem(Syntax, "the end of the array", "the end of the text: it was cut off")
	}
	return false
}

// stray tells of what should not stand there.
func (c *cutter) stray(expected string) bool {
	c.flush()
	c.problem(Syntax, expected, excerpt(c.window[:1]))
	return false
}

// value cuts out one value; false when the text cannot be read on behind it.
func (c *cutter) value() bool {
	end, whole := c.end()
	if end > largestPayload {
		c.flush()
		c.tooLarge(largestPayload)
		return false
	}
	if !whole && !errors.Is(c.ended, io.EOF) && c.ended != nil {
		return false // the stream is damaged, not the value
	}
	c.cut = append(c.cut, text{body: bytes.Clone(c.window[:end]), start: c.place})
	c.size += end
	c.take(end)
	if c.size >= piece {
		return c.flush() && whole
	}
	return whole
}

// end finds the end of the value that the window begins with, by its brackets. It is not whole if the text ends before,
// or a line does within quotes: then a quote is missing, and nothing behind it can be trusted.
func (c *cutter) end() (end int, whole bool) {
	depth, quoted := 0, false
	for i := 0; i <= largestPayload; i++ {
		if i == len(c.window) && !c.more() {
			return i, depth == 0 && !quoted
		}
		switch letter := c.window[i]; {
		case quoted:
			switch letter {
			case '"':
				quoted = false
				if depth == 0 {
					return i + 1, true
				}
			case '\\':
				if i++; i == len(c.window) && !c.more() {
					return i, false
				}
			case '\n':
				return i + 1, false
			}
		case letter == '"':
			quoted = true
		case letter == '{' || letter == '[':
			depth++
		case letter == '}' || letter == ']':
			if depth--; depth <= 0 {
				return max(1, i+1+depth), true
			}
		case depth == 0 && i > 0 && (letter == ',' || letter <= ' '):
			return i, true
		}
	}
	return largestPayload + 1, false
}

// skip goes over white space; false at the end of the text.
func (c *cutter) skip() bool {
	for {
		space := len(c.window) - len(bytes.TrimLeft(c.window, " \t\r\n"))
		c.take(space)
		if len(c.window) > 0 {
			return true
		}
		if !c.more() {
			return false
		}
	}
}

// take goes on by n bytes.
func (c *cutter) take(n int) {
	c.place = c.place.After(c.window[:n])
	c.window = c.window[n:]
}

// more reads on; false at the end.
func (c *cutter) more() bool {
	for c.ended == nil {
		if cap(c.window)-len(c.window) < piece/2 {
			c.window = append(make([]byte, 0, 2*len(c.window)+piece), c.window...)
		}
		var n int
		n, c.ended = c.in.Read(c.window[len(c.window):cap(c.window)])
		c.window = c.window[:len(c.window)+n]
		if n > 0 {
			return true
		}
	}
	return false
}

// flush hands on what was cut out.
func (c *cutter) flush() bool {
	texts := c.cut
	c.cut, c.size = nil, 0
	return len(texts) == 0 || c.emit(&batch{texts: texts})
}
