package accesstrade_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// remark matches a call in the journal that says this of its Content-Type, and no more.
func remark(message string) OmegaMatcher {
	return HaveField("Problems", ConsistOf(accesstrade.Problem{Rule: "content-type", Message: message}))
}

var _ = Describe("A call's Content-Type", func() {
	declared := func(request accesstrade.Request, as ...string) accesstrade.Request {
		request.Header = http.Header{"Content-Type": as}
		return request
	}

	DescribeTable("is remarked where it is not the documented one, and the call is taken", func(message string, as ...string) {
		s := play()
		Expect(s.hear(declared(merchant.Postback(sample("DH-1")), as...)).Body).To(Equal(taken))
		Expect(s.last()).To(SatisfyAll(HaveField("Verdict", accesstrade.Accepted), HaveField("Message", "Done"), remark(message)))
	},
		Entry("another", "content-type: expected application/json, found text/plain", "text/plain"),
		Entry("none", "content-type: expected application/json, found none"),
		Entry("nonsense", "content-type: expected application/json, found json", "json"),
	)

	DescribeTable("is the documented one however it is written", func(as string) {
		s := play()
		Expect(s.hear(declared(merchant.Postback(sample("DH-1")), as)).Body).To(Equal(taken))
		Expect(s.last().Problems).To(BeEmpty())
	}, Entry(nil, "application/json"), Entry(nil, "application/json; charset=utf-8"), Entry(nil, "Application/JSON"))

	It("is remarked of a bulk update, and not of a listing, which has no body", func() {
		s := play()
		s.hear(merchant.Postback(sample("DH-1")))
		Expect(s.hear(declared(merchant.BulkUpdate(accesstrade.Report(time.UnixMilli(1447388224436), accesstrade.Change{ID: "DH-1", Status: 1})))).Body).To(Equal(taken))
		Expect(s.last()).To(remark("content-type: expected application/json, found none"))
		s.hear(declared(merchant.Listing("", "")))
		Expect(s.last().Problems).To(BeEmpty())
	})

	It("is told beside what a call is refused for, and beside a fault", func() {
		s := play()
		Expect(s.hear(declared(post(accesstrade.PostbackPath, "a=1"), "application/x-www-form-urlencoded"))).
			To(beRefused("json: the body is form-encoded, and JSON is wanted; content-type: expected application/json, found application/x-www-form-urlencoded"))
		fault, err := accesstrade.ParseFault("503")
		Expect(err).NotTo(HaveOccurred())
		s.SetFault(fault, 1)
		s.hear(declared(merchant.Postback(sample("DH-2"))))
		Expect(s.last()).To(SatisfyAll(HaveField("Verdict", accesstrade.NotProcessed), remark("content-type: expected application/json, found none")))
	})
})
