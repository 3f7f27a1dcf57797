package suites

import (
	"context"
	"slices"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/mobio"
	"github.com/khop-dev/khop/suites/target"
)

// responseRules: what the provider reads from the answer.
var responseRules = []rule{
	{
		Name: "success-status", Area: Response,
		Title: "every event is answered with exactly 200",
		Why:   "The provider compares with 200. A 201, 202 or 204 counts as a failure although the work was done.",
		Fix:   "Answer 200, also where a framework would choose 201 or 204 by itself.",
		For:   demands{"superai": must(superaiSuccess), "mobio": must(mobioSuccess), "abaha": should(abahaAnswer + " over HTTP, where 200 is the ordinary status"), "esms": should(esmsGet + "; 200 is the ordinary answer to a GET")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.GenuineEach())).To(Each(BeAnswered200()))
		},
	},
	{
		Name: "refusal-not-success", Area: Response,
		Title: "a refusal is never answered with 2xx, whatever its body says",
		Why:   "The provider reads the status alone: 200 with {\"error\": ...} means delivered, and nobody learns of the refusal.",
		Fix:   "Set the status of the refusal, not only its body.",
		For:   demands{"superai": must(superaiSuccess), "mobio": must(mobioSuccess)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.refusable())).To(Each(BeRefused()))
		},
	},
	{
		Name: "refusal-status", Area: Response,
		Title: "a delivery whose signature is missing or wrong is refused with a 4xx",
		Why:   "3xx sends the caller elsewhere and 5xx says that the receiver is broken; monitoring and support then look in the wrong place.",
		Fix:   "Answer 401 for a signature that is missing or wrong.",
		For: demands{
			"superai": should(httpSemantics + ": 4xx is the sender's fault, 5xx the receiver's"),
			"mobio":   should(httpSemantics + ": 4xx is the sender's fault, 5xx the receiver's"),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			forged := append(p.refusable(), p.WithHeader(p.Genuine(p.Usual()), "", "with an empty signature"))
			refused := slices.DeleteFunc(p.SendEach(ctx, forged), Reply.Acknowledged)
			if len(refused) == 0 {
				p.Skip("the target refuses none of the forged deliveries, which other checks report")
			}
			g.Expect(refused).To(Each(BeRefusedWith4xx()))
		},
	},
	{
		Name: "no-redirect", Area: Response,
		Title: "no genuine delivery is redirected",
		Why:   "Providers do not follow redirects: the event is lost.",
		Fix:   "Register the final URL; exempt the webhook from redirects to https, to a trailing slash, or to another handler.",
		For:   demands{"superai": must(superaiSuccess), "mobio": must(mobioSuccess), "abaha": must(abahaAnswer), "esms": should(esmsSamples + " let curl follow redirects, which a callback need not do")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.DocumentedEach())).To(Each(BeNoRedirect()))
		},
	},
	{
		Name: "answer-time", Area: Response,
		Title: "half of all events are answered within the provider's time",
		Why:   "Mobio wants every event answered within 100 ms and mails a warning otherwise; an hour without answers stops all delivery.",
		Fix:   "Acknowledge when the event is safely stored, and do the work afterwards.",
		For:   demands{"mobio": should(mobioAnswerTime)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			const many = 21
			limit := p.Account.Time(mobio.AnswerWithin)
			var replies []Reply
			for i := range many {
				replies = append(replies, p.Send(ctx, p.Genuine(p.Events()[i%len(p.Events())])))
			}
			slices.SortFunc(replies, func(a, b Reply) int { return int(a.Took - b.Took) })
			g.Expect(replies[len(replies)/2]).To(BeAnsweredWithin(limit),
				"the median of %d answers; --set %s=... if your account has another limit", len(replies), mobio.AnswerWithin)
		},
	},
}

// refusable are deliveries that a receiver has to refuse: forged ones where there is
// something to forge, of every event; else a broken body, where there is a body.
func (p *Probe) refusable() []Delivery {
	var all []Delivery
	switch {
	case p.Provider.Scheme != nil:
		for _, d := range p.GenuineEach() {
			all = append(all, p.unsigned(d), p.missigned(d))
		}
	case len(p.target.Headers()) > 0:
		for _, d := range p.GenuineEach() {
			all = append(all, d.In(target.Manner{WithoutHeaders: true}, "without the agreed header"))
		}
	case !p.Provider.Query:
		all = append(all, p.Signed([]byte(`{"khop":`), "half of a JSON object"))
	}
	return all
}

// unsigned is d without the signature header.
func (p *Probe) unsigned(d Delivery) Delivery {
	d = p.WithHeader(d, "", "without %s", p.Provider.Scheme.Header)
	delete(d.Header, p.Provider.Scheme.Header)
	return d
}

// missigned is d with a digest that is wrong in every digit.
func (p *Probe) missigned(d Delivery) Delivery {
	digest := p.Digest(d.Body)
	return p.WithDigest(d, flip(digest, 0, len(digest)), "with a digest wrong in every digit")
}
