package suites

import (
	"context"
	"slices"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// nullRules: serialisers write null for what they do not have; Abaha does so in more
// than half of its members.
var nullRules = []rule{
	{
		Name: "null-optional", Area: Payload,
		Title: "null gets no 5xx in any member for which a sample shows it",
		Why:   "More than half of the documented members are null in some sample. parseInt(null) and null.trim() then end the request.",
		Fix:   "Read null as absent, in every member but the id.",
		For:   demands{"abaha": must(abahaEvents + ": null in many members")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.withNulls(p.sometimesNull))).To(Each(BeSurvived()))
		},
	},
	{
		Name: "null-elsewhere", Area: Payload,
		Title: "null gets no 5xx in the members whose samples all have a value",
		Why:   "What is set in one sample need not be set in every shop.",
		Fix:   "Read null as absent, in every member but the id.",
		For: demands{
			"abaha":   should(abahaEvents + ": nothing says which members always have a value"),
			"superai": should(superaiDoc + ", Các Tham Số: nothing says which members always have a value"),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.withNulls(func(member string) bool { return !p.sometimesNull(member) }))).To(Each(BeSurvived()))
		},
	},
}

// withNulls makes a delivery of every event with null in each scalar member that is
// asked for, and one with null in all of them. The identity keeps its value.
func (p *Probe) withNulls(wanted func(member string) bool) []Delivery {
	var deliveries []Delivery
	for _, e := range p.Events() {
		all := p.Fresh(e)
		for _, m := range e.Payload.Members() {
			scalar := m.Value.Kind() != rawjson.Object && m.Value.Kind() != rawjson.Array
			if !scalar || slices.Contains(p.profile.identity, m.Name) || !wanted(m.Name) {
				continue
			}
			all = all.With("/"+m.Name, rawjson.Value{})
			deliveries = append(deliveries, p.Carrying(p.Fresh(e).With("/"+m.Name, rawjson.Value{}), "%s with null in %s", e, m.Name))
		}
		deliveries = append(deliveries, p.Carrying(all, "%s with null in all of these members", e))
	}
	return deliveries
}

// sometimesNull tells whether a member of that name is null in some sample.
func (p *Probe) sometimesNull(member string) bool {
	return slices.ContainsFunc(p.Documented(), func(e mocks.Event) bool {
		v, there := e.Payload.Get("/" + member)
		return there && v.Kind() == rawjson.Null
	})
}
