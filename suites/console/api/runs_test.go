package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/wire"
)

// quoted is a JSON object of texts.
func quoted(pairs ...string) string {
	object := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		object[pairs[i]] = pairs[i+1]
	}
	text, err := json.Marshal(object)
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

var _ = Describe("scenarios", func() {
	var s *stage
	var app string
	BeforeEach(func() {
		s = play(GinkgoTB())
		app = s.superai()
	})

	It("are listed with their steps", func() {
		Expect(decoded[wire.Scenarios](s.get("/scenarios")).Scenarios).To(HaveExactElements(And(
			HaveField("Name", flow.Name), HaveField("Steps", HaveExactElements(
				HaveField("Event", "update_status"), And(HaveField("WaitMS", 3.6e9), HaveField("Again", true)),
			)),
		)))
		Expect(s.get("/scenarios?x").Code).To(Equal(http.StatusBadRequest))
	})

	It("run for an app, are watched, and stop", func() {
		begun := s.post("/scenarios/superai-slow/runs", `{"app":"`+app+`"}`)
		Expect(begun.Code).To(Equal(http.StatusAccepted))
		id := decoded[wire.Run](begun).ID
		Expect(begun.Header.Get("Location")).To(Equal("/api/v1/runs/" + id))
		Eventually(func() wire.Run { return decoded[wire.Run](s.get("/runs/" + id)) }).Should(And(HaveField("Step", 1), HaveField("Events", []int64{1})))
		Expect(decoded[wire.Runs](s.get("/runs")).Runs).To(HaveLen(1))

		Expect(s.call(http.MethodDelete, "/api/v1/runs/"+id, "").Code).To(Equal(http.StatusNoContent))
		Eventually(func() string { return s.get("/runs/" + id).Body }).Should(ContainSubstring(`"state":"stopped"`))
		again := s.call(http.MethodDelete, "/api/v1/runs/"+id, "")
		Expect(again.Code).To(Equal(http.StatusConflict))
		Expect(again.Body).To(ContainSubstring("is over already: stopped"))
	})

	It("are refused with what is wrong and the way out", func() {
		for _, c := range []struct {
			path, body string
			status     int
			want       string
		}{
			{"/scenarios/superai-slo/runs", `{"app":"x"}`, 404, `did you mean \"superai-slow\"?`},
			{"/scenarios/superai-slow/runs", `{"app":"app_9"}`, 404, `there is no app \"app_9\"`},
			{"/scenarios/superai-slow/runs", `{}`, 422, `"pointer":"/app"`},
			{"/scenarios/superai-slow/runs", `{"app":"` + app + `","speed":-1}`, 422, "above 0"},
			{"/scenarios/superai-slow/runs", `{"ap":"x"}`, 400, `did you mean \"app\"?`},
		} {
			refused := s.post(c.path, c.body)
			Expect(refused.Code).To(Equal(c.status), c.body)
			Expect(refused.Body).To(ContainSubstring(c.want))
		}
		Expect(s.get("/runs/run_9").Code).To(Equal(http.StatusNotFound))
		Expect(s.call(http.MethodDelete, "/api/v1/runs/run_9", "").Code).To(Equal(http.StatusNotFound))
		Expect(s.get("/runs?x").Code).To(Equal(http.StatusBadRequest))
	})
})

var _ = Describe("checks", func() {
	It("run against an app's target, and end with a report", func() {
		answered := make(chan struct{})
		target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			<-answered
			w.WriteHeader(http.StatusUnauthorized)
		}))
		defer target.Close()
		s := play(GinkgoTB())
		made := s.post("/apps", `{"provider":"superai","target":"`+target.URL+`","secrets":{"partner_code":"P"}}`)
		app := decoded[wire.App](made).ID
		begun := s.post("/apps/"+app+"/checks", "")
		Expect(begun.Code).To(Equal(http.StatusAccepted))
		check := decoded[wire.Check](begun)
		Expect(begun.Header.Get("Location")).To(Equal("/api/v1/checks/" + check.ID))
		Expect(s.get("/checks/" + check.ID + "/report.html").Code).To(Equal(http.StatusConflict))

		Expect(s.post("/apps/"+app+"/checks", "").Code).To(Equal(http.StatusConflict), "a second one at the same time")

		close(answered)
		Eventually(func() wire.Check { return decoded[wire.Check](s.get("/checks/" + check.ID)) }).WithTimeout(time.Minute).
			Should(And(HaveField("Finished", true), HaveField("Report.Provider", "superai")))
		Expect(decoded[wire.Checks](s.get("/checks")).Checks).To(HaveExactElements(HaveField("Report", BeNil())))

		page := s.get("/checks/" + check.ID + "/report.html?lang=vi")
		Expect(page.Header.Get("Content-Language")).To(Equal("vi"))
		Expect(page.Body).To(ContainSubstring(`<html lang="vi"`))
		page = s.call(http.MethodGet, "/api/v1/checks/"+check.ID+"/report.html", "", "Accept-Language", "fr, en;q=0.5, vi-VN;q=0.9")
		Expect(page.Header.Get("Content-Language")).To(Equal("vi"))
		Expect(s.get("/checks/" + check.ID + "/report.html?lang=xx").Code).To(Equal(http.StatusBadRequest))
	})

	It("are unknown where there are none", func() {
		s := play(GinkgoTB())
		Expect(s.get("/checks/check_9").Body).To(ContainSubstring(`there is no check \"check_9\"`))
		Expect(s.get("/checks/check_9/report.html").Code).To(Equal(http.StatusNotFound))
		Expect(s.get("/checks?x").Code).To(Equal(http.StatusBadRequest))
		Expect(s.get("/openapi.json?x").Code).To(Equal(http.StatusBadRequest))
	})
})

