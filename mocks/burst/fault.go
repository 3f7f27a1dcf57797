package burst

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// errConnect and errHandshake say how far a connection had come when it failed.
var (
	errConnect   = errors.New("connecting")
	errHandshake = errors.New("TLS handshake")
)

// faultOf is the kind of an error, as it is counted: few words, and the same for all
// addresses.
func faultOf(err error) string {
	var name *net.DNSError
	var bad malformed
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, codeTimedOut)
	switch {
	case errors.As(err, &bad):
		return "malformed answer"
	case errors.Is(err, errCut):
		return "cut off in the answer"
	case errors.As(err, &name):
		return "no such host"
	case late && errors.Is(err, errConnect):
		return "timeout while connecting"
	case late:
		return "timeout"
	case errors.Is(err, codeRefused):
		return "connection refused"
	case errors.Is(err, codeNoNet), errors.Is(err, codeNoHost):
		return "host unreachable"
	case errors.Is(err, errHandshake), isTLS(err):
		return "TLS"
	case reset(err):
		return "connection reset"
	case closed(err):
		return "closed without an answer"
	}
	return "other"
}

func isTLS(err error) bool {
	var alert tls.AlertError
	var record tls.RecordHeaderError
	return errors.As(err, &alert) || errors.As(err, &record) || strings.Contains(err.Error(), "tls: ")
}

// hungUp tells whether a connection was given up by the other side, rather than kept
// waiting or filled with rubbish.
func hungUp(err error) bool { return reset(err) || closed(err) }

func reset(err error) bool {
	return errors.Is(err, codeReset) || errors.Is(err, syscall.EPIPE) || errors.Is(err, codeAborted)
}

func closed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe)
}
