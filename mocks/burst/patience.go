package burst

import (
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// patience is a connection that gives up at a moment which may be put off without a
// word to the system: its deadline is only ever an early one, and is looked at again
// when it strikes. A deadline for every request would cost more than reading the answer.
//
// It also notes what TLS on top of it does not tell.
type patience struct {
	net.Conn
	giveUp time.Time
	wrote  int  // bytes, since it was last set to 0
	ended  bool // the other side has ended the connection in order
	broken bool // it has reset it; what reads as an end after that is none
}

func (p *patience) Read(b []byte) (int, error) {
	for {
		n, err := p.Conn.Read(b)
		p.broken = p.broken || errors.Is(err, codeReset)
		p.ended = p.ended || err == io.EOF && !p.broken
		if n > 0 || !p.wait(err) {
			return n, err
		}
	}
}

func (p *patience) Write(b []byte) (int, error) {
	for written := 0; ; {
		n, err := p.Conn.Write(b[written:])
		p.wrote += n
		p.broken = p.broken || errors.Is(err, codeReset)
		if written += n; !p.wait(err) {
			return written, err
		}
	}
}

// wait tells whether the error is no more than a deadline that has been put off.
func (p *patience) wait(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && time.Now().Before(p.giveUp) && p.SetDeadline(p.giveUp) == nil
}
