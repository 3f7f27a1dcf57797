package accesstrade_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

var _ = Describe("A bulk update", func() {
	at := time.UnixMilli(1447388224436)
	report := func(changes ...accesstrade.Change) accesstrade.Request {
		return merchant.BulkUpdate(accesstrade.Report(at, changes...))
	}
	filled := func(changes ...func(*accesstrade.Config)) *stage {
		GinkgoHelper()
		s := play(changes...)
		for _, id := range []string{"1", "2", "3"} {
			Expect(s.hear(merchant.Postback(sample(id))).Body).To(Equal(taken))
		}
		return s
	}
	states := func(s *stage) map[any]any {
		GinkgoHelper()
		all := map[any]any{}
		for _, one := range s.listing("", "") {
			all[one["transaction_id"]] = one["status"]
		}
		return all
	}

	It("changes what the listing shows", func() {
		s := filled()
		Expect(s.hear(report(accesstrade.Change{ID: "1", Status: accesstrade.Success}, accesstrade.Change{ID: "3", Status: accesstrade.Cancelled})).Body).To(Equal(taken))
		Expect(s.last()).To(SatisfyAll(
			HaveField("Call", accesstrade.BulkUpdate), HaveField("Verdict", accesstrade.Accepted),
			HaveField("Transactions", Equal([]string{"1", "3"})), HaveField("Count", 2),
		))
		Expect(states(s)).To(Equal(map[any]any{"1": 1.0, "2": 0.0, "3": -1.0}))
		Expect(s.listing("", "0")).To(HaveLen(1))
	})

	It("takes the documented sample", func() {
		sample := rawjson.MustParse(fixtures.Documented("accesstrade")[5].Payload)
		Expect(filled().hear(merchant.BulkUpdate(sample)).Body).To(Equal(taken))
	})

	It("lets the last word hold when an order comes twice", func() {
		s := filled()
		Expect(s.hear(report(accesstrade.Change{ID: "1", Status: accesstrade.Success}, accesstrade.Change{ID: "1", Status: accesstrade.Cancelled})).Body).To(Equal(taken))
		Expect(states(s)).To(HaveKeyWithValue("1", -1.0))
	})

	It("may be about nothing", func() {
		s := filled()
		Expect(s.hear(report()).Body).To(Equal(taken))
		Expect(states(s)).To(Equal(map[any]any{"1": 0.0, "2": 0.0, "3": 0.0}))
	})

	It("is refused as a whole when it names an unknown order", func() {
		s := filled()
		Expect(s.hear(report(accesstrade.Change{ID: "1", Status: accesstrade.Success}, accesstrade.Change{ID: "9", Status: accesstrade.Success}))).
			To(beRefused(`transactions[1].transaction_id: unknown: no order "9" was reported; nothing was changed`))
		Expect(s.last().Unknown).To(ConsistOf("9"))
		Expect(states(s)).To(HaveKeyWithValue("1", 0.0))
	})

	It("changes the known orders beside an unknown one where that is agreed", func() {
		s := filled(func(c *accesstrade.Config) { c.SkipUnknown = true })
		Expect(s.hear(report(accesstrade.Change{ID: "1", Status: accesstrade.Success}, accesstrade.Change{ID: "9", Status: accesstrade.Success})).Body).To(Equal(taken))
		Expect(s.last().Unknown).To(ConsistOf("9"))
		Expect(states(s)).To(Equal(map[any]any{"1": 1.0, "2": 0.0, "3": 0.0}))
	})

	It("is refused for every near-miss, at the place and for the rule that it breaks, and for nothing else", func() {
		s := filled()
		before := len(s.Journal())
		for _, miss := range fixtures.Invalid("accesstrade") {
			if miss.Schema != "accesstrade/bulk-update" {
				continue
			}
			Expect(s.hear(merchant.BulkUpdate(rawjson.MustParse(miss.Payload)))).To(beRefused(memberOf(miss.Pointer)+": "+miss.Rule), miss.Name)
			Expect(s.last().Problems).To(HaveLen(1), miss.Name)
		}
		Expect(len(s.Journal())).To(BeNumerically(">", before))
		Expect(states(s)).To(Equal(map[any]any{"1": 0.0, "2": 0.0, "3": 0.0}))
	})

	DescribeTable("is refused with a time that is none in milliseconds", func(literal, want string) {
		Expect(filled().hear(merchant.BulkUpdate(set("/request_time", literal)(accesstrade.Report(at))))).To(beRefused(want))
	},
		Entry("seconds", `1447388224`, "request_time: minimum: 1447388224 has ten digits, which are seconds: milliseconds are wanted, 1447388224000"),
		Entry("microseconds", `1447388224436000`, "request_time: maximum"),
	)

	DescribeTable("may be signed by any candidate, and the journal says which", func(name string, matched ...string) {
		formula, err := accesstrade.FormulaOf(accesstrade.BulkUpdate, name)
		Expect(err).NotTo(HaveOccurred())
		m := accesstrade.Merchant{AccessKey: accessKey, SecretKey: secretKey, BulkFormula: formula}
		s := filled()
		Expect(s.hear(m.BulkUpdate(accesstrade.Report(at, accesstrade.Change{ID: "1"}, accesstrade.Change{ID: "2"}))).Body).To(Equal(taken))
		Expect(s.last().Formulas).To(Equal([]string{name}))
		Expect(s.hear(m.BulkUpdate(accesstrade.Report(at, accesstrade.Change{ID: "1"}))).Body).To(Equal(taken))
		Expect(s.last().Formulas).To(ConsistOf(matched))
	},
		Entry(nil, "first-id", "first-id", "all-ids"),
		Entry(nil, "all-ids", "first-id", "all-ids"),
		Entry(nil, "request-time", "request-time"),
		Entry(nil, "secret", "secret"),
	)

	It("has to be signed as agreed", func() {
		s := filled(func(c *accesstrade.Config) { c.BulkFormula = "request-time" })
		Expect(s.hear(report(accesstrade.Change{ID: "1"}, accesstrade.Change{ID: "2"}))).
			To(beRefused("signature: mismatch: expected md5(request_time + secret_key) in lower-case hex; this one is md5(first transaction_id + secret_key)"))
	})

	It("is told of a few of its faults when it has many", func() {
		s := filled()
		body := `{"access_key":"` + accessKey + `","signature":"x","request_time":1447388224436,"transactions":[` + strings.Repeat(`{},`, 99) + `{}]}`
		Expect(s.hear(post(accesstrade.BulkUpdatePath, body))).To(beRefused("transactions[0].status: required; "))
		Expect(s.last().Message).To(HaveSuffix("and 196 more"))
		Expect(s.last().Problems).To(HaveLen(20))
	})
})
