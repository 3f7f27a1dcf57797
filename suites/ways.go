package suites

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// wayRules: a forged delivery stays one however it is written, and whichever way it comes.
var wayRules = []rule{
	around("other-form", "a forged delivery is refused in whatever form it comes",
		"Verification that hangs on a JSON parser, a Content-Length, a known type or an address's exact text does not see what comes otherwise, and the handler behind it does. Headers such as X-Real-IP are written by whoever sends them.",
		"Verify every request to the webhook's address, over its raw body, before anything looks at what it is; know no exceptions for callers, types or test modes. To refuse other forms altogether is fine.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, p.disguises())).To(Each(BeRefused()))
		}),
	around("other-door", "a forged delivery is not taken under another path, method or host either",
		"Routers forgive: /hook/, /HOOK and //hook reach the handler of /hook, and so may PUT. A filter that compares the path or the method as text does not run for them.",
		"Bind the verification to the handler and not to a path, or put it into the handler itself.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			if open := p.openDoors(ctx); len(open) > 0 {
				g.Expect(open).To(Each(BeRefused()))
			}
		}),
}

// around is a rule about ways around the verification.
func around(name, title, why, fix string, run func(context.Context, *Probe, gomega.Gomega)) rule {
	return rule{
		Name: name, Area: Signature, Title: title, Why: why, Fix: fix,
		For: demands{"superai": must(superaiSignature), "mobio": must(mobioSignature), "abaha": must(abahaHeaders)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.insistOnVerification(ctx)
			run(ctx, p, g)
		},
	}
}

// disguises are forged deliveries to the target's own address in forms that somebody may
// have thought of, and the verification not.
func (p *Probe) disguises() []Delivery {
	return slices.Concat(p.otherBodies(), p.otherRequests())
}

// otherBodies are forged events in other writings.
func (p *Probe) otherBodies() []Delivery {
	e := p.Usual()
	written := func(how string, body []byte, contentType string) Delivery {
		d := p.Signed(body, "%s %s", e, how)
		d.Header.Set("Content-Type", contentType)
		return p.misproven(d)
	}
	form, urlencoded := asForm(p.enveloped(p.Fresh(e)))
	parts, multipart := asMultipart(p.enveloped(p.Fresh(e)))
	all := []Delivery{
		written("as a form", form, urlencoded),
		written("as multipart/form-data", parts, multipart),
		written("as the only item of a JSON array", []byte("["+string(p.Genuine(e).Body)+"]"), "application/json"),
	}
	if kind := p.profile.kind; kind != "" {
		unknown := p.Carrying(p.Fresh(e).With(kind, rawjson.Text("khop_unknown")), "an event of the unknown type khop_unknown")
		all = append(all, p.misproven(unknown))
	}
	return all
}

// otherRequests are forged events in requests that are trusted somewhere.
func (p *Probe) otherRequests() []Delivery {
	chunked := p.misproven(p.Genuine(p.Usual()))
	chunked.Manner.Chunked = true
	chunked.Note += ", in chunks without a Content-Length"
	query := p.misproven(p.Genuine(p.Usual()))
	query.Query = "debug=1&test=1"
	query.Note += ", with ?debug=1&test=1"
	all := []Delivery{chunked, query}
	for _, trusted := range []struct{ header, value string }{
		{"X-Real-IP", "127.0.0.1"},
		{"X-Client-IP", "127.0.0.1"},
		{"True-Client-IP", "127.0.0.1"},
		{"Forwarded", "for=127.0.0.1;host=localhost"},
		{"X-Forwarded-Host", "localhost"},
		{"X-Debug", "1"},
		{"X-Test", "1"},
	} {
		d := p.unproven(p.Genuine(p.Usual()))
		d.Header.Set(trusted.header, trusted.value)
		d.Note += fmt.Sprintf(", with %s: %s", trusted.header, trusted.value)
		all = append(all, d)
	}
	return all
}

