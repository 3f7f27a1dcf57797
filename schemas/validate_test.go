package schemas_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas"
)

func lookup(id string) *schemas.Schema {
	GinkgoHelper()
	s, err := schemas.Lookup(id)
	Expect(err).NotTo(HaveOccurred())
	return s
}

func problems(id, doc string) []schemas.Problem {
	GinkgoHelper()
	found, err := lookup(id).Validate([]byte(doc))
	Expect(err).NotTo(HaveOccurred())
	return found
}

func messages(id, doc string) []string {
	GinkgoHelper()
	var all []string
	for _, problem := range problems(id, doc) {
		all = append(all, problem.Message)
	}
	return all
}

const deal = `{"message_id":"m","event_type":"sale_create_deal","data_event":{
	"merchant_id":"1","deal_id":"2","action_time":1658876078.505126,"created_time":1658876078.765139,"fields":[FIELDS]}}`

func dealWith(fields string) string { return strings.Replace(deal, "FIELDS", fields, 1) }

var _ = Describe("Validate", func() {
	It("tells place, rule and both sides of each broken rule, in the order of the places", func() {
		doc := dealWith(`{"field_key":5,"add":"x"}`)
		Expect(problems("mobio/sale_create_deal", doc)).To(Equal([]schemas.Problem{
			{
				Pointer: "/data_event/fields/0/add", Rule: "type", Expected: "array", Found: `string "x"`,
				Message: `/data_event/fields/0/add: type: expected array, found string "x"`,
			},
			{
				Pointer: "/data_event/fields/0/field_key", Rule: "type", Expected: "string", Found: "integer 5",
				Message: "/data_event/fields/0/field_key: type: expected string, found integer 5",
			},
			{
				Pointer: "/data_event/fields/0/field_name", Rule: "required", Expected: "string", Found: "nothing",
				Message: "/data_event/fields/0/field_name: required",
			},
		}))
	})

	It("orders elements by number, not by letter", func() {
		field := `{"field_key":"k","field_name":"n"}`
		doc := dealWith(strings.Repeat(field+",", 2) + "1," + strings.Repeat(field+",", 7) + "2")
		Expect(messages("mobio/sale_create_deal", doc)).To(Equal([]string{
			"/data_event/fields/2: type: expected object, found integer 1",
			"/data_event/fields/10: type: expected object, found integer 2",
		}))
	})

	It("says what a rule means where the number or the pattern alone would not", func() {
		doc := strings.Replace(dealWith(""), "1658876078.505126", "1658876078505", 1)
		Expect(messages("mobio/sale_create_deal", doc)).To(ConsistOf(
			"/data_event/action_time: maximum: expected at most 99999999999 (When it happened, in seconds since 1970 " +
				"with a fraction; thirteen digits are milliseconds), found 1658876078505",
		))
	})

	It("shows the form of a text by an example", func() {
		Expect(messages("accesstrade/listing", `{"total":1,"data":[{"transaction_id":"1","transaction_time":"8/6/2016","status":0}]}`)).To(ConsistOf(
			`/data/0/transaction_time: pattern: expected a text like "2016-06-08T07:18:55" (When the order was made: ISO 8601 without ` +
				`a zone, on a day that the calendar has), found "8/6/2016"`,
		))
	})

	It("names the document where the document itself is wrong, and tells nothing of what is in it", func() {
		Expect(messages("mobio/sale_create_deal", `["secret"]`)).To(ConsistOf("the document: type: expected object, found array"))
	})

	It("cuts long values short", func() {
		doc := dealWith(`{"field_key":"k","field_name":"n","add":"` + strings.Repeat("ệ", 500) + `"}`)
		found := problems("mobio/sale_create_deal", doc)
		Expect(found).To(HaveLen(1))
		Expect([]rune(found[0].Found)).To(HaveLen(len("string ") + 80 + 1))
	})

	It("keeps a message on one line whatever a member is called", func() {
		found := problems("superai/update_status", `{"a\nb\u001b[2J":1e999}`)
		Expect(found).To(HaveLen(1))
		Expect(found[0].Pointer).To(Equal("/a\nb\x1b[2J"))
		Expect(found[0].Message).To(HavePrefix(`"/a\nb\x1b[2J": number: `))
	})

	DescribeTable("refuses numbers that no receiver can hold, without computing with them",
		func(number string) {
			found := problems("superai/update_status", `{"amount":`+number+`}`)
			Expect(found).To(HaveLen(1))
			Expect(found[0].Pointer).To(Equal("/amount"))
			Expect(found[0].Rule).To(Equal("number"))
		},
		Entry("too large", "1e999999999"),
		Entry("too small", "1E-999999999"),
		Entry("negative", "-2e400"),
		Entry("too long", "1"+strings.Repeat("0", 2000)),
	)

	It("compares numbers exactly", func() {
		just := strings.Replace(dealWith(""), "1658876078.505126", "99999999999", 1)
		over := strings.Replace(dealWith(""), "1658876078.505126", "99999999999.0000000000001", 1)
		Expect(problems("mobio/sale_create_deal", just)).To(BeEmpty())
		Expect(problems("mobio/sale_create_deal", over)).To(HaveLen(1))
	})

	It("takes a whole number with a zero fraction for an integer", func() {
		Expect(messages("superai/update_status", `{"amount":230000.0}`)).NotTo(ContainElement(HavePrefix("/amount")))
	})

	DescribeTable("gives an error only for what is not one JSON value",
		func(doc, complaint string) {
			_, err := lookup("superai/update_status").Validate([]byte(doc))
			Expect(err).To(MatchError(ContainSubstring(complaint)))
			_, err = lookup("superai/update_status").Undocumented([]byte(doc))
			Expect(err).To(MatchError(ContainSubstring(complaint)))
		},
		Entry("nothing", "", "it is empty"),
		Entry("half a value", `{"type":`, "it ends in the middle of a value"),
		Entry("a Python literal", "{\n  'id': 1}", "line 2, column 3"),
		Entry("two values", `{} {}`, "more than one JSON value"),
		Entry("a value and a bracket", `{}]`, "more than one JSON value"),
	)
})

