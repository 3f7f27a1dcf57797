package suites

import (
	"context"
	"slices"
	"strings"

	"github.com/onsi/gomega"
	"golang.org/x/text/unicode/norm"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// payloadRules: whatever the provider documents must be taken.
var payloadRules = []rule{
	{
		Name: "documented-events", Area: Payload,
		Title: "every documented event is accepted",
		Why:   "An event type that was never tried is the one that fails in production, and its data is missing silently.",
		Fix:   "Accept every documented type; what you do not need, acknowledge and ignore.",
		For:   demands{"superai": must(superaiEvents), "mobio": must(mobioEvents), "abaha": must(abahaEvents), "esms": must(esmsSamples)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.DocumentedEach())).To(Each(BeAccepted()))
		},
	},
	{
		Name: "extra-members", Area: Payload,
		Title: "members that the document does not name are ignored",
		Why:   "Providers add members without notice: the SuperAI sample itself carries some that its table lacks. A strict decoder then refuses everything.",
		Fix:   "Let the decoder ignore unknown members (no DisallowUnknownFields, no additionalProperties: false, no FAIL_ON_UNKNOWN_PROPERTIES).",
		For:   demands{"superai": must(superaiSample), "mobio": must(mobioSales + ": deal_code and other members come and go between samples"), "abaha": must(abahaMembers), "esms": must(esmsSamples + ": switchsmsid is in one and in no table")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			for _, e := range p.Events() {
				for _, object := range p.profile.roomy {
					if _, there := e.Payload.Get(object); there {
						payload := p.Fresh(e).With(object+"/khop_extra", rawjson.Text("new"))
						deliveries = append(deliveries, p.Carrying(payload, "%s with an unknown member in %s", e, orRoot(object)))
					}
				}
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
		},
	},
	{
		Name: "absent-optional", Area: Payload,
		Title: "members that are not required may be absent",
		Why:   "A receiver that insists on a member which the provider leaves out loses the whole event.",
		Fix:   "Treat what the document does not call required as optional, with a default.",
		For:   demands{"superai": should(superaiSample), "mobio": must(mobioTables)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			members := p.profile.optional
			if members == nil {
				members = p.profile.unmarked
			}
			g.Expect(p.SendEach(ctx, p.some(p.withoutEach(members)))).To(Each(BeAccepted()))
		},
	},
	{
		Name: "absent-unmarked", Area: Payload,
		Title: "lists of changes that no table calls required may be absent",
		Why:   "Some events carry no change list, some no list of fields at all; code that walks them unguarded fails there.",
		Fix:   "Read an absent list as an empty one.",
		For:   demands{"mobio": should(mobioTables + ": left blank for fields, add, remove and change")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.some(p.withoutEach(p.profile.unmarked)))).To(Each(BeAccepted()))
		},
	},
	{
		Name: "vietnamese-text", Area: Payload,
		Title: "long Vietnamese text is accepted, composed or decomposed",
		Why:   "Names and addresses come in every normal form. A receiver that re-encodes or normalises before it verifies refuses its own customers' names.",
		Fix:   "Verify the bytes as they came; store text as UTF-8 in columns that are long enough.",
		For:   demands{"superai": must(superaiEvents), "mobio": must(mobioEvents), "abaha": must(abahaEvents)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			const sentence = "Nguyễn Thị Ngọc Ánh, số 47 đường Huỳnh Văn Bánh, Phường 5, Quận Phú Nhuận, Thành phố Hồ Chí Minh; gọi trước khi giao, để ở quầy lễ tân nếu vắng. "
			long := strings.Repeat(sentence, 3)
			var deliveries []Delivery
			for _, e := range p.Events() {
				all := p.Fresh(e)
				for _, member := range p.profile.texts {
					if _, there := e.Payload.Get(member); !there {
						continue
					}
					for _, form := range []struct {
						name string
						text string
					}{{"NFC", norm.NFC.String(long)}, {"NFD", norm.NFD.String(long)}} {
						payload := p.Fresh(e).With(member, rawjson.Text(form.text))
						deliveries = append(deliveries, p.Carrying(payload, "%s with long %s text in %s", e, form.name, member))
					}
					all = all.With(member, rawjson.Text(norm.NFC.String(long)))
					payload := p.Fresh(e).With(member, rawjson.Text("Đặng Thuỳ Trâm – Cần Thơ “hoả tốc” 😀"))
					deliveries = append(deliveries, p.Carrying(payload, "%s with accents and an emoji in %s", e, member))
				}
				deliveries = append(deliveries, p.Carrying(all, "%s with long text wherever there is text", e))
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
		},
	},
	{
		Name: "many-changes", Area: Payload,
		Title: "an event with a long list of changes is accepted",
		Why:   "A deal with forty products is one event. Code that unpacks a list of one, or a buffer of 2 KiB, fails on it.",
		Fix:   "Loop over the list; read the body to its end.",
		For:   demands{"mobio": must(mobioTables + ": add and remove are arrays without a length")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			for _, e := range p.Events() {
				for _, list := range p.profile.lists {
					if changes, there := e.Payload.Get(list); there && len(changes.Items()) > 0 {
						many := rawjson.List(slices.Repeat(changes.Items()[:1], 40)...)
						deliveries = append(deliveries, p.Carrying(p.Fresh(e).With(list, many), "%s with 40 entries in %s", e, list))
					}
				}
			}
			if len(deliveries) == 0 {
				p.Skip("the target takes no event that holds a list of changes, which another check reports")
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
		},
	},
	{
		Name: "generated", Area: Payload,
		Title: "generated valid payloads are accepted",
		Why:   "The documented samples are a handful; real traffic has other names, amounts and combinations of members.",
		Fix:   "Look at the smallest payload that was refused: it is what is left after everything else was taken away.",
		For:   demands{"superai": must(superaiEvents), "mobio": must(mobioEvents), "abaha": must(abahaEvents), "esms": must(esmsTable)},
		Run:   acceptsGenerated,
	},
	{
		Name: "large-body", Area: Payload,
		Title: "a body of 64 KiB is accepted",
		Why:   "A deal with many products or files is larger than any sample; small default limits then refuse it.",
		Fix:   "Raise the body limit of the framework and of the proxy before it to 1 MiB.",
		For:   demands{"superai": should(superaiDoc + ": no limit is documented"), "mobio": should(mobioSales + ": no limit is documented"), "abaha": should(abahaDoc + ": no limit is documented")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			e := p.Usual()
			line := strings.Repeat("Đơn hàng số lượng lớn. ", 40)
			var notes []rawjson.Value
			for size := 0; size < 64<<10; size += len(line) + 3 {
				notes = append(notes, rawjson.Text(line))
			}
			// The bulk goes into a new member: a documented one may well have a
			// limit of its own.
			if !p.Send(ctx, p.Carrying(p.Fresh(e).With("/khop_notes", rawjson.List()), "%s with an unknown member", e)).Acknowledged() {
				p.Skip("the target refuses unknown members, which another check reports")
			}
			payload := p.Fresh(e).With("/khop_notes", rawjson.List(notes...))
			g.Expect(p.Send(ctx, p.Carrying(payload, "%s of 64 KiB", e))).To(BeAccepted())
		},
	},
}

// some are the deliveries of a rule about certain members. Where there are none, nothing
// that the target takes has such a member, and the check is skipped.
func (p *Probe) some(deliveries []Delivery) []Delivery {
	if len(deliveries) == 0 {
		p.Skip("the target takes no event that has such a member, which another check reports")
	}
	return deliveries
}

// withoutEach makes a delivery of every event without each of the members that it
// has, and one without all of them.
func (p *Probe) withoutEach(members []string) []Delivery {
	var deliveries []Delivery
	for _, e := range p.Events() {
		bare := p.Fresh(e)
		removed := 0
		for _, member := range members {
			if _, there := e.Payload.Get(member); !there {
				continue
			}
			removed++
			bare = bare.Without(member)
			deliveries = append(deliveries, p.Carrying(p.Fresh(e).Without(member), "%s without %s", e, member))
		}
		if removed > 1 {
			deliveries = append(deliveries, p.Carrying(bare, "%s without any optional member", e))
		}
	}
	return deliveries
}

func orRoot(pointer string) string {
	if pointer == "" {
		return "the top level"
	}
	return pointer
}
