package api_test

import (
	"context"
	"net/http"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/desk"
)

var _ = Describe("apps", func() {
	var s *stage
	BeforeEach(func() { s = play(GinkgoTB()) })

	It("show their secrets when they are made, and never again", func() {
		made := s.post("/apps", `{"provider":"superai","target":"http://127.0.0.1:3000/hook","secrets":{"partner_code":"PARTNER-42"},"headers":{"X-Shop":"hush"}}`)
		Expect(made.Code).To(Equal(http.StatusCreated))
		Expect(made.Body).To(And(ContainSubstring("PARTNER-42"), ContainSubstring("hush"), ContainSubstring(`"speed":1`)))
		Expect(made.Header.Get("Location")).To(Equal("/api/v1/apps/app_1"))

		for _, later := range []said{
			s.get("/apps"), s.get("/apps/app_1"), s.call(http.MethodPatch, "/api/v1/apps/app_1", `{"paused":true}`),
		} {
			Expect(later.Code).To(Equal(http.StatusOK))
			Expect(later.Body).To(ContainSubstring(`"secrets":{"partner_code":"***"},"headers":{"X-Shop":"***"}`))
			Expect(later.Body).NotTo(Or(ContainSubstring("PARTNER-42"), ContainSubstring("hush")))
		}
	})

	It("change member by member, and keep what is not named", func() {
		id := s.superai()
		patch := func(change string) said {
			return s.call(http.MethodPatch, "/api/v1/apps/"+id, change, "Content-Type", "application/merge-patch+json")
		}
		Expect(patch(`{"name":"shop","headers":{"X-Shop":null,"X-New":"n"},"speed":60,"secrets":{"partner_code":"***"}}`).Code).To(Equal(http.StatusOK))
		Expect(patch(`{"target":"http://127.0.0.1:4000/"}`).Code).To(Equal(http.StatusOK))
		app, err := s.App(GinkgoT().Context(), id)
		Expect(err).NotTo(HaveOccurred())
		Expect(app).To(And(
			HaveField("Name", "shop"), HaveField("Target", "http://127.0.0.1:4000/"), HaveField("Speed", 60.0),
			HaveField("Headers", map[string]string{"X-New": "n"}),
			HaveField("Secrets", map[string]string{"partner_code": "PARTNER-42"}),
		))
	})

	It("lose no change where two come at once", func() {
		id := s.superai()
		var both sync.WaitGroup
		for _, change := range []string{`{"name":"shop"}`, `{"paused":true}`} {
			both.Go(func() {
				defer GinkgoRecover()
				Expect(s.call(http.MethodPatch, "/api/v1/apps/"+id, change).Code).To(Equal(http.StatusOK))
			})
		}
		both.Wait()
		Expect(s.get("/apps/" + id).Body).To(And(ContainSubstring(`"name":"shop"`), ContainSubstring(`"paused":true`)))
	})

	It("have a name each", func() {
		id := s.superai()
		other := `{"provider":"abaha","target":"http://127.0.0.1:1/","name":"` + id + `"}`
		Expect(s.post("/apps", other).Code).To(Equal(http.StatusCreated))
		again := s.post("/apps", other)
		Expect(again.Code).To(Equal(http.StatusUnprocessableEntity))
		Expect(again.Body).To(And(ContainSubstring(`"pointer":"/name"`), ContainSubstring(`name: there is an app \"`+id+`\" already; choose another name`)))
	})

	It("go when they are removed", func() {
		id := s.superai()
		Expect(s.call(http.MethodDelete, "/api/v1/apps/"+id, "").Code).To(Equal(http.StatusNoContent))
		Expect(s.get("/apps").Body).To(MatchJSON(`{"apps":[]}`))
		Expect(s.call(http.MethodDelete, "/api/v1/apps/"+id, "").Code).To(Equal(http.StatusNotFound))
	})

	It("are refused with what is wrong and the way out", func() {
		id := s.superai()
		for body, want := range map[string]string{
			`{"provider":"superia","target":"http://x/"}`:                                                                   `unknown provider \"superia\"; did you mean \"superai\"?`,
			`{"provider":"superai","target":"x","secrets":{"partner_code":"P"}}`:                                            "needs http:// or https:// in front",
			`{"provider":"superai","target":"http://x/","secrets":{"partner_code":"P"},"settings":{"a":"b"}}`:               "SuperAI has no such setting",
			`{"provider":"superai","target":"http://x/","secrets":{"partner_code":"P"},"speed":-1}`:                         "has to be above 0",
			`{"provider":"accesstrade","target":"http://x/","secrets":{"access_key":"A","secret_key":"S"}}`:                 "AccessTrade sends no events",
			`{"provider":"superai","target":"http://x/","secrets":{"partner_code":"P"},"headers":{"X-A":"a\nInjected: b"}}`: `"pointer":"/headers/X-A"`,
			`{"provider":"superai","target":"http://x/","secrets":{"partner_code":"P"},"headers":{"signature":"x"}}`:        "header signature: khop sets this one as SuperAI does",
			`{"provider":"superai","target":"http://x/"}`:                                                                   `"detail":"SuperAI needs its secret partner_code","pointer":"/secrets"`,
		} {
			refused := s.post("/apps", body)
			Expect(refused.Code).To(Equal(http.StatusUnprocessableEntity), body)
			Expect(refused.Body).To(ContainSubstring(want))
			Expect(refused.Body).NotTo(ContainSubstring("--"), "an API has no flags")
		}
		for _, refused := range []said{
			s.get("/apps/app_9"), s.call(http.MethodPatch, "/api/v1/apps/app_9", `{}`), s.post("/apps/app_9/events", `{"event":"update_status"}`),
			s.post("/apps/app_9/preview", `{"event":"update_status"}`), s.post("/apps/app_9/checks", ""),
		} {
			Expect(refused.Code).To(Equal(http.StatusNotFound))
			Expect(refused.Body).To(ContainSubstring(`there is no app \"app_9\"","see":"/api/v1/apps"`))
		}
		Expect(s.call(http.MethodPatch, "/api/v1/apps/"+id, `{"target":"ftp://x"}`).Code).To(Equal(http.StatusUnprocessableEntity))
		Expect(s.get("/apps?page=2").Code).To(Equal(http.StatusBadRequest))
	})

	It("never show the password of their target again", func() {
		heard := s.post("/apps", `{"provider":"superai","target":"http://anna:hush-hush@127.0.0.1:9/hook","secrets":{"partner_code":"P"}}`)
		Expect(heard.Code).To(Equal(http.StatusCreated))
		for _, shown := range []said{
			s.get("/apps"), s.get("/apps/app_1"), s.call(http.MethodPatch, "/api/v1/apps/app_1", `{"name":"shop"}`),
			s.post("/apps/app_1/preview", `{"event":"update_status"}`),
		} {
			Expect(shown.Code).To(Equal(http.StatusOK))
			Expect(shown.Body).NotTo(ContainSubstring("hush-hush"))
		}
		kept, err := s.App(context.Background(), "app_1")
		Expect(err).NotTo(HaveOccurred())
		Expect(kept.Target).To(Equal("http://anna:hush-hush@127.0.0.1:9/hook"))
	})

	It("may not be where khop must not send to", func() {
		s := play(GinkgoTB(), func(d *desk.Desk, _ *api.Options) { d.Allow = onlyLoopback })
		refused := s.post("/apps", `{"provider":"superai","target":"http://169.254.169.254/","secrets":{"partner_code":"P"}}`)
		Expect(refused.Code).To(Equal(http.StatusForbidden))
		Expect(refused.Body).To(ContainSubstring("169.254.169.254 is not allowed"))
	})
})
