package burst

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
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
	l := &line{Conn: patience, patience: patience, socket: socketOf(raw), release: context.AfterFunc(ctx, func() { _ = raw.Close() })}
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
