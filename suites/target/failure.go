package target

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
)

// errNoConnection and errHandshake say how far a request had come when it failed,
// where the error itself does not.
var (
	errNoConnection = errors.New("no connection")
	errHandshake    = errors.New("TLS handshake")
)

// failed sorts a transport error into what it says about the target.
func failed(ctx context.Context, err error) *Failure {
	return &Failure{Kind: kindOf(ctx, err), Err: err}
}

func kindOf(ctx context.Context, err error) FailureKind {
	var dns *net.DNSError
	var dial *net.OpError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(ctx.Err(), context.Canceled):
		return Canceled
	case errors.As(err, &dns), errors.As(err, &dial) && dial.Op == "dial", errors.Is(err, errNoConnection):
		return Unreachable
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return Timeout
	case errors.As(err, &certificate), errors.As(err, &record), errors.Is(err, errHandshake),
		strings.Contains(err.Error(), "tls: "), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return TLS
	}
	return Closed
}

// progress is how far the HTTP client came with a request: its own errors do not
// tell a host that never took the connection from one that never answered.
type progress struct {
	connected atomic.Bool
	handshake atomic.Bool // failed
}

func (p *progress) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				p.connected.Store(true)
			}
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { p.handshake.Store(err != nil) },
	})
}

func (p *progress) explain(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the address is said elsewhere, and may hold a password
	}
	switch {
	case p.handshake.Load():
		return fmt.Errorf("%w: %w", errHandshake, err)
	case !p.connected.Load() && errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w within the time for one answer: %w", errNoConnection, err)
	}
	return err
}
