//go:build unix

package burst

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// socket is a connection as the system sees it: that tells what neither reading nor
// writing does without waiting.
type socket struct {
	raw  syscall.RawConn
	poll [1]unix.PollFd
	look func(fd uintptr) // kept, so that looking allocates nothing
}

// socketOf is nil where there is no system below a connection.
func socketOf(conn net.Conn) *socket {
	of, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := of.SyscallConn()
	if err != nil {
		return nil
	}
	s := &socket{raw: raw}
	s.look = func(fd uintptr) {
		s.poll[0].Fd, s.poll[0].Revents = int32(fd), 0
		_, _ = unix.Poll(s.poll[:], 0) // what fails shows nothing
	}
	return s
}

// quiet tells whether nothing has come that is not read yet: neither bytes nor the end.
func (s *socket) quiet() bool { return s.signs(unix.POLLIN) == 0 }

// signs are what the system has to tell of those that are asked for; that the connection
// is gone it tells always.
func (s *socket) signs(asked int16) int16 {
	s.poll[0].Events = asked
	if s.raw.Control(s.look) != nil {
		return unix.POLLHUP // closed on this side
	}
	return s.poll[0].Revents
}
