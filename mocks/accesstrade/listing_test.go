package accesstrade_test

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
)

var _ = Describe("A listing", func() {
	hanoi := time.FixedZone("+07", 7*60*60)
	day := func(d, h, m, s int) time.Time { return time.Date(2016, 6, d, h, m, s, 0, hanoi) }

	filled := func(changes ...func(*accesstrade.Config)) *stage {
		GinkgoHelper()
		s := play(changes...)
		for _, o := range []struct {
			id     string
			at     time.Time
			status int64
		}{
			{"eve", day(7, 23, 59, 59), 0},
			{"midnight", day(8, 0, 0, 0), 0},
			{"morning", day(8, 7, 18, 55), 1},
			{"night", day(8, 23, 59, 59), -1},
			{"next", day(9, 0, 0, 0), 0},
		} {
			Expect(s.hear(merchant.Postback(order(o.id, o.at, o.status))).Body).To(Equal(taken))
		}
		return s
	}
	ids := func(data []map[string]any) []any {
		all := []any{}
		for _, one := range data {
			all = append(all, one["transaction_id"])
		}
		return all
	}

	DescribeTable("shows what is asked for, in the order of the first reports", func(date, status string, want ...any) {
		Expect(ids(filled().listing(date, status))).To(Equal(append([]any{}, want...)))
	},
		Entry("everything", "", "", "eve", "midnight", "morning", "night", "next"),
		Entry("a day in Vietnam", "2016-06-08", "", "midnight", "morning", "night"),
		Entry("pending", "", "0", "eve", "midnight", "next"),
		Entry("success", "", "1", "morning"),
		Entry("cancelled", "", "-1", "night"),
		Entry("both", "2016-06-08", "0", "midnight"),
		Entry("a day without orders", "2016-02-29", ""),
	)

	It("tells times without a zone, in Vietnam's", func() {
		Expect(filled().listing("", "1")).To(ConsistOf(map[string]any{
			"transaction_id": "morning", "transaction_time": "2016-06-08T07:18:55", "status": 1.0,
		}))
	})

	It("tells times and days in another zone where that is agreed", func() {
		s := filled(func(c *accesstrade.Config) { c.Zone = time.UTC })
		Expect(s.listing("2016-06-07", "0")).To(HaveExactElements(
			HaveKeyWithValue("transaction_time", "2016-06-07T16:59:59"),
			HaveKeyWithValue("transaction_time", "2016-06-07T17:00:00"),
		))
	})

	It("shows pending orders alone by default where that is agreed", func() {
		s := filled(func(c *accesstrade.Config) { c.PendingByDefault = true })
		Expect(ids(s.listing("", ""))).To(Equal([]any{"eve", "midnight", "next"}))
		Expect(ids(s.listing("", "1"))).To(Equal([]any{"morning"}))
	})

	It("is empty and documented before anything was reported", func() {
		Expect(play().hear(merchant.Listing("", "")).Body).To(Equal(`{"total":0,"data":[]}`))
	})

	It("takes the documented parameters", func() {
		for _, example := range fixtures.Documented("accesstrade") {
			if example.Event != "listing-query" {
				continue
			}
			query, err := url.ParseQuery(string(example.Payload))
			Expect(err).NotTo(HaveOccurred())
			request := merchant.Listing(query.Get("date"), query.Get("status"))
			names := func(q string) []string {
				var all []string
				for pair := range strings.SplitSeq(q, "&") {
					name, _, _ := strings.Cut(pair, "=")
					all = append(all, name)
				}
				return all
			}
			Expect(names(request.Query)).To(Equal(names(string(example.Payload))))
			Expect(play().hear(request).Body).To(Equal(`{"total":0,"data":[]}`))
		}
	})

	It("is refused for every near-miss, at the place and for the rule that it breaks", func() {
		s := play()
		for _, miss := range fixtures.Invalid("accesstrade") {
			if miss.Schema != "accesstrade/listing-query" {
				continue
			}
			Expect(s.hear(accesstrade.Request{Method: http.MethodGet, Path: accesstrade.ListingPath, Query: string(miss.Payload)})).
				To(beRefused(memberOf(miss.Pointer)+": "+miss.Rule), miss.Name)
		}
		Expect(s.Journal()).NotTo(BeEmpty())
	})

	DescribeTable("is refused when the query is wrong", func(change func(string) string, want string) {
		request := merchant.Listing("2016-06-08", "0")
		request.Query = change(request.Query)
		Expect(play().hear(request)).To(beRefused(want))
	},
		Entry("a day that no calendar has", replace("2016-06-08", "2016-02-30"), "date: format"),
		Entry("an empty status", replace("status=0", "status="), "status: enum"),
		Entry("a parameter twice", replace("status=0", "status=0&status=1"), "status: type: expected string, found array"),
		Entry("a broken escape", replace("status=0", "status=%zz"), "query: read the query string"),
		Entry("nothing", func(string) string { return "" }, "access_key: required; signature: required"),
		Entry("another key", replace(accessKey, "another"), "access_key: unknown"),
	)

	Describe("its signature, for which nothing is documented,", func() {
		signed := func(name string) accesstrade.Merchant {
			formula, err := accesstrade.FormulaOf(accesstrade.Listing, name)
			Expect(err).NotTo(HaveOccurred())
			return accesstrade.Merchant{AccessKey: accessKey, SecretKey: secretKey, ListingFormula: formula}
		}
		with := func(formula string) *stage {
			return play(func(c *accesstrade.Config) { c.ListingFormula = formula })
		}

		It("may be any of the candidates, and the journal says which", func() {
			s := play()
			for _, formula := range accesstrade.Formulas(accesstrade.Listing) {
				Expect(s.hear(signed(formula.Name).Listing("2016-06-08", "")).Body).To(HavePrefix(`{"total"`))
				Expect(s.last().Formulas).To(ConsistOf(formula.Name))
			}
			Expect(s.hear(signed("date").Listing("", "")).Body).To(HavePrefix(`{"total"`))
			Expect(s.last().Formulas).To(ConsistOf("date", "secret"))
		})

		It("has to be one of the candidates", func() {
			request := merchant.Listing("", "")
			request.Query = strings.Replace(request.Query, "&signature=", "&signature=0", 1)
			Expect(play().hear(request)).To(beRefused("signature: mismatch: expected md5(secret_key) or md5(date + secret_key)"))
		})

		It("has to be the one that is agreed, and another is told by its name", func() {
			s := with("date")
			Expect(s.hear(signed("date").Listing("2016-06-08", "")).Body).To(HavePrefix(`{"total"`))
			Expect(s.hear(signed("secret").Listing("2016-06-08", ""))).
				To(beRefused("signature: mismatch: expected md5(date + secret_key) in lower-case hex; this one is md5(secret_key)"))
			Expect(s.last().Formulas).To(ConsistOf("secret"))
		})

		It("may be anything where nothing is agreed, but not missing", func() {
			s := with(accesstrade.Unchecked)
			request := merchant.Listing("", "")
			request.Query = strings.Replace(request.Query, "&signature=", "&signature=0", 1)
			Expect(s.hear(request).Body).To(HavePrefix(`{"total"`))
			Expect(s.last().Formulas).To(BeEmpty())
			request.Query, _, _ = strings.Cut(request.Query, "&signature=")
			Expect(s.hear(request)).To(beRefused("signature: required"))
		})
	})
})

func replace(old, by string) func(string) string {
	return func(text string) string { return strings.Replace(text, old, by, 1) }
}
