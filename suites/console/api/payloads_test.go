package api_test

import (
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/suites/console/wire"
)

var _ = Describe("payloads", func() {
	var s *stage
	BeforeEach(func() { s = play(GinkgoTB()) })

	It("are listed with all that a form needs", func() {
		all := decoded[wire.Providers](s.get("/providers"))
		Expect(all.Providers).To(HaveLen(len(mocks.Names())))
		for _, provider := range all.Providers {
			Expect(provider.Events).NotTo(BeEmpty(), provider.Name)
			for _, kind := range provider.Events {
				for _, sample := range kind.Samples {
					Expect(all.Schemas).To(HaveKey(sample.Schema))
				}
			}
		}
		Expect(s.get("/providers?x=1").Code).To(Equal(http.StatusBadRequest))
	})

	It("are shown as documented, by the event's type or the sample's name", func() {
		documented := fixtures.Documented("esms")
		for _, example := range documented {
			sample := decoded[wire.Sample](s.get("/providers/esms/events/" + example.Name + "/sample"))
			Expect(sample.Body).To(Equal(string(example.Payload)))
		}
		Expect(decoded[wire.Sample](s.get("/providers/superai/events/update_status/sample")).Event).To(Equal("update_status"))
	})

	It("are generated, and the same again by their seed", func() {
		drawn := decoded[wire.Sample](s.get("/providers/superai/events/update_status/sample?generated"))
		Expect(drawn.Seed).NotTo(BeZero())
		schema, err := schemas.Lookup(drawn.Schema)
		Expect(err).NotTo(HaveOccurred())
		Expect(schema.Validate([]byte(drawn.Body))).To(BeEmpty())
		seven := s.get("/providers/superai/events/update_status/sample?seed=7").Body
		Expect(s.get("/providers/superai/events/update_status/sample?generated=true&seed=7").Body).To(Equal(seven))
	})

	It("are refused where there is none", func() {
		for path, want := range map[string]string{
			"/providers/superia/events/x/sample":                          `did you mean \"superai\"?`,
			"/providers/superai/events/update_statu/sample":               `did you mean \"update_status\"?`,
			"/providers/superai/events/update_status/sample?generated=x":  "has to be true or false",
			"/providers/superai/events/update_status/sample?seed=-1":      "seed=-1",
			"/providers/superai/events/update_status/sample?generate=yes": `did you mean \"generated\"?`,
		} {
			refused := s.get(path)
			Expect(refused.Code).To(BeElementOf(http.StatusBadRequest, http.StatusNotFound))
			Expect(refused.Body).To(ContainSubstring(want))
		}
	})

	It("are judged by the schema that they say, or that is named", func() {
		valid := string(fixtures.Documented("superai")[0].Payload)
		Expect(decoded[wire.Judgement](s.post("/validate", quoted("body", valid)))).To(And(
			HaveField("Valid", true), HaveField("Schema", HavePrefix("superai/")), HaveField("Problems", BeEmpty()),
		))
		Expect(decoded[wire.Judgement](s.post("/validate", quoted("body", strings.Replace(valid, `"type"`, "\n\"type\"", 1))))).To(HaveField("Valid", true))
		callback := string(fixtures.Documented("esms")[0].Payload)
		Expect(decoded[wire.Judgement](s.post("/validate", quoted("body", callback)))).To(HaveField("Schema", "esms/callback"))
	})

	It("are told their problems with line and column", func() {
		for _, miss := range fixtures.Invalid("superai") {
			judged := decoded[wire.Judgement](s.post("/validate", quoted("schema", miss.Schema, "body", string(miss.Payload))))
			Expect(judged.Valid).To(BeFalse(), miss.Name)
			Expect(judged.Problems).To(ContainElement(And(
				HaveField("Rule", miss.Rule), HaveField("Pointer", miss.Pointer), HaveField("Line", 1), HaveField("Column", BeNumerically(">", 0)),
			)), miss.Name)
		}
		Expect(decoded[wire.Judgement](s.post("/validate", `{"body":"{"}`)).Problems).To(ContainElement(HaveField("Rule", "syntax")))
		Expect(decoded[wire.Judgement](s.post("/validate", `{"body":""}`))).To(And(HaveField("Valid", false), HaveField("Schema", "")))
		Expect(s.post("/validate", `{"schema":"superai/update_statu","body":"{}"}`).Body).To(ContainSubstring(`superai/update_status`))
	})
})
