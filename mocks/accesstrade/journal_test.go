package accesstrade_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

var _ = Describe("The journal", func() {
	get := func(path, query string) accesstrade.Request {
		return accesstrade.Request{Method: http.MethodGet, Path: path, Query: query}
	}

	It("keeps each call as it came, without the keys", func() {
		s := play()
		request := merchant.Postback(sample("UUID"))
		request.Header.Set("Authorization", "Bearer abc")
		s.hear(request)
		kept := s.last().Request
		Expect(kept).To(SatisfyAll(
			HaveField("Method", http.MethodPost), HaveField("Path", accesstrade.PostbackPath),
			HaveField("Size", len(request.Body)),
			HaveField("Body", strings.Replace(string(request.Body), accessKey, "***", 1)),
		))
		Expect(kept.Header).To(SatisfyAll(
			HaveKeyWithValue("Content-Type", []string{"application/json"}), HaveKeyWithValue("Authorization", []string{"***"}),
		))
		s.hear(merchant.Listing("2016-06-08", ""))
		Expect(s.last().Request.Query).To(HavePrefix("access_key=***&date=2016-06-08&signature="))
	})

	DescribeTable("says where the secret key travelled, and does not show it", func(change func(*accesstrade.Request), place string) {
		s := play()
		request := merchant.Postback(sample("UUID"))
		change(&request)
		s.hear(request)
		Expect(s.last().SecretSent).To(ConsistOf(place))
		shown := s.hear(get(accesstrade.JournalPath, "")).Body
		for _, writing := range []string{secretKey, url.QueryEscape(secretKey), hex.EncodeToString([]byte(secretKey))} {
			Expect(shown).NotTo(ContainSubstring(writing))
		}
	},
		Entry(nil, func(r *accesstrade.Request) {
			r.Body = rawjson.Compact.Encode(rawjson.MustParse(r.Body).With("/secret_key", rawjson.Text(secretKey)))
		}, "body"),
		Entry(nil, func(r *accesstrade.Request) {
			r.Body = rawjson.Compact.Encode(rawjson.MustParse(r.Body).With("/transaction_status", rawjson.Text(secretKey)))
		}, "body"),
		Entry(nil, func(r *accesstrade.Request) { r.Query = "k=" + url.QueryEscape(secretKey) }, "query"),
		Entry(nil, func(r *accesstrade.Request) { r.Path += "/" + url.PathEscape(secretKey) }, "path"),
		Entry(nil, func(r *accesstrade.Request) { r.Header.Set("X-Key", hex.EncodeToString([]byte(secretKey))) }, "header X-Key"),
		Entry(nil, func(r *accesstrade.Request) {
			r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(secretKey)))
		}, "header Authorization"),
	)

	It("takes a very short key for sent only where it stands alone", func() {
		s := play(func(c *accesstrade.Config) { c.SecretKey = "S" })
		m := accesstrade.Merchant{AccessKey: accessKey, SecretKey: "S"}
		request := m.Postback(sample("S-1").With("/products/0/name", rawjson.Text("Áo size S")))
		Expect(s.hear(request).Body).To(Equal(taken))
		Expect(s.last().SecretSent).To(BeEmpty())
		Expect(s.last().Request.Body).NotTo(MatchRegexp(`\bS\b`))
		request.Query = "key=S"
		s.hear(request)
		Expect(s.last().SecretSent).To(ConsistOf("query"))
		s.hear(m.Postback(sample("S-1").With("/products/0/name", rawjson.Text("S"))))
		Expect(s.last().SecretSent).To(ConsistOf("body"))
	})

	It("is bounded: the oldest calls go, their numbers stay taken", func() {
		s := play(func(c *accesstrade.Config) { c.Keep = 3 })
		for n := range 5 {
			s.hear(post("/nowhere", strings.Repeat("x", 100<<10)))
			Expect(s.last().Number).To(Equal(n + 1))
			Expect(s.last().Request).To(SatisfyAll(HaveField("Size", 100<<10), HaveField("Body", HaveLen(64<<10))))
		}
		Expect(s.Journal()).To(HaveExactElements(HaveField("Number", 3), HaveField("Number", 4), HaveField("Number", 5)))
	})

	It("begins with the calls of an earlier life, and counts on", func() {
		past := []accesstrade.Entry{{Number: 7}, {Number: 9}, {Number: 10}} // one was lost
		s := play(func(c *accesstrade.Config) { c.Keep, c.Past = 2, past })
		Expect(s.Journal()).To(HaveExactElements(HaveField("Number", 9), HaveField("Number", 10)))
		s.hear(post("/nowhere", ""))
		Expect(s.Journal()).To(HaveExactElements(HaveField("Number", 10), HaveField("Number", 11)))
		Expect(past).To(HaveExactElements(HaveField("Number", 7), HaveField("Number", 9), HaveField("Number", 10)))
	})

	It("keeps no more of a call than it has room for", func() {
		s := play()
		request := merchant.BulkUpdate(accesstrade.Report(zero, changes(150)...))
		for n := range 100 {
			request.Header.Set(fmt.Sprintf("X-%d", n), strings.Repeat("y", 2000))
		}
		s.hear(request)
		entry := s.last()
		Expect(entry).To(SatisfyAll(HaveField("Count", 150), HaveField("Transactions", HaveLen(100)), HaveField("Unknown", HaveLen(100))))
		Expect(entry.Request.Header).To(HaveLen(64))
		for _, values := range entry.Request.Header {
			Expect(len(values[0])).To(BeNumerically("<=", 1024))
		}
	})

	It("can be asked for over HTTP, whole or from a number on", func() {
		s := play()
		s.hear(merchant.Postback(sample("Đơn <1>")))
		s.hear(post("/nowhere", ""))
		ask := func(query string) (total int, numbers []int) {
			heard := s.hear(get(accesstrade.JournalPath, query))
			Expect(heard.Header.Get("Cache-Control")).To(Equal("no-store"))
			var answer struct {
				Total   int
				Entries []accesstrade.Entry
			}
			Expect(json.Unmarshal([]byte(heard.Body), &answer)).To(Succeed())
			for _, entry := range answer.Entries {
				numbers = append(numbers, entry.Number)
			}
			return answer.Total, numbers
		}
		total, numbers := ask("")
		Expect(total).To(Equal(2))
		Expect(numbers).To(Equal([]int{1, 2}))
		_, numbers = ask("since=1")
		Expect(numbers).To(Equal([]int{2}))
		_, numbers = ask("since=99")
		Expect(numbers).To(BeEmpty())
		Expect(s.hear(get(accesstrade.JournalPath, "")).Body).To(ContainSubstring(`"transactions":["Đơn <1>"]`))
		for _, wrong := range []string{"since=x", "since=-1", "since=99999999999999999999"} {
			Expect(s.hear(get(accesstrade.JournalPath, wrong)).Code).To(Equal(http.StatusBadRequest))
		}
		Expect(s.hear(post(accesstrade.JournalPath, "")).Code).To(Equal(http.StatusMethodNotAllowed))
		Expect(s.Journal()).To(HaveLen(2), "views are no calls")
	})

	It("has the orders beside it", func() {
		s := play()
		s.hear(merchant.Postback(sample("A")))
		s.hear(merchant.Postback(sample("A").With("/transaction_status", rawjson.Int(1))))
		var answer struct {
			Total        int
			Transactions []accesstrade.Order
		}
		Expect(json.Unmarshal([]byte(s.hear(get(accesstrade.TransactionsPath, "")).Body), &answer)).To(Succeed())
		Expect(answer.Total).To(Equal(1))
		Expect(answer.Transactions).To(ConsistOf(SatisfyAll(
			HaveField("ID", "A"), HaveField("Status", accesstrade.Success), HaveField("Postbacks", 2), HaveField("Products", 1),
			HaveField("Value", "1000000"), HaveField("Discount", "100000"), HaveField("Session", "568a3697afc50b2828e64cbc"),
		)))
		Expect(answer.Transactions[0].Time.UnixMilli()).To(Equal(int64(1447388224436)))
		Expect(answer.Transactions[0].Changed).To(BeTemporally(">=", answer.Transactions[0].Reported))
	})

	It("tells of each call before its answer goes out", func() {
		var mu sync.Mutex
		var seen []int
		s := play(func(c *accesstrade.Config) {
			c.Watch = func(e accesstrade.Entry) {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, e.Number)
			}
		})
		for n := range 3 {
			s.hear(post("/nowhere", ""))
			mu.Lock()
			Expect(seen).To(HaveLen(n + 1))
			mu.Unlock()
		}
	})
})

