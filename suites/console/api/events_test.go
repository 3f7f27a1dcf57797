package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/console/wire"
)

// decoded is an answer's body.
func decoded[Shape any](heard said) (shape Shape) {
	GinkgoHelper()
	Expect(json.Unmarshal([]byte(heard.Body), &shape)).To(Succeed(), heard.Body)
	return shape
}

var _ = Describe("events", func() {
	var s *stage
	var app string
	BeforeEach(func() {
		s = play(GinkgoTB())
		app = s.superai()
	})

	It("are accepted before the answer", func() {
		one := s.post("/apps/"+app+"/events", `{"event":"update_status","data":{"status":"12"}}`)
		Expect(one.Code).To(Equal(http.StatusAccepted))
		Expect(one.Body).To(MatchJSON(`{"ids":[1]}`))
		Expect(one.Header.Get("Location")).To(Equal("/api/v1/events/1"))
		Expect(s.post("/apps/"+app+"/events", `{"event":"update_weight","count":3,"generated":true}`).Body).To(MatchJSON(`{"ids":[2,3,4]}`))

		shown := decoded[wire.EventDetail](s.get("/events/1"))
		Expect(shown.Body).To(ContainSubstring(`"status":"12"`))
		Expect(shown.Attempts).To(BeEmpty())
		Expect(string(shown.State)).To(Equal("due"))
	})

	It("keep a body byte for byte, and the digits of a number", func() {
		s.post("/apps/"+app+"/events", `{"event":"update_status","body":"{ \"type\" : \"\\u0111\" }"}`)
		Expect(decoded[wire.EventDetail](s.get("/events/1")).Body).To(Equal(`{ "type" : "\u0111" }`))
		s.post("/apps/"+app+"/events", `{"event":"update_status","data":{"/exact":12345678901234567890.10}}`)
		Expect(decoded[wire.EventDetail](s.get("/events/2")).Body).To(ContainSubstring(`"exact":12345678901234567890.10`))
	})

	It("are shown with every attempt", func() {
		id := s.failed(app)
		shown := decoded[wire.EventDetail](s.get(fmt.Sprint("/events/", id)))
		Expect(shown.Times).To(Equal(1))
		Expect(shown.Attempts).To(HaveExactElements(And(
			HaveField("TookMS", 12.0), HaveField("Answer.Status", 500), HaveField("Answer.Body", "oops"), HaveField("Reading", "500"),
		)))
	})

	It("come page by page, newest first", func() {
		s.post("/apps/"+app+"/events", `{"event":"update_status","count":5}`)
		page := s.get("/events?limit=2&app=" + app)
		var seen []int64
		for {
			events := decoded[wire.Events](page)
			for _, event := range events.Events {
				seen = append(seen, event.ID)
			}
			if events.Next == "" {
				break
			}
			Expect(page.Header.Get("Link")).To(Equal("<" + events.Next + `>; rel="next"`))
			page = s.call(http.MethodGet, events.Next, "")
		}
		Expect(seen).To(Equal([]int64{5, 4, 3, 2, 1}))
		Expect(page.Header.Get("Link")).To(BeEmpty())
	})

	It("are found by what they are", func() {
		s.failed(app)
		s.post("/apps/"+app+"/events", `{"event":"update_weight"}`)
		for question, want := range map[string]int{
			"": 2, "state=failed": 1, "state=delivered": 0, "type=update_weight": 1, "q=SPX": 1, "q=2": 1,
			"after=1": 1, "before=2": 1, "app=other": 0,
		} {
			Expect(decoded[wire.Events](s.get("/events?"+question)).Events).To(HaveLen(want), question)
		}
	})

	It("are sent once more by hand, alone or all that failed", func() {
		first, second := s.failed(app), s.failed(app)
		again := s.post(fmt.Sprintf("/events/%d/resend", first), "")
		Expect(again.Code).To(Equal(http.StatusAccepted))
		Expect(decoded[wire.EventDetail](s.get(fmt.Sprint("/events/", first)))).To(And(HaveField("ByHand", true), HaveField("Times", 1)))
		Expect(s.post("/events/resend", `{"state":"failed","app":"`+app+`","type":"update_status","q":"SPX"}`).Body).To(MatchJSON(`{"count":1}`))
		Expect(s.get(fmt.Sprint("/events/", second)).Body).To(ContainSubstring(`"state":"due"`))
		Expect(s.post("/events/resend", `{}`).Body).To(MatchJSON(`{"count":0}`))
	})

	It("are refused with what is wrong and the way out", func() {
		for _, c := range []struct {
			path, body string
			status     int
			want       string
		}{
			{"/apps/" + app + "/events", `{"event":"update_statsu"}`, 422, `did you mean \"update_status\"?`},
			{"/apps/" + app + "/events", `{}`, 422, `"pointer":"/event"`},
			{"/apps/" + app + "/events", `{"event":"update_status","count":10001}`, 422, "count is 10001; it has to be from 1 to 10000"},
			{"/apps/" + app + "/events", `{"event":"update_status","count":-1}`, 422, `"pointer":"/count"`},
			{"/apps/" + app + "/events", `{"event":"update_status","body":"x","data":{"status":"1"}}`, 422, `"pointer":"/body"`},
			{"/apps/" + app + "/events", `{"event":"update_status","data":{"statsu":"1"}}`, 422, `did you mean \"status\"?`},
			{"/apps/" + app + "/preview", `{"event":"nothing"}`, 422, "SuperAI has no event"},
			{"/events/resend", `{"state":"delivered"}`, 422, `"pointer":"/state"`},
			{"/events/resend", `{"app":"app_9"}`, 404, "there is no app"},
			{"/events/9/resend", "", 404, `there is no event \"9\"","see":"/api/v1/events"`},
			{"/events/x/resend", "", 404, `there is no event \"x\"`},
		} {
			refused := s.post(c.path, c.body)
			Expect(refused.Code).To(Equal(c.status), c.path+c.body)
			Expect(refused.Body).To(ContainSubstring(c.want), c.path+c.body)
		}
		for path, want := range map[string]string{
			"/events?state=done":         "has to be one of due, delivered, failed",
			"/events?limit=1001":         "limit=1001: has to be a whole number from 0 to 1000",
			"/events?before=-1":          "before=-1",
			"/events?after=x":            "after=x",
			"/events?stat=failed":        `there is no parameter \"stat\"; did you mean \"state\"?`,
			"/events?app=a&app=b":        "is there 2 times",
			"/events?app=%zz":            "cannot be read",
			"/events/99999999999999999?": `there is no event`,
		} {
			refused := s.get(path)
			Expect(refused.Code).To(BeElementOf(http.StatusBadRequest, http.StatusNotFound), path)
			Expect(refused.Body).To(ContainSubstring(want))
		}
	})

	It("show beforehand what would go out", func() {
		heard := s.post("/apps/"+app+"/preview", `{"event":"update_status","data":{"status":7}}`)
		Expect(heard.Code).To(Equal(http.StatusOK))
		preview := decoded[wire.Preview](heard)
		Expect(preview.Curl).To(And(HavePrefix("curl"), ContainSubstring("Signature: "), ContainSubstring("X-Shop: ***")))
		Expect(preview.Problems).To(ContainElement(HaveField("Pointer", "/status")))
		Expect(strings.Contains(heard.Body, "hush")).To(BeFalse())
		Expect(decoded[wire.Events](s.get("/events")).Events).To(BeEmpty(), "a preview sends nothing")
	})

	It("carry any bytes", func() {
		body := "\x00\xff@{}"
		coded := base64.StdEncoding.EncodeToString([]byte(body))
		accepted := s.post("/apps/"+app+"/events", `{"event":"update_status","body_base64":"`+coded+`"}`)
		Expect(accepted.Code).To(Equal(http.StatusAccepted))
		id := decoded[wire.Accepted](accepted).IDs[0]
		event, err := s.Event(context.Background(), id)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(event.Body)).To(Equal(body))
		Expect(s.get(fmt.Sprintf("/events/%d", id)).Body).To(ContainSubstring(`"body_base64":"` + coded))
		shown := s.post("/apps/"+app+"/preview", `{"event":"update_status","body_base64":"`+coded+`"}`).Body
		Expect(shown).To(And(ContainSubstring(`"body_base64":"`+coded), ContainSubstring(`printf '\\000\\377@{}' | curl`)))
		for refused, want := range map[string]string{
			`{"event":"update_status","body_base64":"` + coded + `","body":"{}"}`: "there are two bodies",
			`{"event":"update_status","body_base64":"` + coded + `","data":{}}`:   "a body is sent byte for byte",
			`{"event":"update_status","body_base64":"%%"}`:                        "is not base64",
			`{"event":"update_status","body_base64":7}`:                           "a string of base64",
		} {
			Expect(s.post("/apps/"+app+"/events", refused).Body).To(ContainSubstring(want))
		}
	})
})
