package suites

import (
	"context"
	"net/url"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
)

// forgedFirstRules: what a stranger sent has no say in what becomes of the genuine.
var forgedFirstRules = []rule{
	{
		Name: "forged-first", Area: Signature,
		Title: "a genuine delivery is accepted after a forged one of the same event was refused",
		Why:   "Whoever sees or guesses the identity of an event can send it first. A receiver that remembers what it refused, or whom it has begun with, then turns the real event away, and it is lost.",
		Fix:   "Verify before the event's identity goes anywhere: into the table of known events, a lock, or a list of what was refused.",
		For: demands{
			"superai": must(superaiSignature + "; " + superaiNoRetry),
			"mobio":   must(mobioSignature + "; " + mobioSuccess),
			"abaha":   must(abahaHeaders + "; " + abahaAnswer),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.insistOnVerification(ctx)
			var forged, genuine []Delivery
			for _, forge := range []func(Delivery) Delivery{p.unproven, p.misproven} {
				d := p.Genuine(p.Usual())
				forged = append(forged, forge(d))
				d.Note += ", after a forged delivery of it"
				genuine = append(genuine, d)
			}
			p.SendEach(ctx, forged)
			g.Expect(p.SendEach(ctx, genuine)).To(Each(BeAccepted()))
		},
	},
	effect("forged-first-applied", Signature, "an event is applied once, also after a forged delivery of it was refused",
		"A receiver that notes an event's identity before it verifies takes the genuine delivery for a repeated one: it answers 200, and the event is lost. Anybody who sees or guesses identities can make events disappear.",
		"Note the event's identity in the transaction that applies it, after the verification.",
		demands{
			"superai": must(superaiSignature + "; " + superaiSuccess),
			"mobio":   must(mobioSignature + "; " + mobioSuccess),
			"abaha":   must(abahaHeaders + "; " + abahaAnswer),
		},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.insistOnProof()
			payload := p.Fresh(p.Usual())
			d := p.Carrying(payload, "%s", p.Usual())
			p.SendEach(ctx, p.forgeries(d))
			d.Note += ", after forged deliveries of it"
			reply := p.Send(ctx, d)
			if !reply.Acknowledged() {
				p.Skip("the target refuses a genuine delivery after a forged one, which another check reports")
			}
			times := p.applied(ctx, payload, 1)
			if times == 0 && !p.appliesPlain(ctx) {
				p.Skip("the target does not apply a plain event either, which other checks report")
			}
			g.Expect(times).To(beApplied(reply, 1))
		}),
	effect("unsigned-query", Signature, "what stands in the query string does not get into a signed event",
		"The signature covers the body alone. Where members of body and query are merged (PHP's $_REQUEST, {...req.body, ...req.query}), one genuine delivery becomes an event about anything that is written behind the question mark.",
		"Take the event from the bytes that were verified, and from nowhere else.",
		demands{"superai": must(superaiSignature), "mobio": must(mobioSignature + ", data_string being the data as sent")},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			e, member := p.identified()
			other := p.Fresh(e)
			d := p.Carrying(p.Fresh(e), "another event that the query of a genuine delivery names by %s", member)
			d.Query = url.QueryEscape(member) + "=" + url.QueryEscape(p.Provider.Identity(other))
			reply := p.Send(ctx, d)
			g.Expect(p.applied(ctx, other, 0)).To(beApplied(reply, 0))
		}),
}

// appliesPlain tells whether the target applies an event of which nobody has sent anything
// before.
func (p *Probe) appliesPlain(ctx context.Context) bool {
	payload := p.Fresh(p.Usual())
	p.Send(ctx, p.Carrying(payload, "%s, of which nothing came before", p.Usual()))
	return p.applied(ctx, payload, 1) > 0
}

// identified is an event that the target applies and that says in a member of its own,
// not inside another one, which event it is; and that member's name.
func (p *Probe) identified() (mocks.Event, string) {
	for _, e := range p.Applied() {
		for _, member := range e.Payload.Members() {
			if member.Value.Content() == p.Provider.Identity(e.Payload) {
				return e, member.Name
			}
		}
	}
	p.Skip("the target takes no event that has such a member, which another check reports")
	return mocks.Event{}, ""
}