// brokenOrders is a store of orders that cannot be read.
type brokenOrders struct{ accesstrade.Store }

func (brokenOrders) List(context.Context, accesstrade.Filter) ([]accesstrade.Order, error) {
	return nil, errors.New("database disk image is malformed")
}

// lostBook is a book that nobody finds any more.
type lostBook struct{ desk.Book }

var errLost = errors.New("the connection is gone")

func (lostBook) PageOrders(context.Context, accesstrade.Filter, string, int) ([]accesstrade.Order, error) {
	return nil, errLost
}

func (lostBook) Calls(context.Context, int, int) ([]accesstrade.Entry, error) { return nil, errLost }

func withBrokenOrders(d *desk.Desk, _ *api.Options) {
	GinkgoHelper()
	endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: "k-1", SecretKey: "s-1", Store: brokenOrders{}})
	Expect(err).NotTo(HaveOccurred())
	d.Endpoint = endpoint
}

var _ = Describe("A scenario", func() {
	It("is not begun for a target that must not be sent to", func() {
		s := play(GinkgoTB())
		app := s.superai()
		s.desk.Allow = func(*url.URL) error { return errors.New("127.0.0.1 is not among what --allow-target allows") }
		heard := s.post("/scenarios/superai-slow/runs", `{"app":"`+app+`"}`)
		Expect(heard.Code).To(Equal(http.StatusForbidden))
		Expect(heard.Body).To(ContainSubstring("not among what --allow-target allows"))
		Expect(decoded[wire.Runs](s.get("/runs")).Runs).To(BeEmpty())
	})
})

var _ = Describe("AccessTrade", func() {
	It("shows the orders in pages, the latest first", func() {
		s := play(GinkgoTB())
		merchant := accesstrade.Merchant{AccessKey: "key-1", SecretKey: "s3cret-1"}
		sample := rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload)
		for _, id := range []string{"A", "B & C", "D", "E", "D"} {
			request, err := merchant.Postback(sample.With("/transaction_id", rawjson.Text(id))).To(context.Background(), "http://khop")
			Expect(err).NotTo(HaveOccurred())
			s.desk.Endpoint.ServeHTTP(httptest.NewRecorder(), request)
		}
		var seen []string
		path := "/api/v1/accesstrade/transactions?limit=3&status=pending"
		for path != "" {
			heard := s.call(http.MethodGet, path, "")
			page := decoded[wire.Transactions](heard)
			for _, order := range page.Transactions {
				seen = append(seen, order.ID)
			}
			if path = page.Next; path != "" {
				Expect(heard.Header.Get("Link")).To(Equal("<" + path + `>; rel="next"`))
			}
		}
		Expect(seen).To(Equal([]string{"E", "D", "B & C", "A"}))
		Expect(decoded[wire.Transactions](s.get("/accesstrade/transactions?before=nothing")).Transactions).To(BeEmpty())
		Expect(s.get("/accesstrade/transactions?limit=1001").Code).To(Equal(http.StatusBadRequest))
	})

	It("shows the orders and every call with its verdict", func() {
		s := play(GinkgoTB())
		Expect(s.get("/accesstrade/transactions").Body).To(MatchJSON(`{"transactions":[]}`))
		merchant := accesstrade.Merchant{AccessKey: "key-1", SecretKey: "s3cret-1"}
		sample := rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload)
		for _, payload := range []rawjson.Value{sample, sample.With("/transaction_status", rawjson.Int(9))} {
			request, err := merchant.Postback(payload).To(context.Background(), "http://khop")
			Expect(err).NotTo(HaveOccurred())
			s.desk.Endpoint.ServeHTTP(httptest.NewRecorder(), request)
		}
		Expect(decoded[wire.Transactions](s.get("/accesstrade/transactions")).Transactions).To(HaveLen(1))
		calls := decoded[wire.Calls](s.get("/accesstrade/calls")).Calls
		Expect(calls).To(HaveExactElements(HaveField("Verdict", accesstrade.Accepted), HaveField("Verdict", accesstrade.Refused)))
		Expect(decoded[wire.Calls](s.get("/accesstrade/calls?after=1")).Calls).To(HaveExactElements(HaveField("Problems", Not(BeEmpty()))))
		Expect(decoded[wire.Transactions](s.get("/accesstrade/transactions?status=cancelled")).Transactions).To(BeEmpty())
		Expect(s.get("/accesstrade/transactions?status=2").Code).To(Equal(http.StatusBadRequest))
		Expect(s.get("/accesstrade/calls?after=x").Code).To(Equal(http.StatusBadRequest))
	})
})
