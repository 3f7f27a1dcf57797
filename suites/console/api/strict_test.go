package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/desk"
)

// onlyLoopback allows targets at 127.0.0.1.
func onlyLoopback(to *url.URL) error {
	if to.Hostname() != "127.0.0.1" {
		return errors.New(to.Hostname() + " is not allowed; --allow-target lists what is")
	}
	return nil
}

var _ = Describe("a request that is not understood", func() {
	var s *stage
	BeforeEach(func() { s = play(GinkgoTB()) })

	DescribeTable("is refused, and told why",
		func(body, want string) {
			refused := s.post("/apps", body)
			Expect(refused.Code).To(Equal(http.StatusBadRequest))
			Expect(refused.Body).To(ContainSubstring(want))
		},
		Entry("no JSON", `{"provider"`, "the body is not JSON"),
		Entry("nothing", ` `, "the body is not JSON"),
		Entry("an array", `[]`, "the body is a array; send a JSON object"),
		Entry("null", `null`, "the body is null; send a JSON object"),
		Entry("two values", `{} {}`, "the body is not JSON"),
		Entry("an unknown member", `{"provder":"superai"}`, `there is no member \"provder\"; did you mean \"provider\"?","pointer":"/provder"`),
		Entry("a member in capitals", `{"Provider":"superai"}`, `did you mean \"provider\"?`),
		Entry("a member twice", `{"name":"a","name":"b"}`, `"/name is there twice; leave one out","pointer":"/name"`),
		Entry("another type", `{"speed":"fast"}`, `speed is a string; it has to be a number","pointer":"/speed"`),
		Entry("another type within", `{"secrets":{"partner_code":1}}`, "it has to be a string"),
		Entry("no object within", `{"secrets":[]}`, "it has to be an object"),
		Entry("no boolean", `{"paused":1}`, "it has to be true or false"),
		Entry("no UTF-8", "{\"name\":\"\xff\"}", "the body is not UTF-8"),
	)

	It("is no JSON where a form of another page sends it", func() {
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", ";"} {
			refused := s.call(http.MethodPost, "/api/v1/apps", `{}`, "Content-Type", kind, "Origin", "http://127.0.0.1:8700")
			Expect(refused.Code).To(Equal(http.StatusUnsupportedMediaType), kind)
		}
	})

	It("is too long at one byte more than the limit", func() {
		s := play(GinkgoTB(), func(_ *desk.Desk, o *api.Options) { o.BodyLimit = 40 })
		body := `{"body":"` + strings.Repeat("x", 29) + `"}`
		Expect(s.post("/validate", body).Code).To(Equal(http.StatusOK))
		refused := s.post("/validate", body+" ")
		Expect(refused.Code).To(Equal(http.StatusRequestEntityTooLarge))
		Expect(refused.Body).To(ContainSubstring("longer than 40 bytes"))
	})

	It("leads nowhere", func() {
		refused := s.get("/app")
		Expect(refused.Code).To(Equal(http.StatusNotFound))
		Expect(refused.Body).To(ContainSubstring("/api/v1/openapi.json tells what there is"))
	})

	It("has another method than the path", func() {
		refused := s.call(http.MethodPut, "/api/v1/apps/app_1", `{}`)
		Expect(refused.Code).To(Equal(http.StatusMethodNotAllowed))
		Expect(refused.Header.Get("Allow")).To(Equal("DELETE, GET, PATCH"))
		Expect(refused.Body).To(ContainSubstring("does not take PUT, but DELETE and GET and PATCH"))
	})

	It("is kept in no cache and taken for nothing else", func() {
		for _, heard := range []said{s.get("/apps"), s.get("/nothing")} {
			Expect(heard.Header.Get("Cache-Control")).To(Equal("no-store"))
			Expect(heard.Header.Get("X-Content-Type-Options")).To(Equal("nosniff"))
		}
	})
})

var _ = Describe("a store that fails", func() {
	It("is said to be unavailable, by every operation that needs it", func() {
		s := play(GinkgoTB())
		app := s.superai()
		s.failed(app)
		s.breakWith(errors.New("writing the log: no space left on device"))
		unavailable := func(method, path, body string) {
			GinkgoHelper()
			heard := s.call(method, "/api/v1"+path, body)
			Expect(heard.Code).To(Equal(http.StatusServiceUnavailable), path)
			Expect(heard.Header.Get("Retry-After")).To(Equal("1"))
			Expect(heard.Body).To(ContainSubstring("no space left on device"))
		}
		for _, path := range []string{"/apps", "/apps/" + app, "/events", "/events/1", "/stream?app=" + app} {
			unavailable(http.MethodGet, path, "")
		}
		unavailable(http.MethodPatch, "/apps/"+app, `{"name":"shop"}`)
		unavailable(http.MethodDelete, "/apps/"+app, "")
		unavailable(http.MethodPost, "/apps", `{"provider":"superai","target":"http://x/","secrets":{"partner_code":"P"}}`)
		unavailable(http.MethodPost, "/events/1/resend", "")
		unavailable(http.MethodPost, "/events/resend", `{}`)
		s.breakWith(nil)
		app = s.superai()
		s.breakWith(errors.New("writing the log: no space left on device"))
		unavailable(http.MethodPost, "/apps/"+app+"/events", `{"event":"update_status"}`)
		unavailable(http.MethodPost, "/apps/"+app+"/preview", `{"event":"update_status"}`)
		unavailable(http.MethodPost, "/apps/"+app+"/checks", "")
		unavailable(http.MethodPost, "/scenarios/superai-slow/runs", `{"app":"`+app+`"}`)
		Expect(s.log.String()).To(And(ContainSubstring("the store failed"), ContainSubstring(`route="GET /api/v1/apps"`)))
	})

	It("is said to be unavailable with what was done until then", func() {
		s := play(GinkgoTB(), func(d *desk.Desk, _ *api.Options) { d.Backend = &filling{Backend: d.Backend} })
		heard := s.post("/apps/"+s.superai()+"/events", `{"event":"update_status","count":1200}`)
		Expect(heard.Code).To(Equal(http.StatusServiceUnavailable))
		Expect(heard.Body).To(MatchRegexp(`after \d+ of 1200 events were accepted, those with the IDs from 1 to \d+: disk full`))
	})

	It("is said to be unavailable by AccessTrade's orders too", func() {
		s := play(GinkgoTB(), withBrokenOrders)
		Expect(s.get("/accesstrade/transactions").Code).To(Equal(http.StatusServiceUnavailable))
		s.desk.Book = lostBook{}
		Expect(s.get("/accesstrade/transactions").Code).To(Equal(http.StatusServiceUnavailable))
		Expect(s.get("/accesstrade/calls").Code).To(Equal(http.StatusServiceUnavailable))
	})
})

// filling is a store whose disk is full after the first events.
type filling struct {
	outbox.Backend
	full bool
}

func (f *filling) Accept(ctx context.Context, events []outbox.Event) ([]int64, error) {
	if f.full {
		return nil, errors.New("disk full")
	}
	f.full = true
	return f.Backend.Accept(ctx, events)
}
