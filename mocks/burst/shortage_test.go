package burst

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("a limit of this machine", func() {
	It("on open files is known before anything is sent", func(ctx SpecContext) {
		limit, ok := roomFor(math.MaxInt32)
		if ok {
			Skip("there is no limit here that could be reached")
		}
		var came atomic.Int64
		server := serve(func(http.ResponseWriter, *http.Request) { came.Add(1) })
		_, err := send(ctx, options(server.URL, func(o *Options) { o.Connections, o.MaxRequests = math.MaxInt32, 0 }), newAlarm)
		Expect(err).To(BeAssignableToTypeOf(Shortage{}))
		Expect(err).To(MatchError(SatisfyAll(ContainSubstring("%d files", limit), ContainSubstring("ulimit -n"), ContainSubstring("--connections"))))
		Expect(came.Load()).To(BeZero())

		r := burstAt(ctx, server.URL, func(o *Options) { o.Connections = math.MaxInt32 })
		Expect(r.Kinds).To(Equal(allTaken(200)), "200 events need no more than 200 connections")
	})

	DescribeTable("that is reached ends the burst, and is no fault of the target", func(ctx SpecContext, refusal error, says string) {
		server := serve(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })
		var dials atomic.Int64
		_, err := send(ctx, options(server.URL, func(o *Options) {
			o.Rate, o.MaxRequests = 10_000, 1_000_000
			o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if dials.Add(1) > 20 {
					return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", refusal)}
				}
				return (&net.Dialer{}).DialContext(ctx, network, address)
			}
		}), newAlarm)
		Expect(err).To(BeAssignableToTypeOf(Shortage{}))
		Expect(err).To(MatchError(ContainSubstring(says)))
		Expect(errors.Is(err, refusal)).To(BeTrue())
	},
		Entry("files of this process", syscall.EMFILE, "ulimit -n"),
		Entry("files of this machine", syscall.ENFILE, "this machine"),
		Entry("local ports", syscall.EADDRNOTAVAIL, "no local port is free"),
	)
})

func TestShortagesAreThoseOfConnecting(t *testing.T) {
	g := NewWithT(t)
	g.Expect(shortageOf(nil)).To(Succeed())
	g.Expect(shortageOf(syscall.EMFILE)).To(Succeed(), "it was another file")
	g.Expect(shortageOf(fmt.Errorf("%w: %w", errConnect, syscall.ECONNREFUSED))).To(Succeed())
}
