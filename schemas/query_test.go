package schemas_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas"
)

var _ = Describe("FromQuery", func() {
	It("makes an object of strings, each decoded once", func() {
		Expect(schemas.FromQuery("a=1&b=&c=%257B+%C4%91")).To(MatchJSON(`{"a":"1","b":"","c":"%7B đ"}`))
	})

	It("shows a parameter that comes twice, so that the schema refuses it", func() {
		doc, err := schemas.FromQuery("SMSID=1&SMSID=2")
		Expect(err).NotTo(HaveOccurred())
		Expect(messages("esms/callback", string(doc))).To(ContainElement("/SMSID: type: expected string, found array"))
	})

	It("says what is wrong with a query string that cannot be read", func() {
		_, err := schemas.FromQuery("a=%zz")
		Expect(err).To(MatchError(ContainSubstring(`invalid URL escape "%zz"`)))
	})
})

var _ = Describe("AccessTrade", func() {
	It("never shows an access key, whatever is wrong with it", func() {
		Expect(messages("accesstrade/postback", `{"access_key":123456789,"signature":"s","transaction_id":"t","transaction_time":1447388224436}`)).
			To(ConsistOf("/access_key: type: expected string, found integer (not shown)"))
	})

	It("explains ten digits as seconds", func() {
		Expect(messages("accesstrade/postback", `{"access_key":"k","signature":"s","transaction_id":"t","transaction_time":1447388224}`)).
			To(ConsistOf(And(HavePrefix("/transaction_time: minimum: expected at least 1000000000000 ("), ContainSubstring("ten digits are seconds"))))
	})

	DescribeTable("takes a state with or without a fraction, and either spelling of a category",
		func(status, category string) {
			Expect(problems("accesstrade/postback", `{"access_key":"k","signature":"s","transaction_id":"t",
				"transaction_time":1447388224436,"transaction_status":`+status+`,"products":[
				{"sku":"s","price":1.5,"quantity":1,"status":`+status+`,`+category+`}]}`)).To(BeEmpty())
		},
		Entry("sample", "0", `"category":"c","category_id":123`),
		Entry("table", "-1.0", `"category_name":"c","category_id":"123"`),
		Entry("success", "1.00", `"category_id":"123"`),
	)
})

var _ = Describe("Abaha", func() {
	It("takes any of the objects of an order as absent or null", func() {
		Expect(problems("abaha/order", `{"id":"1","cashback":null,"item_fee":null,"address":null,"user":null}`)).To(BeEmpty())
		Expect(problems("abaha/order", `{"id":"1"}`)).To(BeEmpty())
	})

	It("knows fees by their labels, whatever these are", func() {
		doc := []byte(`{"id":"1","item_fee":{"Phí Ship":"Chưa tính","Phí gói quà":5000}}`)
		Expect(lookup("abaha/order").Undocumented(doc)).To(BeEmpty())
		Expect(messages("abaha/order", `{"id":"1","item_fee":{"Phí Ship":true}}`)).To(ConsistOf(
			"/item_fee/Phí Ship: type: expected string or number or null, found boolean true",
		))
	})
})