var _ = Describe("a value that may have several shapes", func() {
	envelope := func(blocks ...string) string {
		return `{"merchant_id":"1","timestamp":1669200453,"block_event":[` + strings.Join(blocks, ",") + `]}`
	}

	It("is explained by the shape of its own event", func() {
		broken := strings.Replace(dealWith(""), `"deal_id":"2"`, `"deal_id":2`, 1)
		Expect(messages("mobio/block_event", envelope(dealWith(""), broken))).To(ConsistOf(
			"/block_event/1/data_event/deal_id: type: expected string, found integer 2",
		))
	})

	It("is explained by the event that a misspelt type comes closest to", func() {
		block := `{"message_id":"m","event_type":"sale_update_produts","data_event":{"id":"0","merchant_id":"1","deal_id":"2","action_time":1,"created_time":2}}`
		Expect(messages("mobio/block_event", envelope(block))).To(ConsistOf(
			`/block_event/0/event_type: const: expected "sale_update_products", found "sale_update_produts"`,
		))
	})

	It("names every documented type where none comes close, and is held to the shape that it has", func() {
		doc := envelope(`{"message_id":"m","event_type":"sale_x","data_event":{"id":"0","merchant_id":"1","deal_id":"2",
			"action_time":1,"created_time":2,"body":{"add":[],"remove":[]}}}`)
		Expect(messages("mobio/block_event", doc)).To(ConsistOf(
			`/block_event/0/event_type: const: expected "sale_create_deal", "sale_update_media", "sale_update_status", "sale_update_company", ` +
				`"sale_update_contact", "sale_update_products", "sale_update_product_line", "sale_update_products_bank", ` +
				`"sale_update_product_categories_sub" or "sale_update_product_categories_main", found "sale_x"`,
		))
		Expect(lookup("mobio/block_event").Undocumented([]byte(doc))).To(BeEmpty())
	})

	It("is told by its type when it is no event at all", func() {
		Expect(messages("mobio/block_event", envelope("7"))).To(ConsistOf(
			"/block_event/0: type: expected object, found integer 7",
		))
	})
})

var _ = Describe("Undocumented", func() {
	undocumented := func(id, doc string) []string {
		GinkgoHelper()
		found, err := lookup(id).Undocumented([]byte(doc))
		Expect(err).NotTo(HaveOccurred())
		return found
	}

	It("lists unknown members at every depth, and not what is inside them", func() {
		doc := dealWith(`{"field_key":"k","colour~/":{"red":1}}`)
		doc = strings.Replace(doc, `"message_id"`, `"version":2,"message_id"`, 1)
		Expect(undocumented("mobio/sale_create_deal", doc)).To(Equal([]string{"/data_event/fields/0/colour~0~1", "/version"}))
	})

	It("leaves values alone that the document leaves open", func() {
		doc := dealWith(`{"change":[{"from":{"a":1},"to":null}],"add":[{"b":2}]}`)
		Expect(undocumented("mobio/sale_create_deal", doc)).To(BeEmpty())
	})

	It("takes the shape that knows most members where several fit", func() {
		block := `{"message_id":"m","event_type":"sale_update_products_bank","data_event":{"id":"0","merchant_id":"1",
			"deal_id":"2","action_time":1,"created_time":2,"fields":[{"field_key":"products_bank","field_name":"products_bank",
			"add":[{"product_line":{"id":"3","colour":"red"}}]}]}}`
		doc := `{"merchant_id":"1","timestamp":1,"block_event":[` + block + `]}`
		Expect(undocumented("mobio/block_event", doc)).To(Equal([]string{
			"/block_event/0/data_event/fields/0/add/0/product_line/colour",
		}))
	})

	It("survives numbers that no receiver can hold", func() {
		Expect(undocumented("mobio/block_event", `{"block_event":[{"data_event":{"action_time":1e999999}}]}`)).To(BeEmpty())
	})
})

var _ = Describe("Lookup", func() {
	It("finds every schema by its ID", func() {
		for _, s := range schemas.All() {
			Expect(lookup(s.ID)).To(BeIdenticalTo(s))
			Expect(s.ID).To(Equal(s.Provider + "/" + s.Name))
		}
	})

	It("names the nearest for an unknown one", func() {
		_, err := schemas.Lookup("superai/updat_status")
		Expect(err).To(MatchError(HavePrefix(
			`no schema is called "superai/updat_status": the nearest are superai/update_status, superai/update_weight, `,
		)))
	})

	It("hands out a list that callers may change", func() {
		schemas.All()[0] = nil
		Expect(schemas.All()).NotTo(ContainElement(BeNil()))
	})
})
