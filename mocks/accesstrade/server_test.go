package accesstrade_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

var _ = Describe("a server for a test", func() {
	It("takes what is signed with its keys, and tells what came", func(ctx SpecContext) {
		server := accesstrade.NewServer(GinkgoT())
		Expect(call(ctx, server, server.Merchant().Postback(sample("ORDER-1")))).To(Equal(http.StatusOK))
		Expect(server.Calls()).To(HaveExactElements(SatisfyAll(
			HaveField("Verdict", accesstrade.Accepted),
			HaveField("Transactions", []string{"ORDER-1"}),
		)))
		Expect(server.Orders()).To(HaveExactElements(HaveField("ID", "ORDER-1")))
	})

	It("has the keys and the config that it is given", func(ctx SpecContext) {
		server := accesstrade.NewServer(GinkgoT(), accesstrade.WithKeys("shop-7", "s3cret-7"), func(c *accesstrade.Config) {
			c.FailureStatus = http.StatusUnprocessableEntity
		})
		Expect(server.AccessKey).To(Equal("shop-7"))
		Expect(call(ctx, server, server.Merchant().Postback(sample("ORDER-1")))).To(Equal(http.StatusOK))
		Expect(call(ctx, server, merchant.Postback(sample("ORDER-2")))).To(Equal(http.StatusUnprocessableEntity))
	})

	It("fails as often as it is told", func(ctx SpecContext) {
		server := accesstrade.NewServer(GinkgoT())
		server.Fail("503", 2)
		var statuses []int
		for range 3 {
			statuses = append(statuses, call(ctx, server, server.Merchant().Postback(sample("ORDER-1"))))
		}
		Expect(statuses).To(Equal([]int{503, 503, 200}))
	})

	It("is gone after the test, whatever hangs", func(ctx SpecContext) {
		test := &spy{}
		server := accesstrade.NewServer(test)
		server.Fail("timeout", 1)
		hung := make(chan error, 1)
		go func() {
			defer GinkgoRecover()
			request, err := server.Merchant().Postback(sample("ORDER-1")).To(ctx, server.URL)
			Expect(err).NotTo(HaveOccurred())
			response, err := http.DefaultClient.Do(request)
			if err == nil {
				_ = response.Body.Close()
			}
			hung <- err
		}()
		Eventually(server.Calls).Should(HaveLen(1))
		start := time.Now()
		test.end()
		Expect(<-hung).To(HaveOccurred())
		Expect(time.Since(start)).To(BeNumerically("<", 5*time.Second))
		_, err := http.Get(server.URL)
		Expect(err).To(HaveOccurred())
	})

	DescribeTable("ends the test that asks for what there is not",
		func(ask func(accesstrade.TB), complaint string) {
			test := &spy{}
			Expect(func() { ask(test) }).To(PanicWith(ContainSubstring(complaint)))
			test.end()
		},
		Entry("a fault", func(t accesstrade.TB) { accesstrade.NewServer(t).Fail("50", 1) }, `no fault "50": did you mean 500?`),
		Entry("no key", func(t accesstrade.TB) { accesstrade.NewServer(t, accesstrade.WithKeys("", "s")) }, "needs its access_key"),
	)
})

// What has to hold of every kind of test.
var (
	_ accesstrade.TB = (*testing.T)(nil)
	_ accesstrade.TB = (*testing.B)(nil)
	_ accesstrade.TB = GinkgoTInterface(nil)
)

// call sends a request to a server and returns the answer's status.
func call(ctx SpecContext, server *accesstrade.Server, request accesstrade.Request) int {
	GinkgoHelper()
	r, err := request.To(ctx, server.URL)
	Expect(err).NotTo(HaveOccurred())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	Expect(err).NotTo(HaveOccurred())
	Expect(response.Body.Close()).To(Succeed())
	return response.StatusCode
}

// spy is a test that fails by a panic, and ends when it is told to.
type spy struct{ cleanups []func() }

func (*spy) Helper()               {}
func (s *spy) Cleanup(last func()) { s.cleanups = append(s.cleanups, last) }
func (*spy) Fatalf(format string, args ...any) {
	panic(strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func (s *spy) end() {
	for _, cleanup := range s.cleanups {
		cleanup()
	}
}
