package accesstrade_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

var _ = Describe("A fault", func() {
	fault := func(name string) accesstrade.Fault {
		GinkgoHelper()
		f, err := accesstrade.ParseFault(name)
		Expect(err).NotTo(HaveOccurred())
		return f
	}
	kept := func(s *stage) int { return len(s.listing("", "")) }

	DescribeTable("that answers", func(name string, code int, processed int) {
		s := play()
		s.SetFault(fault(name), 2)
		for left := range 2 {
			due, times := s.FaultLeft()
			Expect(due.Name).To(Equal(name))
			Expect(times).To(Equal(2 - left))
			heard := s.hear(merchant.Postback(sample("A")))
			Expect(heard.Code).To(Equal(code))
			Expect(message(heard)).To(ContainSubstring(name))
			Expect(s.last()).To(SatisfyAll(HaveField("Fault", name), HaveField("Status", code), HaveField("Formulas", HaveLen(1))))
		}
		Expect(kept(s)).To(Equal(processed))
		Expect(s.hear(merchant.Postback(sample("A"))).Body).To(Equal(taken))
		Expect(kept(s)).To(Equal(1))
	},
		Entry(nil, "500", 500, 0), Entry(nil, "503", 503, 0), Entry(nil, "refuse", 200, 0), Entry(nil, "500-after", 500, 1),
	)

	It("that answers with a page says 200, and is no answer all the same", func() {
		s := play()
		s.SetFault(fault("html"), 1)
		request, err := merchant.Postback(sample("A")).To(context.Background(), s.server.URL)
		Expect(err).NotTo(HaveOccurred())
		response, err := s.server.Client().Do(request)
		Expect(err).NotTo(HaveOccurred())
		defer response.Body.Close()
		page, err := io.ReadAll(response.Body)
		Expect(err).NotTo(HaveOccurred())
		Expect(response.StatusCode).To(Equal(http.StatusOK))
		Expect(response.Header.Get("Content-Type")).To(HavePrefix("text/html"))
		Expect(accesstrade.Objection(response.StatusCode, page)).NotTo(BeEmpty())
		kind, body := s.last().Answer()
		Expect(kind).To(HavePrefix("text/html"))
		Expect(body).To(Equal(string(page)))
		Expect(s.last()).To(SatisfyAll(HaveField("Fault", "html"), HaveField("Verdict", accesstrade.NotProcessed)))
		Expect(kept(s)).To(BeZero())
	})

	DescribeTable("that cuts the connection", func(name string, processed int, verdict accesstrade.Verdict) {
		s := play()
		s.SetFault(fault(name), 1)
		_, err := s.try(merchant.Postback(sample("A")), 5*time.Second)
		Expect(errors.Is(err, io.EOF)).To(BeTrue(), "%v", err)
		Expect(s.last()).To(SatisfyAll(HaveField("Fault", name), HaveField("Status", 0), HaveField("Verdict", verdict)))
		Expect(kept(s)).To(Equal(processed))
		Expect(s.hear(merchant.Postback(sample("A"))).Body).To(Equal(taken))
	},
		Entry(nil, "cut", 0, accesstrade.NotProcessed), Entry(nil, "cut-after", 1, accesstrade.Accepted),
	)

	It("is told as it was answered", func() {
		s := play()
		s.SetFault(fault("500-after"), 1)
		for _, request := range []accesstrade.Request{merchant.Postback(sample("A")), merchant.Postback(sample("A")), post(accesstrade.PostbackPath, "{}")} {
			heard := s.hear(request)
			kind, body := s.last().Answer()
			Expect(kind).To(Equal("application/json"))
			Expect(body).To(MatchJSON(heard.Body))
		}
		s.listing("", "")
		_, body := s.last().Answer()
		Expect(body).To(BeEmpty())
	})

	DescribeTable("that never answers", func(name string, processed int) {
		s := play()
		s.SetFault(fault(name), 1)
		_, err := s.try(merchant.Postback(sample("A")), 50*time.Millisecond)
		Expect(errors.Is(err, context.DeadlineExceeded) || os.IsTimeout(err)).To(BeTrue(), "%v", err)
		Expect(s.last()).To(SatisfyAll(HaveField("Fault", name), HaveField("Status", 0)))
		Expect(kept(s)).To(Equal(processed))
	},
		Entry(nil, "timeout", 0), Entry(nil, "timeout-after", 1),
	)

	It("that never answers gives up after its time", func() {
		s := play()
		f := fault("timeout")
		f.Hold = 10 * time.Millisecond
		s.SetFault(f, 1)
		_, err := s.try(merchant.Postback(sample("A")), 5*time.Second)
		Expect(errors.Is(err, io.EOF)).To(BeTrue(), "%v", err)
	})

	It("strikes postbacks alone, and still says what was wrong with them", func() {
		s := play()
		s.SetFault(fault("503"), 1)
		Expect(s.hear(merchant.Listing("", "")).Code).To(Equal(http.StatusOK))
		Expect(s.hear(post(accesstrade.PostbackPath, `{}`)).Code).To(Equal(503))
		Expect(s.last()).To(SatisfyAll(HaveField("Verdict", accesstrade.NotProcessed), HaveField("Problems", HaveLen(4))))
	})

	It("does not turn a refusal into something else when it comes after", func() {
		s := play()
		s.SetFault(fault("500-after"), 1)
		Expect(s.hear(post(accesstrade.PostbackPath, `{}`))).To(beRefused("access_key: required"))
	})

	It("can be taken back", func() {
		s := play()
		s.SetFault(fault("503"), 5)
		s.SetFault(accesstrade.Fault{}, 0)
		Expect(s.hear(merchant.Postback(sample("A"))).Body).To(Equal(taken))
		Expect(s.last().Fault).To(BeEmpty())
	})

	It("has a name and a word of help, and an unknown name is told the way out", func() {
		for _, f := range accesstrade.Faults() {
			Expect(fault(f.Name).Help).To(Equal(f.Help))
			Expect(f.Help).NotTo(BeEmpty())
		}
		_, err := accesstrade.ParseFault("timeot")
		Expect(err).To(MatchError(ContainSubstring("did you mean timeout?")))
		_, err = accesstrade.ParseFault("earthquake")
		Expect(err).To(MatchError(ContainSubstring("there are 500, 503, refuse")))
	})
})
