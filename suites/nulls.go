package suites

import (
	"context"
	"slices"
	"strings"

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
			surviveNulls(ctx, p, g, p.sometimesNull)
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
			"mobio":   should(mobioTables + ": left blank for what stands in add and remove"),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			surviveNulls(ctx, p, g, func(member string) bool { return !p.sometimesNull(member) })
		},
	},
}

// surviveNulls sends null in each member that is asked for, and expects no 5xx.
func surviveNulls(ctx context.Context, p *Probe, g gomega.Gomega, wanted func(member string) bool) {
	g.Expect(p.SendEach(ctx, p.some(p.withNulls(wanted)))).To(Each(BeSurvived()))
}

// withNulls makes a delivery of every event with null in each member that is asked for,
// and one with null in all of them.
func (p *Probe) withNulls(wanted func(member string) bool) []Delivery {
	var deliveries []Delivery
	for _, e := range p.Events() {
		members := slices.DeleteFunc(p.nullable(e), func(member string) bool { return !wanted(member) })
		all := p.Fresh(e)
		for _, member := range members {
			all = all.With(member, rawjson.Value{})
			name := strings.TrimPrefix(member, "/")
			deliveries = append(deliveries, p.Carrying(p.Fresh(e).With(member, rawjson.Value{}), "%s with null in %s", e, name))
		}
		if len(members) > 1 {
			deliveries = append(deliveries, p.Carrying(all, "%s with null in all of these members", e))
		}
	}
	return deliveries
}

// nullable are the members of an event that no table requires. That by which the event
// is recognised keeps its value, and what other rules set to null is left to them.
func (p *Probe) nullable(e mocks.Event) []string {
	var members []string
	e.Payload.Walk(func(member string, _ rawjson.Value) {
		loose := slices.ContainsFunc(p.profile.loose, func(object string) bool { return strings.HasPrefix(member, object+"/") })
		if loose && !isEntry(member) && !p.identifies(member, e) &&
			!slices.Contains(p.profile.optional, member) && !slices.Contains(p.profile.unmarked, member) {
			members = append(members, member)
		}
	})
	return members
}

// isEntry tells whether a pointer leads to an entry of a list, not to a member.
func isEntry(pointer string) bool {
	last := pointer[strings.LastIndexByte(pointer, '/')+1:]
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// identifies tells whether an event would be another one without the member.
func (p *Probe) identifies(member string, e mocks.Event) bool {
	return p.Provider.Identity(e.Payload.With(member, rawjson.Value{})) != p.Provider.Identity(e.Payload)
}

// sometimesNull tells whether a member is null in some sample.
func (p *Probe) sometimesNull(member string) bool {
	return slices.ContainsFunc(p.Documented(), func(e mocks.Event) bool {
		v, there := e.Payload.Get(member)
		return there && v.Kind() == rawjson.Null
	})
}
