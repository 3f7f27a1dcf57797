package suites

import (
	"context"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target"
)

// headerRules: where a custom header was agreed in place of a signature, it is the
// only thing that tells the platform from a stranger.
var headerRules = []rule{
	customHeader("custom-header-missing", "a delivery without the agreed header is refused",
		func(p *Probe, d Delivery, names []string) []Delivery {
			return []Delivery{d.In(target.Manner{WithoutHeaders: true}, "without the agreed header")}
		}),
	customHeader("custom-header-wrong", "a delivery with another value in the agreed header is refused",
		func(p *Probe, d Delivery, names []string) []Delivery {
			var all []Delivery
			for _, wrong := range []struct {
				how   string
				value func(string) string
			}{
				{"another value", func(string) string { return "khop" }},
				{"an empty value", func(string) string { return "" }},
				{"the value and more", func(v string) string { return v + "x" }},
				{"less than the value", func(v string) string { return v[:len(v)-1] }},
			} {
				other := d.In(target.Manner{WithoutHeaders: true}, "with "+wrong.how+" in the agreed header")
				other.Header = d.Header.Clone()
				for _, name := range names {
					other.Header[name] = []string{wrong.value(p.target.Headers().Get(name))}
				}
				all = append(all, other)
			}
			return all
		}),
}

func customHeader(name, title string, deliveries func(p *Probe, d Delivery, names []string) []Delivery) rule {
	return rule{
		Name: name, Area: Signature, Title: title,
		Why: "The platform does not sign. Whoever knows the URL, and not the header, must not be able to book orders.",
		Fix: "Compare the header's whole value, in constant time, before anything else.",
		For: demands{"abaha": must(abahaHeaders)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.insistOnProof()
			var all []Delivery
			for _, d := range p.GenuineEach() {
				all = append(all, deliveries(p, d, p.agreedHeaders())...)
			}
			g.Expect(p.SendEach(ctx, all)).To(Each(BeRefused()))
		},
	}
}
