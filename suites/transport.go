package suites

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/target"
)

// transportRules: the same delivery, travelling in other ways that HTTP allows.
var transportRules = []rule{
	travelling("chunked", "a chunked body is accepted", "Senders that stream do not know the length; HTTP/1.1 obliges a server to read this.",
		"Read the body to its end instead of relying on Content-Length.", httpMessages+", 7.1: a recipient must be able to parse chunked",
		func(p *Probe) []Delivery {
			return []Delivery{p.Genuine(p.Usual()).In(target.Manner{Chunked: true}, "in chunks")}
		}),
	travelling("slow-body", "a body that arrives in pieces is accepted", "Networks deliver bodies in pieces. One read gets the first piece only.",
		"Read until the end of the body, with a timeout in seconds.", httpMessages+", 6.3: the body ends where its length says",
		func(p *Probe) []Delivery {
			return []Delivery{p.Genuine(p.Usual()).In(target.Manner{Pause: 150 * time.Millisecond}, "in four pieces over half a second")}
		}),
	{
		Name: "split-body", Area: Transport,
		Title: "a body that arrives in several segments, split inside a character, is accepted",
		Why:   "A body longer than a network packet arrives in pieces, and Vietnamese letters are two or three bytes long. Code that turns each piece into text, or reads once, gets another body.",
		Fix:   "Collect the bytes and decode them once, at the end (Node: Buffer.concat, not data += chunk).",
		For: demands{
			"superai": must(superaiEvents + "; TCP gives no promise about segments"),
			"mobio":   must(mobioEvents + "; TCP gives no promise about segments"),
			"abaha":   must(abahaEvents + "; TCP gives no promise about segments"),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			splittable := strings.Repeat("Đường Hữu Trí, Bình Chánh; ", 8)
			d := p.withText(splittable)
			if !p.Send(ctx, d).Acknowledged() {
				p.Skip("the target refuses this text, written in UTF-8, in one piece too, which other checks report")
			}
			d = p.withText(splittable)
			middle := bytes.Index(d.Body, []byte("ờ")) + 1
			g.Expect(p.Send(ctx, d.In(target.Manner{SplitAt: middle, Pause: 40 * time.Millisecond}, "in two segments, split inside a character"))).To(BeAccepted())
		},
	},
	travelling("expect-continue", "Expect: 100-continue is served", "Some HTTP clients ask before they send a body (curl does above 1 MiB).",
		"Let the HTTP server answer 100 Continue; do not refuse unknown Expect values yourself.", httpSemantics+", 10.1.1",
		func(p *Probe) []Delivery {
			return []Delivery{p.Genuine(p.Usual()).In(target.Manner{ExpectContinue: true}, "with Expect: 100-continue")}
		}),
	travelling("charset", "a charset in the content type is accepted", "Many HTTP clients add charset=utf-8 by themselves.",
		"Compare the media type without its parameters.", httpSemantics+", 8.3: a media type may carry parameters",
		func(p *Probe) []Delivery {
			var all []Delivery
			for _, value := range []string{"application/json; charset=utf-8", "application/json;charset=UTF-8"} {
				d := p.Genuine(p.Usual())
				d.Header.Set("Content-Type", value)
				d.Note += " as " + value
				all = append(all, d)
			}
			return all
		}).alsoFor("accesstrade", should(httpSemantics+", 8.3: a media type may carry parameters")),
	{
		Name: "keep-alive", Area: Transport,
		Title: "a connection that carried one delivery carries the next, also after a refused one",
		Why:   "Senders use connections again. A body that was left unread becomes the beginning of the next request.",
		Fix:   "Read the whole body before refusing, or close the connection with the refusal.",
		For: demands{
			"superai": must(superaiSuccess + "; " + httpMessages + ", 9.3: persistent connections are the default"),
			"mobio":   must(mobioSuccess + "; " + httpMessages + ", 9.3: persistent connections are the default"),
			"abaha":   must(abahaAnswer + "; " + httpMessages + ", 9.3: persistent connections are the default"),
			"esms":    must(esmsGet + "; " + httpMessages + ", 9.3: persistent connections are the default"),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			connection := p.target.Session()
			defer connection.Close()
			own := *p
			own.over = connection
			var replies []Reply
			for _, before := range []string{"first", "after an accepted one", "after a refused one"} {
				d := own.Genuine(own.Usual())
				d.Note += " on one connection, " + before
				replies = append(replies, own.Send(ctx, d))
				if between := own.refusable(); len(replies) == 2 && len(between) > 0 {
					own.Send(ctx, between[0])
				}
			}
			g.Expect(replies).To(Each(BeAccepted()))
		},
	},
	{
		Name: "wrong-method", Area: Transport,
		Title: "another method than the documented one is refused with a 4xx",
		Why:   "A route that takes every method is reached by what was never meant for it.",
		Fix:   "Register the route for the documented method; the framework then answers 405.",
		For: demands{
			"superai": should(superaiDoc + ", Ví Dụ: updates are POST requests"),
			"mobio":   should(mobioSales + ", every section: Method POST"),
			"abaha":   should(abahaDoc + ", section D: Method POST"),
			"esms":    should(esmsGet),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			others := []string{http.MethodPut, http.MethodPatch, http.MethodDelete}
			if p.Provider.Query {
				others = append(others, http.MethodPost)
			}
			for _, method := range others {
				d := p.Genuine(p.Usual())
				d.Method = method
				d.Note += " by " + method
				deliveries = append(deliveries, d)
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeRefusedAsMethod()))
		},
	},
	{
		Name: "liveness", Area: Transport,
		Title: "a GET on the webhook URL is answered with 2xx",
		Why:   "Mobio asks with a GET whether the URL is online. A URL that does not answer gets warning mails, and after an hour nothing else.",
		Fix:   "Answer GET on the same path with 200 and no side effect.",
		For:   demands{"mobio": must(mobioAlive)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			probing := mocks.Request{Method: http.MethodGet, Header: http.Header{"User-Agent": {"khop"}}}
			g.Expect(p.Send(ctx, Delivery{Request: probing, Note: "GET, as Mobio asks whether the URL is online"})).To(BeAlive())
		},
	},
	{
		Name: "burst", Area: Transport,
		Title: "64 events at once are all acknowledged",
		Why:   "A bulk update of deals or parcels sends its events together. What is refused then may never come again.",
		Fix:   "Serve requests concurrently, guard shared state with a lock that waits, size pools and limits for bursts.",
		For:   demands{"superai": must(superaiNoRetry), "mobio": must(mobioSuccess), "abaha": must(abahaAnswer), "esms": must(esmsRetry + "; what is refused does not come again")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			const many = 64
			var deliveries []Delivery
			for i := range many {
				deliveries = append(deliveries, p.Genuine(p.Events()[i%len(p.Events())]))
			}
			g.Expect(p.SendCrowd(ctx, deliveries)).To(Each(BeAccepted()))
		},
	},
}

// withText is a genuine delivery with a text in the first member that may hold one,
// written raw: as UTF-8 and not as escapes.
func (p *Probe) withText(text string) Delivery {
	for _, e := range append([]mocks.Event{p.Usual()}, p.Events()...) {
		for _, member := range p.profile.texts {
			if _, there := e.Payload.Get(member); there {
				return p.Written(rawjson.Compact, p.Fresh(e).With(member, rawjson.Text(text)), "%s with Vietnamese text", e)
			}
		}
	}
	p.Skip("the target takes no event that holds free text")
	return Delivery{}
}

// alsoFor is the same rule, made by one more provider.
func (r rule) alsoFor(provider string, d demand) rule {
	r.For[provider] = d
	return r
}

// travelling is a rule about a manner that the provider's document says nothing
// about, and HTTP does.
func travelling(name, title, why, fix, source string, deliveries func(*Probe) []Delivery) rule {
	return rule{
		Name: name, Area: Transport, Title: title, Why: why, Fix: fix,
		For: demands{"superai": should(source), "mobio": should(source), "abaha": should(source)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, deliveries(p))).To(Each(BeAccepted()))
		},
	}
}
