package target_test

import (
	"context"
	"io"
	"net"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target"
)

var _ = Describe("a faulty link", func() {
	DescribeTable("shows the provider a failure and the target what it would see in earnest",
		func(ctx SpecContext, fault target.Fault, kind target.FailureKind, seen string) {
			requests := make(chan string, 1)
			address := talking(func(conn net.Conn) {
				_, got, err := request(conn)
				switch {
				case err == nil:
					requests <- "whole"
					say(conn, ok)
					_, _ = io.ReadAll(conn)
				case len(got) > 0:
					requests <- "part"
				default:
					requests <- "nothing"
				}
			})
			answer := at(address).Send(ctx, post(), target.Manner{Fault: fault})
			Expect(answer.Failure).To(HaveField("Kind", kind))
			Expect(answer.Acknowledged()).To(BeFalse())
			if seen == "" {
				Consistently(requests, "50ms").ShouldNot(Receive())
			} else {
				Eventually(requests).Should(Receive(Equal(seen)))
			}
		},
		Entry("no connection", target.Refuse, target.NotOpened, ""),
		Entry("a reset before the request", target.ResetBefore, target.Lost, "nothing"),
		Entry("a reset within it", target.ResetDuring, target.Lost, "part"),
		Entry("a reset of the answer", target.ResetAfter, target.Lost, "whole"),
		Entry("a swallowed answer", target.Swallow, target.TooLate, "whole"),
		Entry("a late answer", target.Late, target.TooLate, "whole"),
	)

	It("is given up at once when the run is interrupted", func(spec SpecContext) {
		ctx, interrupt := context.WithCancel(spec)
		address := talkingUntil(func(conn net.Conn, over <-chan struct{}) {
			_, _, _ = request(conn)
			interrupt()
			<-over
		})
		answer := at(address).Send(ctx, post(), target.Manner{Fault: target.ResetAfter})
		Expect(answer.Took).To(BeNumerically("<", 4e9))
	})

	It("does not hide that nobody listens", func(ctx SpecContext) {
		for _, fault := range []target.Fault{target.ResetBefore, target.ResetDuring, target.ResetAfter, target.Swallow, target.Late} {
			answer := at(refusing()).Send(ctx, post(), target.Manner{Fault: fault})
			Expect(answer.Failure).To(HaveField("Kind", target.Unreachable))
		}
	})
})