// A merchant's wrong turns, all of them answered in JSON.
var _ = Describe("The endpoint", func() {
	It("names the calls on an unknown path", func() {
		s := play()
		for _, path := range []string{"/", "/core/transactions/", "//core/transactions", "/core/transactions/postback/", "/CORE/transactions"} {
			heard := s.hear(post(path, `{}`))
			Expect(heard.Code).To(Equal(http.StatusNotFound), path)
			Expect(message(heard)).To(HavePrefix("path: the calls are POST " + accesstrade.PostbackPath))
			Expect(s.last()).To(SatisfyAll(HaveField("Call", accesstrade.Other), HaveField("Request.Path", path)))
		}
	})

	DescribeTable("names the method of a call", func(path, method, right string) {
		s := play()
		heard := s.hear(accesstrade.Request{Method: method, Path: path})
		Expect(heard.Code).To(Equal(http.StatusMethodNotAllowed))
		Expect(heard.Header.Get("Allow")).To(Equal(right))
		Expect(message(heard)).To(Equal("method: this call is a " + right))
	},
		Entry(nil, accesstrade.PostbackPath, http.MethodGet, http.MethodPost),
		Entry(nil, accesstrade.PostbackPath, http.MethodPut, http.MethodPost),
		Entry(nil, accesstrade.ListingPath, http.MethodPost, http.MethodGet),
		Entry(nil, accesstrade.BulkUpdatePath, http.MethodDelete, http.MethodPost),
	)

	It("refuses a body that is too large", func() {
		s := play()
		heard := s.hear(post(accesstrade.PostbackPath, `"`+strings.Repeat("x", 1<<20)+`"`))
		Expect(heard.Code).To(Equal(http.StatusRequestEntityTooLarge))
		Expect(s.last().Message).To(Equal("body: it has more than 1048576 bytes"))
	})

	It("keeps nothing of a body that is cut off", func() {
		s := play()
		request := merchant.Postback(sample("UUID"))
		r, err := request.To(GinkgoT().Context(), s.server.URL)
		Expect(err).NotTo(HaveOccurred())
		r.Body = http.NoBody
		r.ContentLength = int64(len(request.Body))
		answer := httptest.NewRecorder()
		r.Body = cutBody{strings.NewReader(string(request.Body))}
		s.ServeHTTP(answer, r)
		Expect(answer.Code).To(Equal(http.StatusBadRequest))
		Expect(s.last()).To(SatisfyAll(HaveField("Message", "body: it ended before its end"), HaveField("Verdict", accesstrade.Refused)))
		Expect(s.listing("", "")).To(BeEmpty())
	})

	It("answers 500, and says that the fault is its own, when the store fails", func() {
		s := play(func(c *accesstrade.Config) { c.Store = brokenStore{} })
		for _, request := range []accesstrade.Request{
			merchant.Postback(sample("A")), merchant.Listing("", ""), merchant.BulkUpdate(accesstrade.Report(zero, changes(1)...)),
		} {
			heard := s.hear(request)
			Expect(heard.Code).To(Equal(http.StatusInternalServerError))
			Expect(message(heard)).To(SatisfyAll(HavePrefix("khop's own store failed: "), HaveSuffix("disk full of ***")))
			Expect(s.last().Verdict).To(Equal(accesstrade.Failed))
		}
		Expect(s.hear(get500()).Code).To(Equal(http.StatusInternalServerError))
	})

	DescribeTable("is not made of what cannot be", func(change func(*accesstrade.Config), want string) {
		config := accesstrade.Config{AccessKey: accessKey, SecretKey: secretKey}
		change(&config)
		_, err := accesstrade.New(config)
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry(nil, func(c *accesstrade.Config) { c.AccessKey = "" }, "its access_key, and it is empty"),
		Entry(nil, func(c *accesstrade.Config) { c.SecretKey = "" }, "its secret_key, and it is empty"),
		Entry(nil, func(c *accesstrade.Config) { c.FailureStatus = 500 }, "choose 200 or one from 400 to 499"),
		Entry(nil, func(c *accesstrade.Config) { c.Keep = -1 }, "above 0"),
		Entry(nil, func(c *accesstrade.Config) { c.ListingFormula = "dat" }, "did you mean date?"),
		Entry(nil, func(c *accesstrade.Config) { c.BulkFormula = "zzzzzzzzzzz" }, "there are first-id, all-ids, request-time, secret"),
	)
})
