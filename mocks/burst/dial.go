package burst

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// dialer opens connections to one target.
type dialer struct {
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	address string      // host:port
	tls     *tls.Config // nil: plain
	timeout time.Duration
}

func newDialer(options Options) dialer {
	d := dialer{dial: options.Dial, timeout: options.Timeout}
	if d.dial == nil {
		d.dial = (&net.Dialer{}).DialContext
	}
	host, port := options.URL.Hostname(), options.URL.Port()
	if options.URL.Scheme != "https" {
		d.address = net.JoinHostPort(host, or(port, "80"))
		return d
	}
	d.address = net.JoinHostPort(host, or(port, "443"))
	d.tls = options.TLS.Clone()
	if d.tls == nil {
		d.tls = &tls.Config{}
	}
	if d.tls.ServerName == "" {
		d.tls.ServerName = host
	}
	d.tls.NextProtos = []string{"http/1.1"}
	d.tls.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	return d
}

func or(given, otherwise string) string {
	if given != "" {
		return given
	}
	return otherwise
}

// line is an open connection. It closes by itself when the context ends in which it
// was opened.
type line struct {
	net.Conn
	patience *patience
	release  func() bool
}

// open opens a connection, TLS included, within the time for one answer.
func (d dialer) open(ctx context.Context) (*line, error) {
	ctx2, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	raw, err := d.dial(ctx2, "tcp", d.address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errConnect, err)
	}
	patience := &patience{Conn: raw, giveUp: time.Now().Add(d.timeout)}
	if err := raw.SetDeadline(patience.giveUp); err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("%w: %w", errConnect, err)
	}
	l := &line{patience, patience, context.AfterFunc(ctx, func() { _ = raw.Close() })}
	if d.tls == nil {
		return l, nil
	}
	secured := tls.Client(patience, d.tls)
	if err := secured.HandshakeContext(ctx2); err != nil {
		l.hangUp()
		return nil, fmt.Errorf("%w: %w: %w", errConnect, errHandshake, err)
	}
	l.Conn = secured
	return l, nil
}

func (l *line) hangUp() {
	l.release()
	_ = l.patience.Conn.Close() // no farewell by TLS: it could wait for the other side
}

// patience is a connection that gives up at a moment which may be put off without a
// word to the system: its deadline is only ever an early one, and is looked at again
// when it strikes. A deadline for every request would cost more than reading the answer.
type patience struct {
	net.Conn
	giveUp time.Time
}

func (p *patience) Read(b []byte) (int, error) {
	for {
		n, err := p.Conn.Read(b)
		if n > 0 || !p.wait(err) {
			return n, err
		}
	}
}

func (p *patience) Write(b []byte) (int, error) {
	written := 0
	for {
		n, err := p.Conn.Write(b[written:])
		if written += n; !p.wait(err) {
			return written, err
		}
	}
}

// wait tells whether the error is no more than a deadline that has been put off.
func (p *patience) wait(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && time.Now().Before(p.giveUp) && p.SetDeadline(p.giveUp) == nil
}
