package burst

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	. "github.com/onsi/gomega"
)

func TestFaults(t *testing.T) {
	dialling := func(err error) error {
		return fmt.Errorf("%w: %w", errConnect, &net.OpError{Op: "dial", Net: "tcp", Err: err})
	}
	for _, c := range []struct {
		err  error
		kind string
	}{
		{dialling(os.NewSyscallError("connect", syscall.ECONNREFUSED)), "connection refused"},
		{dialling(&net.DNSError{Name: "nobody.example", IsNotFound: true}), "no such host"},
		{dialling(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), "host unreachable"},
		{dialling(context.DeadlineExceeded), "timeout while connecting"},
		{dialling(os.NewSyscallError("connect", syscall.ETIMEDOUT)), "timeout while connecting"},
		{fmt.Errorf("%w: %w: %w", errConnect, errHandshake, os.ErrDeadlineExceeded), "timeout while connecting"},
		{fmt.Errorf("%w: %w: %w", errConnect, errHandshake, io.EOF), "TLS"},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, "TLS"},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, "timeout"},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, "connection reset"},
		{&net.OpError{Op: "write", Err: os.NewSyscallError("write", syscall.EPIPE)}, "connection reset"},
		{io.EOF, "closed without an answer"},
		{malformed("it is no HTTP"), "malformed answer"},
		{fmt.Errorf("%w: %w", errCut, io.EOF), "cut off in the answer"},
		{fmt.Errorf("%w: %w", errCut, syscall.ECONNRESET), "cut off in the answer"},
		{errors.New("something new"), "other"},
	} {
		NewWithT(t).Expect(faultOf(c.err)).To(Equal(c.kind), "%s", c.err)
	}
}
