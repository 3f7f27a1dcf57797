package burst

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"
)

// Unreachable is why no connection to the target could be opened at all. Nothing was
// sent.
type Unreachable struct {
	Target string
	Reason error
}

func (u Unreachable) Error() string {
	says := fmt.Sprintf("%s cannot be reached: %s; ", u.Target, u.Reason)
	switch {
	case u.Untrusted():
		return says + "its certificate is not one that is trusted here"
	case u.Plain():
		return says + "it does not speak TLS: is its address one with http:// ?"
	case errors.Is(u.Reason, errHandshake):
		return says + "somebody listens there, and does not agree on TLS"
	}
	return says + "is the receiver running, and is the address right?"
}

// Unwrap gives the reason.
func (u Unreachable) Unwrap() error { return u.Reason }

// Untrusted tells whether the target was there, and its certificate was not accepted.
func (u Unreachable) Untrusted() bool {
	var refused *tls.CertificateVerificationError
	return errors.As(u.Reason, &refused)
}

// Plain tells whether the target was there, and did not speak TLS.
func (u Unreachable) Plain() bool {
	var no tls.RecordHeaderError
	return errors.As(u.Reason, &no)
}

// reach finds out whether somebody listens there at all. One that is just being started
// gets a moment.
func (e *engine) reach(ctx context.Context) error {
	for attempts := 1; ; attempts++ {
		l, err := e.dialer.open(ctx)
		switch {
		case err == nil:
			l.hangUp()
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("reaching %s: %w", e.shown(), ctx.Err())
		case attempts == 4 || !errors.Is(err, codeRefused):
			return Unreachable{e.shown(), err}
		}
		pause(ctx, 150*time.Millisecond)
	}
}
