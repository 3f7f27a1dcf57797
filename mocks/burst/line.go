package burst

import (
	"net"
	"time"
)

// line is an open connection. It closes by itself when the context ends in which it
// was opened.
type line struct {
	net.Conn
	patience *patience
	socket   *socket // nil: there is none
	release  func() bool
}

// expect begins a request, whose answer has to be there at a moment.
func (l *line) expect(answer time.Time) { l.patience.giveUp, l.patience.wrote = answer, 0 }

// wrote is how many bytes of a request have gone out, as TLS has made them.
func (l *line) wrote() int { return l.patience.wrote }

// quiet tells, as far as that can be known, whether nothing has come which nobody asked
// for: above all not the end of the connection.
func (l *line) quiet() bool { return l.socket == nil || l.socket.quiet() }

// refused tells of a line that failed before any answer whether it is certain that the
// target has read nothing of the request.
func (l *line) refused() bool {
	if l.wrote() == 0 {
		return true
	}
	return l.socket != nil && l.ended() && l.socket.refused(l.wrote())
}

// ended tells whether the target has ended the connection in order. TLS says so before
// the system does, which may take a moment more.
func (l *line) ended() bool {
	if !l.patience.ended && !l.patience.broken {
		l.patience.giveUp = time.Now().Add(time.Second)
		_, _ = l.patience.Read(make([]byte, 1))
	}
	return l.patience.ended
}

func (l *line) hangUp() {
	l.release()
	_ = l.patience.Conn.Close() // no farewell by TLS: it could wait for the other side
}
