package suites

import (
	"context"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// similarRules: two messages may have almost everything in common.
var similarRules = []rule{
	effect("similar-ids", Retry, "messages whose SMSIDs differ in the last character alone are each applied",
		"A column of 32 or 36 characters cuts the id off, and a number loses its last digits: the second message is then taken for the first.",
		"Keep the whole SMSID as text, in a column with room to spare.",
		demands{"esms": must(esmsTable + ": SMSID is the message's code; the samples have ids of 32, 35 and 38 characters")},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var forms []form
			for _, e := range p.ofEachLength(p.Applied()) {
				first := p.Fresh(e)
				forms = append(forms,
					p.form(first, "%s", e),
					p.form(lookalike(first), "%s, with the SMSID before it but for the last character", e))
			}
			p.sendAll(ctx, forms)
			p.expectApplied(ctx, g, forms...)
		}),
	effect("shared-request", Retry, "messages of one RequestId are each applied",
		"RequestId names what the partner asked for, which may be several messages: to several people, or by SMS where Zalo did not reach them.",
		"Tell reports apart by SMSID; use RequestId to find what was asked for.",
		demands{"esms": should(esmsTable + ": SMSID is the message's code, RequestId that of the partner's request")},
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			request, forms := p.Fresh(p.Usual()), []form(nil)
			id, _ := request.Get("/SMSID")
			for _, phone := range []string{"0901888484", "0901888485"} {
				payload := p.Fresh(p.Usual()).With("/RequestId", id)
				if _, there := payload.Get("/phonenumber"); there {
					payload = payload.With("/phonenumber", rawjson.Text(phone))
				}
				forms = append(forms, p.form(payload, "%s of a request of several messages", p.Usual()))
			}
			p.sendAll(ctx, forms)
			// A target that knows its own requests has no use for others.
			if p.applied(ctx, forms[0].payload, 1) == 0 {
				p.Skip("the target does not apply a message of a RequestId that it did not give")
			}
			p.expectApplied(ctx, g, forms...)
		}),
}

// sendAll sends forms one after the other, and notes the replies.
func (p *Probe) sendAll(ctx context.Context, forms []form) {
	for i, reply := range p.SendEach(ctx, deliveriesOf(forms)) {
		forms[i].reply = reply
	}
}

// ofEachLength are the first events with an identity of each length.
func (p *Probe) ofEachLength(events []mocks.Event) []mocks.Event {
	var all []mocks.Event
	known := map[int]bool{}
	for _, e := range events {
		if length := len(p.Provider.Identity(e.Payload)); !known[length] {
			known[length] = true
			all = append(all, e)
		}
	}
	return all
}

// lookalike is a callback about another message, whose id ends differently.
func lookalike(callback rawjson.Value) rawjson.Value {
	id, _ := callback.Get("/SMSID")
	text := id.Content()
	last := "1"
	if strings.HasSuffix(text, last) {
		last = "2"
	}
	return callback.With("/SMSID", rawjson.Text(text[:len(text)-1]+last))
}
