package burst

import (
	"time"

	"golang.org/x/sys/unix"
)

const (
	// settling is how long it may take the other side to say what it did with bytes that
	// crossed its end of the connection: one way there and back.
	settling = time.Second
	// glimpse is the time between two looks whether it has.
	glimpse = time.Millisecond
)

// refused tells, of a connection that the other side has ended, whether it took none of
// the n bytes that were written last, and never will.
//
// The end has come with an acknowledgement of everything that had arrived until then: it
// was sent before these bytes came where it left all of them in the queue. What arrives
// at a connection that is closed for good is answered with a reset, and not taken; the
// queue then stays as it is. A side that only has stopped writing takes them, and the
// queue empties.
//
// A reset without an end before it proves nothing: it acknowledges nothing, and so comes
// as well from somebody who has read the bytes.
func (s *socket) refused(n int) bool {
	for start := time.Now(); time.Since(start) < settling; time.Sleep(glimpse) {
		gone := s.signs(0)&unix.POLLHUP != 0
		switch {
		case s.queued() < n:
			return false
		case gone:
			return true
		}
	}
	return false
}

// queued is how many bytes were written and have not been acknowledged.
func (s *socket) queued() int {
	queued := -1
	_ = s.raw.Control(func(fd uintptr) {
		if n, err := unix.IoctlGetInt(int(fd), unix.SIOCOUTQ); err == nil {
			queued = n
		}
	})
	return queued
}
