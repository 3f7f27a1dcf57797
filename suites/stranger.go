package suites

import (
	"context"
	"net/http"
	"slices"
)

// A stranger knows the URL and what events look like, and not what proves where a delivery
// comes from: the signature, or the header that was agreed on where nothing is signed.

// unproven is d without that proof.
func (p *Probe) unproven(d Delivery) Delivery {
	if p.Provider.Scheme != nil {
		return p.unsigned(d)
	}
	d.Manner.WithoutHeaders = true
	d.Note += ", without the agreed header"
	return d
}

// misproven is d with a wrong proof.
func (p *Probe) misproven(d Delivery) Delivery {
	if p.Provider.Scheme != nil {
		return p.missigned(d)
	}
	d.Manner.WithoutHeaders = true
	d.Header = d.Header.Clone()
	for _, name := range p.agreedHeaders() {
		d.Header[name] = []string{"khop"}
	}
	d.Note += ", with another value in the agreed header"
	return d
}

// forgeries are d as a stranger would send it.
func (p *Probe) forgeries(d Delivery) []Delivery {
	return []Delivery{p.unproven(d), p.misproven(d)}
}

// agreedHeaders names the headers that come with every delivery and have a value.
func (p *Probe) agreedHeaders() []string {
	var names []string
	for header, values := range p.target.Headers() {
		if http.CanonicalHeaderKey(header) != "Host" && values[0] != "" {
			names = append(names, header)
		}
	}
	return names
}

// insistOnProof skips a check of forgeries where nothing tells them from the genuine.
func (p *Probe) insistOnProof() {
	if p.Provider.Scheme == nil && len(p.agreedHeaders()) == 0 {
		p.Skip("no custom header is agreed on: give --header 'Name: value' if there is one")
	}
}

// insistOnVerification skips a check of ways around the verification where there is none
// to get around.
func (p *Probe) insistOnVerification(ctx context.Context) {
	p.insistOnProof()
	if slices.ContainsFunc(p.SendEach(ctx, p.forgeries(p.Genuine(p.Usual()))), Reply.Acknowledged) {
		p.Skip("the target accepts a plain forgery, which another check reports")
	}
}
