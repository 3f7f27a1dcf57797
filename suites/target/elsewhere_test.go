package target_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target"
)

var _ = Describe("a target under another path", func() {
	DescribeTable("goes over the wire as given", func(ctx SpecContext, path string) {
		paths := make(chan string, 1)
		server := answering(func(_ http.ResponseWriter, r *http.Request) { paths <- r.RequestURI })
		elsewhere, err := at(server.URL + "/hook?shop=1").At(path)
		Expect(err).NotTo(HaveOccurred())
		Expect(elsewhere.Send(ctx, post(), target.Manner{}).Failure).To(BeNil())
		Expect(<-paths).To(Equal(path + "?shop=1"))
	},
		Entry("another path", "/other"),
		Entry("a slash behind", "/hook/"),
		Entry("two slashes before", "//hook"),
		Entry("an escaped letter", "/%68ook"),
		Entry("a parameter of the path", "/hook;khop"),
	)

	It("leaves the target as it was", func() {
		one := at("http://127.0.0.1:1/hook")
		_, err := one.At("/other")
		Expect(err).NotTo(HaveOccurred())
		Expect(one.URL().Path).To(Equal("/hook"))
	})

	It("refuses a path that no URL can have", func() {
		_, err := at("http://127.0.0.1:1/hook").At("/%zz")
		Expect(err).To(MatchError(ContainSubstring(`reading the path "/%zz"`)))
	})
})

var _ = Describe("the host", func() {
	It("is the request's own before the user's", func(ctx SpecContext) {
		hosts := make(chan string, 1)
		server := answering(func(_ http.ResponseWriter, r *http.Request) { hosts <- r.Host })
		request := post()
		request.Header.Set("Host", "localhost")
		one := at(server.URL, func(c *target.Config) { c.Header = http.Header{"Host": {"hook.example.vn"}} })
		Expect(one.Send(ctx, request, target.Manner{}).Failure).To(BeNil())
		Expect(<-hosts).To(Equal("localhost"))
	})
})
