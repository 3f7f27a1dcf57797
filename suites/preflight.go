package suites

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/target"
)

// genuineDelivery is the preflight. A target that says no to everything would pass
// every check of a refusal, so it must say yes to something genuine first.
var genuineDelivery = rule{
	Name: "genuine-delivery", Area: Preflight, Gate: true,
	Title: "a genuine delivery is acknowledged",
	Why:   "A receiver that refuses what the provider really sends gets nothing at all.",
	Fix:   "Check path, secrets and headers first; then compute what the provider documents, over the raw request, and answer 200.",
	For: demands{
		"superai": must(superaiSignature), "mobio": must(mobioSignature),
		"abaha": must(abahaEvents), "esms": must(esmsSamples), "accesstrade": must(accesstradePostback),
	},
	Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
		refusal, found := p.findBaseline(ctx)
		if found {
			return
		}
		if refusal.Failure != nil && refusal.Failure.Kind == target.Timeout {
			// It would be as silent about everything else, and take minutes over it.
			g.Expect(refusal).To(BeAccepted(), "the target gives no answer%s", hint(refusal))
		}
		if other, ok := p.acceptedDialect(ctx); ok {
			panic(misconfigured{fmt.Sprintf(
				"the target refuses this dialect and accepts another: run again with --set %s (the document leaves it open; agree with %s on what your account gets)",
				strings.Join(p.Provider.Differences(p.Account, other), " --set "), p.Provider.Title)})
		}
		g.Expect(refusal).To(BeAccepted(), "%s", p.diagnose(ctx, refusal))
	},
}

// misconfigured ends the preflight: khop's settings do not fit the target, which
// says nothing against the target.
type misconfigured struct{ advice string }

// wireStyles are the writings of JSON that real senders use. A target that verifies
// a re-serialised body accepts the one that its own library writes: that is enough
// for a preflight, and the raw-bytes checks then say exactly what is wrong.
var wireStyles = []rawjson.Style{rawjson.Compact, rawjson.Python, rawjson.PHP, rawjson.GoMap, rawjson.Sorted, rawjson.Spaced}

// findBaseline looks for a genuine delivery that the target acknowledges: the first
// event in every writing, then the other events. It returns the first refusal.
func (p *Probe) findBaseline(ctx context.Context) (refusal Reply, found bool) {
	events := p.Documented()
	defer func() {
		if found {
			p.baseline.events = p.accepted(ctx)
		}
	}()
	try := func(e mocks.Event, style rawjson.Style) bool {
		d := p.Written(style, p.Fresh(e), "%s as %s", e, style.Name)
		reply := p.Send(ctx, d)
		if refusal.probe == nil {
			refusal = reply
		}
		if reply.Acknowledged() {
			*p.baseline = baseline{
				event: e, style: style, took: reply.Took, objection: p.Provider.Objection(reply.Status, reply.Body),
				early: []awaited{{e, p.carried(d)}},
			}
		}
		return reply.Acknowledged()
	}
	for _, style := range wireStyles {
		if try(events[0], style) {
			return refusal, true
		}
		if refusal.Failure != nil {
			return refusal, false // a target that is silent has no favourite writing
		}
	}
	for _, e := range events[1:] {
		if try(e, rawjson.Compact) {
			return refusal, true
		}
	}
	return refusal, false
}

// accepted are the documented events that the target takes, each tried once.
func (p *Probe) accepted(ctx context.Context) []mocks.Event {
	var events []mocks.Event
	for _, e := range p.Documented() {
		d := p.Genuine(e)
		reply := p.Send(ctx, d)
		if p.Provider.Query && !reply.Acknowledged() && !p.baseline.bracesEscaped && bytes.ContainsRune(p.Provider.Write(e.Payload, p.baseline.style), '{') {
			p.baseline.bracesEscaped = true
			d = p.Genuine(e)
			reply = p.Send(ctx, d)
			p.baseline.bracesEscaped = reply.Acknowledged()
		}
		if reply.Acknowledged() {
			events = append(events, e)
			p.baseline.early = append(p.baseline.early, awaited{e, p.carried(d)})
			p.baseline.took = min(p.baseline.took, reply.Took) // the first may have woken it up
		}
	}
	if len(events) == 0 { // a target of moods: it took one a moment ago
		events = append(events, p.baseline.event)
	}
	return events
}

// acceptedDialect looks for another reading of the document that the target shares.
func (p *Probe) acceptedDialect(ctx context.Context) (mocks.Account, bool) {
	for _, account := range p.Provider.Dialects(p.Account, p.pinned) {
		other := *p
		other.Account = account
		for _, style := range wireStyles {
			if other.Send(ctx, other.Written(style, other.Fresh(p.Documented()[0]), "%s with %s", p.Documented()[0],
				strings.Join(p.Provider.Differences(p.Account, account), " "))).Acknowledged() {
				return account, true
			}
		}
	}
	return mocks.Account{}, false
}

// diagnose says what the refusal looks like, and what the target seems to compute
// in place of the documented signature.
func (p *Probe) diagnose(ctx context.Context, refusal Reply) string {
	if p.Provider.Scheme != nil {
		for _, formula := range p.Provider.Scheme.Lookalikes {
			d := p.Genuine(p.Documented()[0])
			digest := formula.Digest(p.Account.Secrets, d.Body)
			for _, value := range []string{p.Provider.Scheme.Value(p.Account, digest), digest} {
				if p.Send(ctx, p.WithHeader(d, value, "signed as %s", formula.Name)).Acknowledged() {
					return fmt.Sprintf("the target accepts a signature computed as %s: that is not the documented formula", formula.Name)
				}
			}
		}
	}
	return "the target refuses every genuine delivery" + hint(refusal)
}

// hint guesses at the reason of a refusal from its status.
func hint(refusal Reply) string {
	switch {
	case refusal.Failure != nil && refusal.Failure.Kind == target.Timeout:
		return "; it took the connection and never answered"
	case refusal.Failure != nil && refusal.probe.target.URL().Scheme == "http":
		return "; does it speak https?"
	case refusal.Failure != nil:
		return ""
	case refusal.Status/100 == 3:
		return fmt.Sprintf("; it redirects to %q, and providers do not follow: give the final address", refusal.Header.Get("Location"))
	case refusal.Status == http.StatusNotFound:
		return "; is the path of --target right?"
	case refusal.Status == http.StatusMethodNotAllowed:
		return "; is this the webhook's path? Deliveries are POST requests"
	case (refusal.Status == http.StatusUnauthorized || refusal.Status == http.StatusForbidden) && refusal.probe.Provider.Scheme == nil:
		return "; is there a header that it wants? --header 'Name: value' sends one"
	case refusal.Status == http.StatusUnauthorized, refusal.Status == http.StatusForbidden:
		return "; are the secrets given to khop those of the target?"
	case refusal.Status >= http.StatusInternalServerError:
		return "; its log should say why it broke"
	}
	return ""
}
