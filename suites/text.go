package suites

import (
	"context"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// textRules: people write the texts, and libraries the JSON around them. What either may
// write has to be taken.
var textRules = []rule{
	{
		Name: "special-characters", Area: Payload,
		Title: "quotes, backslashes, ampersands, angle brackets and line breaks are accepted in free text",
		Why:   "L'Oréal is a brand, and a note has line breaks. SQL that is put together from strings, a text that is unescaped once too often, or a filter against scripts loses these orders and no others.",
		Fix:   "Give values to the database as parameters, let the JSON parser alone take escapes away, and exempt the webhook from filters that look for HTML or SQL.",
		For:   demands{"superai": must(superaiEvents), "mobio": must(mobioEvents), "abaha": must(abahaEvents)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			for _, e := range p.Events() {
				for _, kind := range specialTexts {
					payload, holds := p.Fresh(e), false
					for _, member := range append(p.profile.texts[:len(p.profile.texts):len(p.profile.texts)], p.profile.notes...) {
						if _, there := payload.Get(member); there {
							payload, holds = payload.With(member, rawjson.Text(kind.text)), true
						}
					}
					if holds {
						deliveries = append(deliveries, p.Carrying(payload, "%s with %s in its texts", e, kind.what))
					}
				}
			}
			g.Expect(p.SendEach(ctx, p.some(deliveries))).To(Each(BeAccepted()))
		},
	},
	{
		Name: "unescaped-text", Area: Payload,
		Title: "text is accepted as the document writes it: as UTF-8, without escapes",
		Why:   "The samples have Vietnamese letters as they are. A receiver that takes the bytes for another encoding, or takes them out of theirs before it parses, refuses every order with a Vietnamese name in it.",
		Fix:   "Hand the body's bytes to the JSON parser as they came: JSON is UTF-8 (PHP: no utf8_decode; Java: no new String without a charset).",
		For:   demands{"abaha": must(abahaEvents + ", written in UTF-8")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.inWritings(rawjson.Compact, rawjson.Spaced))).To(Each(BeAccepted()))
		},
	},
	{
		Name: "escaped-text", Area: Payload,
		Title: "text is accepted with escapes in place of its letters and slashes",
		Why:   "json_encode of PHP and json.dumps of Python write \\u1ed9 for ộ by default. The document shows one writing of JSON, and the provider's next library may have the other.",
		Fix:   "Parse the body with a JSON parser; look for nothing in its text.",
		For:   demands{"abaha": should(jsonText)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.inWritings(rawjson.PHP, rawjson.Python, rawjson.EscapedUpper))).To(Each(BeAccepted()))
		},
	},
}

// specialTexts are texts with what means something to a database, a page or a parser.
var specialTexts = []struct{ what, text string }{
	{"an apostrophe", "L'Oréal Paris, quận 1"},
	{"quotes and a backslash", `Hẻm 12\3, "nhà màu xanh"`},
	{"an ampersand and angle brackets", "Áo & quần, cỡ < 40 và > 36"},
	{"a line break and a percent sign", "Giảm 100%\nGọi trước khi giao"},
}

// inWritings is a delivery of every event in each of some writings of JSON.
func (p *Probe) inWritings(styles ...rawjson.Style) []Delivery {
	var deliveries []Delivery
	for _, style := range styles {
		for _, e := range p.Events() {
			deliveries = append(deliveries, p.Written(style, p.Fresh(e), "%s as %s", e, style.Name))
		}
	}
	return deliveries
}
