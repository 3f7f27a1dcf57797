package suites

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// robustnessRules: what is signed and unexpected may be refused, but it must not
// break the receiver. A 5xx says "my fault, not delivered".
var robustnessRules = []rule{
	{
		Name: "unknown-event-type", Area: Payload,
		Title: "an event type that the document does not name gets no 5xx",
		Why:   "The provider adds event types; a receiver that falls over is reported as down.",
		Fix:   "Give the dispatch on the type a default branch: acknowledge and ignore.",
		For:   demands{"superai": must(superaiSuccess + "; " + ownFault), "mobio": must(mobioPages + "; " + ownFault)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			for _, kind := range []string{"khop_unknown", "update_khop", ""} {
				payload := p.Fresh(p.Usual()).With(p.profile.kind, rawjson.Text(kind))
				deliveries = append(deliveries, p.Carrying(payload, "an event of type %q", kind))
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeSurvived()))
		},
	},
	{
		Name: "status-codes", Area: Payload,
		Title: "every status code gets an answer below 500, known or not",
		Why:   "The document gives no closed list of status codes. An unknown one must not break the receiver.",
		Fix:   "Map the codes that you know and keep the others as text.",
		For:   demands{"superai": must(superaiStrings)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			codes := []string{"28", "99", "1000"}
			for known := range 28 {
				codes = append(codes, strconv.Itoa(known))
			}
			var deliveries []Delivery
			for _, code := range codes {
				payload := p.Fresh(p.Usual()).With("/status", rawjson.Text(code)).With("/status_name", rawjson.Text("Trạng thái "+code))
				deliveries = append(deliveries, p.Carrying(payload, "status %q", code))
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeSurvived()))
		},
	},
	{
		Name: "null-optional", Area: Payload,
		Title: "null in a member that is not required gets no 5xx",
		Why:   "Serialisers write null for what they do not have. Code that calls a method on it dies.",
		Fix:   "Read null as absent.",
		For:   demands{"superai": must(superaiNoRetry + "; " + ownFault), "mobio": must(mobioTables + "; " + ownFault)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			members := slices.DeleteFunc(slices.Concat(p.profile.optional, p.profile.unmarked), p.holdsMany)
			g.Expect(p.SendEach(ctx, p.some(p.withNullIn(members)))).To(Each(BeSurvived()))
		},
	},
	{
		Name: "null-lists", Area: Payload,
		Title: "null in place of a list or object that is not required gets no 5xx",
		Why:   "data.get(\"fields\", []) gives null when null was sent; the loop over it then dies.",
		Fix:   "Read null as an empty list or object.",
		For:   demands{"mobio": should(mobioTables + ": null is not documented, and not excluded")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			members := slices.DeleteFunc(slices.Concat(p.profile.optional, p.profile.unmarked), func(m string) bool { return !p.holdsMany(m) })
			g.Expect(p.SendEach(ctx, p.some(p.withNullIn(members)))).To(Each(BeSurvived()))
		},
	},
	{
		Name: "times", Area: Payload,
		Title: "times in other forms of ISO 8601 get no 5xx",
		Why:   "The document promises ISO 8601 and shows one form of it. A parser made for that form throws on UTC or on fractions.",
		Fix:   "Parse with the language's ISO 8601 parser, and never fail on a time that you only store.",
		For:   demands{"superai": must(superaiDoc + ", Các Tham Số: created_at, updated_at, pushed_at in ISO 8601")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			now := p.births.now().UTC()
			var deliveries []Delivery
			for _, layout := range []string{"2006-01-02T15:04:05Z", "2006-01-02T15:04:05+00:00", "2006-01-02T15:04:05.000Z"} {
				at := rawjson.Text(now.Format(layout))
				payload := p.Fresh(p.Usual()).With("/created_at", at).With("/updated_at", at).With("/pushed_at", at)
				deliveries = append(deliveries, p.Signed(p.baseline.style.Encode(payload), "times written %s", at.Content()))
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeSurvived()))
		},
	},
	{
		Name: "malformed-json", Area: Payload,
		Title: "a body that is no JSON gets no 5xx",
		Why:   "An unhandled parser error is reported as a server that is down.",
		Fix:   "Catch what the parser throws and answer 400.",
		For:   demands{"superai": must(superaiSuccess + "; " + ownFault), "mobio": must(mobioSuccess + "; " + ownFault), "abaha": must(abahaAnswer + "; " + ownFault)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			whole := p.Carrying(p.Fresh(p.Usual()), "").Body
			g.Expect(p.SendEach(ctx, p.signedBodies([]oddBody{
				{"half of a JSON object", string(whole[:len(whole)/2])},
				{"no body", ""},
				{"text that is not JSON", "xin chào"},
				{"JSON that ends in a comma", string(whole[:len(whole)-1]) + ",}"},
			}))).To(Each(BeSurvived()))
		},
	},
	{
		Name: "unexpected-json", Area: Payload,
		Title: "JSON of another shape gets no 5xx",
		Why:   "Code that reads a member of what is no object dies, and the log fills with traces that are nobody's fault.",
		Fix:   "Check that the value is an object with the members you need; answer 400 otherwise.",
		For:   demands{"superai": should(ownFault), "mobio": should(ownFault), "abaha": should(ownFault)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			whole := string(p.Carrying(p.Fresh(p.Usual()), "").Body)
			g.Expect(p.SendEach(ctx, p.signedBodies([]oddBody{
				{"an empty object", "{}"},
				{"an empty array", "[]"},
				{"an array of events", "[" + whole + "]"},
				{"a bare string", `"update"`},
				{"a bare number", "42"},
				{"null", "null"},
				{"a byte that is not UTF-8", strings.Replace(whole, "{", "{\"khop\":\"\xff\",", 1)},
			}))).To(Each(BeSurvived()))
		},
	},
}

type oddBody struct{ what, text string }

func (p *Probe) signedBodies(bodies []oddBody) []Delivery {
	var deliveries []Delivery
	for _, body := range bodies {
		note := body.what
		if p.Provider.Scheme != nil {
			note += ", genuinely signed"
		}
		deliveries = append(deliveries, p.Signed([]byte(body.text), "%s", note))
	}
	return deliveries
}

// withNullIn makes a delivery of every event with null in each of the members that
// it has.
func (p *Probe) withNullIn(members []string) []Delivery {
	var deliveries []Delivery
	for _, e := range p.Events() {
		for _, member := range members {
			if _, there := e.Payload.Get(member); there {
				deliveries = append(deliveries, p.Carrying(p.Fresh(e).With(member, rawjson.Value{}), "%s with null in %s", e, member))
			}
		}
	}
	return deliveries
}

// holdsMany tells whether a member is a list or an object where it is documented.
func (p *Probe) holdsMany(member string) bool {
	for _, e := range p.Events() {
		if v, there := e.Payload.Get(member); there {
			return v.Kind() == rawjson.Array || v.Kind() == rawjson.Object
		}
	}
	return false
}
