package accesstrade_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

var _ = Describe("A postback", func() {
	It("is answered as documented and kept", func() {
		s := play()
		heard := s.hear(merchant.Postback(sample("UUID")))
		Expect(heard).To(SatisfyAll(HaveField("Code", http.StatusOK), HaveField("Body", taken)))
		Expect(s.last()).To(SatisfyAll(
			HaveField("Call", accesstrade.Postback),
			HaveField("Verdict", accesstrade.Accepted),
			HaveField("Formulas", ConsistOf("transaction-id")),
			HaveField("Transactions", ConsistOf("UUID")),
			HaveField("Status", http.StatusOK),
			HaveField("Problems", BeEmpty()),
		))
		Expect(s.listing("", "")).To(ConsistOf(
			map[string]any{"transaction_id": "UUID", "transaction_time": "2015-11-13T11:17:04", "status": 0.0},
		))
	})

	DescribeTable("is taken in every documented form", func(pointer, literal string) {
		s := play()
		payload := sample("UUID").With(pointer, rawjson.MustParse([]byte(literal)))
		Expect(s.hear(merchant.Postback(payload)).Body).To(Equal(taken))
	},
		Entry("state as a float", "/transaction_status", `0.0`),
		Entry("state cancelled", "/transaction_status", `-1`),
		Entry("state success", "/transaction_status", `1`),
		Entry("state of a product", "/products/0/status", `-1.0`),
		Entry("category as a string", "/products/0/category_id", `"123"`),
		Entry("category by the table's name", "/products/0/category_name", `"Thời trang"`),
		Entry("value with decimals", "/transaction_value", `1000000.5`),
		Entry("time in another writing", "/transaction_time", `1.447388224436e12`),
		Entry("no products", "/products", `[]`),
		Entry("a member that nobody documented", "/voucher", `{"code":null}`),
		Entry("a Vietnamese order number", "/transaction_id", `"Đơn hàng số 12"`),
	)

	DescribeTable("needs no optional member", func(pointer string) {
		Expect(play().hear(merchant.Postback(sample("UUID").Without(pointer))).Body).To(Equal(taken))
	},
		Entry(nil, "/transaction_discount"), Entry(nil, "/transaction_value"), Entry(nil, "/transaction_status"),
		Entry(nil, "/session_id"), Entry(nil, "/products"), Entry(nil, "/products/0/id"), Entry(nil, "/products/0/url"),
		Entry(nil, "/products/0/name"), Entry(nil, "/products/0/category"),
	)

	DescribeTable("is refused with the member and the rule", func(change func(rawjson.Value) rawjson.Value, want string) {
		s := play()
		Expect(s.hear(merchant.Postback(change(sample("UUID"))))).To(beRefused(want))
		Expect(s.last().Verdict).To(Equal(accesstrade.Refused))
		Expect(s.listing("", "")).To(BeEmpty())
	},
		Entry("seconds", set("/transaction_time", `1447388224`), "transaction_time: minimum: 1447388224 has ten digits, which are seconds: milliseconds are wanted, 1447388224000"),
		Entry("microseconds", set("/transaction_time", `1447388224436000`), "transaction_time: maximum: it lies beyond the year 9999"),
		Entry("a time that no integer holds", set("/transaction_time", `1e300`), "transaction_time: maximum"),
		Entry("a time that no number holds", set("/transaction_time", `1e999`), "transaction_time: number"),
		Entry("an empty ID", set("/transaction_id", `""`), "transaction_id: minLength: it is empty"),
		Entry("an endless ID", set("/transaction_id", `"`+strings.Repeat("x", 1025)+`"`), "transaction_id: maxLength: it has 1025 bytes"),
		Entry("an unknown state", set("/transaction_status", `2`), "transaction_status: enum: expected 0 or 1 or -1, found 2"),
		Entry("no sku", func(v rawjson.Value) rawjson.Value { return v.Without("/products/0/sku") }, "products[0].sku: required"),
		Entry("a price of null", set("/products/0/price", `null`), "products[0].price: type: expected number, found null"),
		Entry("products that are no list", set("/products", `{}`), "products: type"),
		Entry("everything at once", set("/products", `[{},{}]`), "and 5 more"),
		Entry("a number beyond all, under a strange name", set("/a b", `1e999`), `["a b"]: number`),
	)

	It("is refused for every near-miss, at the place and for the rule that it breaks, and for nothing else", func() {
		s := play()
		for _, miss := range fixtures.Invalid("accesstrade") {
			if miss.Schema != "accesstrade/postback" {
				continue
			}
			request := merchant.Postback(rawjson.MustParse(miss.Payload))
			switch miss.Pointer {
			case "/signature", "/access_key":
				request.Body = rawjson.Compact.Encode(rawjson.MustParse(request.Body).Without(miss.Pointer))
			}
			want := memberOf(miss.Pointer) + ": " + miss.Rule
			Expect(s.hear(request)).To(beRefused(want), miss.Name)
			Expect(s.last().Problems).To(ConsistOf(SatisfyAll(
				HaveField("Member", memberOf(miss.Pointer)), HaveField("Rule", miss.Rule),
			)), miss.Name)
		}
		Expect(len(s.Journal())).To(BeNumerically(">", 10))
	})

	DescribeTable("is refused with a signature that is not the documented one", func(signature, hint string) {
		s := play()
		request := merchant.Postback(sample("DH-7"))
		request.Body = rawjson.Compact.Encode(rawjson.MustParse(request.Body).With("/signature", rawjson.Text(signature)))
		Expect(s.hear(request)).To(beRefused("signature: mismatch: expected md5(transaction_id + secret_key) in lower-case hex"))
		Expect(s.last().Message).To(HaveSuffix(hint))
		Expect(s.last().Formulas).To(BeEmpty())
	},
		Entry("of another order", merchant.Sign("DH-8"), "hex"),
		Entry("empty", "", "hex"),
		Entry("with another key", accesstrade.Merchant{SecretKey: "other"}.Sign("DH-7"), "hex"),
		Entry("upper case", strings.ToUpper(merchant.Sign("DH-7")), "; this one is the right digest in upper-case hex, and lower case is wanted"),
		Entry("key in front", accesstrade.Merchant{SecretKey: "DH-7"}.Sign(secretKey), "; this one is made with the secret key in front"),
		Entry("no key", accesstrade.Merchant{}.Sign("DH-7"), "; this one is made without the secret key"),
		Entry("lower-cased ID", merchant.Sign("dh-7"), "; this one is made after lower-casing"),
	)

	It("is refused with another merchant's access key, which is not shown", func() {
		s := play()
		other := accesstrade.Merchant{AccessKey: "AK-of-somebody-else", SecretKey: secretKey}
		Expect(s.hear(other.Postback(sample("UUID")))).To(beRefused("access_key: unknown"))
		Expect(fmt.Sprint(s.last())).NotTo(ContainSubstring("somebody"))
	})

	DescribeTable("is refused when it is no JSON object in UTF-8", func(body, want string) {
		s := play()
		Expect(s.hear(post(accesstrade.PostbackPath, body))).To(beRefused(want))
	},
		Entry("nothing", "", "json: the document is not JSON: it is empty"),
		Entry("half of it", `{"access_key":"`, "json: the document is not JSON: it ends in the middle"),
		Entry("a form", "access_key=1&signature=2", "json: the body is form-encoded, and JSON is wanted"),
		Entry("a form of lists", "products%5B0%5D[sku]=1", "form-encoded"),
		Entry("compressed", "\x1f\x8b\x08\x00", "json: the body is compressed with gzip, and plain JSON is wanted"),
		Entry("a byte order mark", "\ufeff{}", "json: the body begins with a byte order mark"),
		Entry("UTF-16", "\xff\xfe{\x00}\x00", "json: the body is UTF-16"),
		Entry("two values", `{}{}`, "json: the document is more than one JSON value"),
		Entry("Latin-1", "{\"transaction_id\":\"\xe9\"}", "json: the body is not UTF-8"),
		Entry("a list", `[]`, "type: expected object, found array"),
		Entry("null", `null`, "type: expected object, found null"),
		Entry("an empty object", `{}`, "access_key: required; signature: required; transaction_id: required; transaction_time: required"),
	)

	It("does not double when it is repeated: the later report holds", func() {
		s := play()
		at := time.UnixMilli(1447388224436)
		for _, status := range []int64{0, 0, 1} {
			Expect(s.hear(merchant.Postback(order("A", at, status))).Body).To(Equal(taken))
		}
		Expect(s.hear(merchant.Postback(order("B", at, 0))).Body).To(Equal(taken))
		Expect(s.listing("", "")).To(HaveExactElements(
			SatisfyAll(HaveKeyWithValue("transaction_id", "A"), HaveKeyWithValue("status", 1.0)),
			HaveKeyWithValue("transaction_id", "B"),
		))
		var repeated []bool
		for _, entry := range s.Journal()[:4] {
			repeated = append(repeated, entry.Repeated)
		}
		Expect(repeated).To(Equal([]bool{false, true, true, false}))
	})

	It("takes many at once and keeps them all", func() {
		s := play()
		const many = 64
		var all sync.WaitGroup
		for n := range many {
			all.Go(func() {
				defer GinkgoRecover()
				Expect(s.hear(merchant.Postback(sample(fmt.Sprint("order-", n%48)))).Body).To(Equal(taken))
			})
		}
		all.Wait()
		Expect(s.listing("", "")).To(HaveLen(48))
		Expect(s.Journal()).To(HaveLen(many + 1))
	})

	It("is refused in a documented shape with another HTTP status where that is agreed", func() {
		s := play(func(c *accesstrade.Config) { c.FailureStatus = 422 })
		heard := s.hear(post(accesstrade.PostbackPath, `{}`))
		Expect(heard.Code).To(Equal(422))
		Expect(problemsOf("accesstrade/answer", heard.Body)).To(BeEmpty())
	})
})