// door is another way to the target than the one that was given, on which something else
// may answer: a page for all paths that are not known, or another site.
type door struct {
	note    string
	through func(Delivery) Delivery
}

// doors are those that lead to the same handler in one server or another.
func (p *Probe) doors() []door {
	var all []door
	for _, method := range []string{http.MethodPut, http.MethodPatch} {
		all = append(all, door{"by " + method, func(d Delivery) Delivery {
			d.Method = method
			return d
		}})
	}
	all = append(all, door{"with the host localhost", func(d Delivery) Delivery {
		d.Header = d.Header.Clone()
		d.Header.Set("Host", "localhost")
		return d
	}})
	for _, path := range otherPaths(p.target.URL()) {
		elsewhere, err := p.target.At(path)
		if err != nil {
			continue // no address to send anything to
		}
		all = append(all, door{"to " + path, func(d Delivery) Delivery {
			d.Elsewhere = elsewhere
			return d
		}})
	}
	return all
}

// otherPaths are paths that some routers take for the path of an address, as they go over
// the wire.
func otherPaths(address *url.URL) []string {
	path := address.EscapedPath()
	if strings.Trim(path, "/") == "" {
		return nil
	}
	slashed, bare := path+"/", strings.TrimSuffix(path, "/")
	if bare != path {
		slashed = bare
	}
	last := strings.LastIndex(bare, "/") + 1
	all := []string{slashed, "/" + path, path + ";khop"}
	if upper := strings.ToUpper(path); upper != path {
		all = append(all, upper)
	}
	if bare[last] != '%' {
		all = append(all, bare[:last]+fmt.Sprintf("%%%02X", bare[last])+path[last+1:])
	}
	return all
}

// openDoors are the replies to forged events that were taken through another door. What
// answers there need not be the receiver: with an observer an event counts that was
// applied, and without one a yes that not everything gets.
func (p *Probe) openDoors(ctx context.Context) []Reply {
	if p.observer != nil {
		p.focus(ctx)
		p = p.amidApplied()
	}
	doors := p.doors()
	payloads := make([]rawjson.Value, len(doors))
	forged := make([]Delivery, len(doors))
	for i, door := range doors {
		payloads[i] = p.Fresh(p.Usual())
		forged[i] = p.forgedThrough(door, p.Carrying(payloads[i], "%s", p.Usual()))
	}
	var open, unclear []Reply
	for i, reply := range p.SendEach(ctx, forged) {
		switch {
		case !reply.Acknowledged():
		case p.observer != nil:
			if p.applied(ctx, payloads[i], 0) > 0 {
				open = append(open, reply)
			}
		case p.takesAnything(ctx, doors[i]):
			unclear = append(unclear, reply)
		default:
			open = append(open, reply)
		}
	}
	if len(unclear) > 0 && len(open) == 0 {
		panic(unobserved{"under another path, method or host the target says yes to anything at all: give --observe a command or URL that tells how often the event {key} was applied"})
	}
	return open
}

// takesAnything tells whether what is no event gets a yes through a door, too.
func (p *Probe) takesAnything(ctx context.Context, d door) bool {
	return p.Send(ctx, p.forgedThrough(d, p.Signed([]byte(`{"khop":1}`), "no event"))).Acknowledged()
}

func (p *Probe) forgedThrough(door door, d Delivery) Delivery {
	d = door.through(p.misproven(d))
	d.Note += ", " + door.note
	return d
}

// ofNobody is a genuine event of a tenant that does not exist, where events name one.
func (p *Probe) ofNobody(e mocks.Event) (Delivery, bool) {
	tenant := p.profile.tenant
	if _, named := e.Payload.Get(tenant); tenant == "" || !named {
		return Delivery{}, false
	}
	return p.Carrying(p.Fresh(e).With(tenant, rawjson.Text("6b686f70-0000-4000-8000-000000000000")), "%s of an unknown %s", e, tenant), true
}