func set(pointer, literal string) func(rawjson.Value) rawjson.Value {
	return func(v rawjson.Value) rawjson.Value {
		return v.With(pointer, parsed(literal))
	}
}

func parsed(literal string) rawjson.Value { return rawjson.MustParse([]byte(literal)) }

// memberOf is a fixture's pointer as the endpoint writes it.
func memberOf(pointer string) string {
	name := strings.TrimPrefix(pointer, "/")
	name = strings.Replace(name, "/0", "[0]", 1)
	name = strings.Replace(name, "/1", "[1]", 1)
	return strings.ReplaceAll(name, "/", ".")
}

// TestGeneratedPostbacks holds the endpoint to every payload that a merchant might
// make.
func TestGeneratedPostbacks(t *testing.T) {
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: generate.AccessTradeKey, SecretKey: generate.AccessTradeSecret})
	if err != nil {
		t.Fatal(err)
	}
	generated, err := generate.For("accesstrade")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		payload := generated(t)
		answer := httptest.NewRecorder()
		endpoint.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, accesstrade.PostbackPath, strings.NewReader(string(payload.Body))))
		if got := strings.TrimSpace(answer.Body.String()); got != taken || answer.Code != http.StatusOK {
			t.Fatalf("%d %s to %s", answer.Code, got, payload.Body)
		}
	})
}
