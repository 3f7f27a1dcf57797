package suites

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// forgery is a rule about deliveries that the provider never signed: all of them
// are refused.
func forgery(name, title, why, fix string, deliveries func(context.Context, *Probe) []Delivery) rule {
	return rule{
		Name: name, Area: Signature, Title: title, Why: why, Fix: fix,
		For: demands{"superai": must(superaiSignature), "mobio": must(mobioSignature)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, deliveries(ctx, p))).To(Each(BeRefused()))
		},
	}
}

const (
	anybody = "Anybody who knows the URL can then book, cancel or complete orders."
	compare = "Compare the whole computed digest with the whole received one, with the language's constant-time function."
)

// forgedHeaderRules: the header is missing, or is not the digest.
var forgedHeaderRules = []rule{
	forgery("missing-header", "a delivery without the signature header is refused", anybody,
		"Refuse when the header is absent, before anything else; do not verify only if it is there.",
		func(_ context.Context, p *Probe) []Delivery {
			var all []Delivery
			for _, d := range p.GenuineEach() {
				all = append(all, p.unsigned(d))
			}
			for _, stranger := range []struct{ header, value string }{{"Authorization", "Bearer khop"}, {"X-Forwarded-For", "127.0.0.1"}} {
				d := p.unsigned(p.Genuine(p.Usual()))
				d.Header.Set(stranger.header, stranger.value)
				d.Note += ", with " + stranger.header
				all = append(all, d)
			}
			return all
		}),
	forgery("empty-header", "an empty signature is refused", anybody,
		"An empty value is a wrong signature, not an absent one that needs no check.",
		func(_ context.Context, p *Probe) []Delivery {
			var all []Delivery
			for _, d := range p.GenuineEach() {
				all = append(all, p.WithHeader(d, "", "with an empty header"))
				if empty := p.Provider.Scheme.Value(p.Account, ""); empty != "" {
					all = append(all, p.WithHeader(d, empty, "with nothing behind %s", empty))
				}
			}
			return all
		}),
	forgery("header-truncated", "the beginning of the right digest is refused", "A comparison over the shorter length can be guessed digit by digit.", compare,
		func(_ context.Context, p *Probe) []Delivery {
			d := p.Genuine(p.Usual())
			digest := p.Digest(d.Body)
			var all []Delivery
			for _, n := range []int{len(digest) - 1, len(digest) / 2, 8, 1} {
				all = append(all, p.WithDigest(d, digest[:n], "with the first %d digits of its digest", n))
			}
			return append(all, p.WithDigest(d, digest[1:], "with its digest less the first digit"))
		}),
	forgery("header-lengthened", "the right digest with more digits behind it is refused", "A comparison that stops early is not a comparison.", compare,
		func(_ context.Context, p *Probe) []Delivery {
			return p.lengthened()
		}),
	headerJunk,
	otherContentType,
	forgery("wrong-same-length", "another digest of the same length is refused", anybody, compare,
		func(_ context.Context, p *Probe) []Delivery {
			var all []Delivery
			for _, d := range p.GenuineEach() {
				n := len(p.Digest(d.Body))
				all = append(all, p.missigned(d), p.WithDigest(d, strings.Repeat("0", n), "with %d zeros", n))
			}
			return all
		}),
	forgery("first-half-right", "a digest that is right in part only is refused", "Shortened comparisons make a forgery a matter of a few tries.", compare,
		func(_ context.Context, p *Probe) []Delivery {
			d := p.Genuine(p.Usual())
			digest := p.Digest(d.Body)
			n := len(digest)
			return []Delivery{
				p.WithDigest(d, flip(digest, n/2, n), "with only the first half of its digest right"),
				p.WithDigest(d, flip(digest, 0, n/2), "with only the second half of its digest right"),
				p.WithDigest(d, flip(digest, n-1, n), "with the last digit of its digest wrong"),
				p.WithDigest(d, flip(digest, 0, 1), "with the first digit of its digest wrong"),
				p.WithDigest(d, flip(digest, n/2, n/2+1), "with one digit in the middle of its digest wrong"),
			}
		}),
	{
		Name: "odd-headers", Area: Signature,
		Title: "a signature header of any shape gets no 5xx",
		Why:   "Constant-time functions throw on other lengths and on non-ASCII text; unhandled, one bad request takes the worker down.",
		Fix:   "Check length and alphabet of the header before comparing, or compare digests of both sides.",
		For:   demands{"superai": must(superaiSignature + "; " + ownFault), "mobio": must(mobioSignature + "; " + ownFault)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			d := p.Genuine(p.Usual())
			if usual := p.Send(ctx, p.missigned(d)); usual.Failure == nil && usual.Status >= http.StatusInternalServerError {
				p.Skip("the target refuses with %d whatever the header looks like, which another check reports", usual.Status)
			}
			digest := p.Digest(d.Body)
			odd := []Delivery{
				p.WithDigest(d, "chữ-ký", "with a header in UTF-8"),
				p.WithDigest(d, "ch\xff\xfe", "with a header of bytes that are no text"),
				p.WithDigest(d, strings.Repeat("é", len(digest)/2), "with a non-ASCII header as long as a digest"),
				p.WithDigest(d, strings.Repeat("z", len(digest)), "with letters that are no hex digits"),
				p.WithDigest(d, "a", "with a header of one letter"),
				p.WithDigest(d, digest[:len(digest)/2], "with half a digest"),
				p.WithDigest(d, strings.Repeat("a", 7<<10), "with a header of 7 KiB"),
				p.WithHeader(d, "=", "with a header of one equals sign"),
				p.WithHeader(d, "a b;c,d", "with a header of several words"),
			}
			doubled := p.WithDigest(d, digest, "with two signature headers")
			doubled.Header[p.Provider.Scheme.Header] = []string{p.Provider.Scheme.Value(p.Account, flip(digest, 0, len(digest))), p.Provider.Scheme.Value(p.Account, digest)}
			g.Expect(p.SendEach(ctx, append(odd, doubled))).To(Each(BeSurvived()))
		},
	},
}

// lengthened are deliveries whose header holds the right digest and whole bytes more:
// other bytes, however their hex is read.
func (p *Probe) lengthened() []Delivery {
	d := p.Genuine(p.Usual())
	digest := p.Digest(d.Body)
	return []Delivery{
		p.WithDigest(d, digest+"00", "with two digits more"),
		p.WithDigest(d, digest+digest, "with its digest twice in one value"),
	}
}

// headerJunk: a receiver that decodes the header before it compares may well read the
// right bytes out of a wrong text. Nobody can forge anything by it: the digest has to be
// there. That is why it is no MUST.
var headerJunk = rule{
	Name: "header-junk", Area: Signature,
	Title: "the right digest with junk around or between its digits is refused",
	Why:   "Decoders forgive: Node's Buffer.from stops at the first character that is no hex and drops an odd digit, Python's bytes.fromhex skips blanks, a number has no leading zeros. Nothing can be forged with it, but one signature then has many spellings, and whoever looks for repeated ones by their text is deceived.",
	Fix:   "Compare the header's text with the computed hex, or check that it is exactly as many hex digits as a digest has before decoding it.",
	For:   demands{"superai": should(superaiSignature), "mobio": should(mobioSignature)},
	Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
		if slices.ContainsFunc(p.SendEach(ctx, p.lengthened()), Reply.Acknowledged) {
			p.Skip("the target accepts longer signatures of any kind, which another check reports")
		}
		d := p.Genuine(p.Usual())
		digest := p.Digest(d.Body)
		half := len(digest) / 2
		g.Expect(p.SendEach(ctx, []Delivery{
			p.WithDigest(d, digest+"0", "with one digit more"),
			p.WithDigest(d, digest+"zz", "with letters behind its digest that are no hex digits"),
			p.WithDigest(d, digest+", khop", "with a word behind its digest"),
			p.WithDigest(d, "00"+digest, "with two zeros before its digest"),
			p.WithDigest(d, digest[:half]+" "+digest[half:], "with a blank in the middle of its digest"),
		})).To(Each(BeRefused()))
	},
}

// otherContentType: what verifies in front of a route may be bound to one content type,
// and a forger is free to name another.
var otherContentType = rule{
	Name: "other-content-type", Area: Signature,
	Title: "a forged delivery is refused whatever content type it names",
	Why:   "A filter or a parser hook that verifies JSON alone waves everything else through to a handler that reads the body all the same, and a forger chooses the content type.",
	Fix:   "Verify every request to the webhook's address, before anything looks at its content type. To refuse other types is fine; to let them pass unverified is not.",
	For:   demands{"superai": must(superaiSignature), "mobio": must(mobioSignature)},
	Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
		forged := p.missigned(p.Genuine(p.Usual()))
		if p.Send(ctx, forged).Acknowledged() {
			p.Skip("the target accepts a wrong signature of any content type, which another check reports")
		}
		var all []Delivery
		for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=khop", "application/octet-stream", "text/json", "application/JSON"} {
			d := p.missigned(p.Genuine(p.Usual()))
			d.Header.Set("Content-Type", contentType)
			d.Note += ", as " + contentType
			all = append(all, d)
		}
		untyped := p.missigned(p.Genuine(p.Usual()))
		untyped.Header.Del("Content-Type")
		untyped.Note += ", without a content type"
		g.Expect(p.SendEach(ctx, append(all, untyped))).To(Each(BeRefused()))
	},
}

// forgedBodyRules: the digest is right, for another body.
var forgedBodyRules = []rule{
	forgery("body-changed", "a body changed after signing is refused", "A relay could change an amount or a status on the way.", "Verify the bytes that you then parse.",
		func(_ context.Context, p *Probe) []Delivery {
			var all []Delivery
			for _, e := range p.Events() {
				payload := p.Fresh(e)
				d := p.Carrying(payload, "%s", e)
				all = append(all, p.WithBody(d, p.Carrying(payload.With(p.profile.amount, changed(payload, p.profile.amount)), "").Body, "with another value of %s", p.profile.amount))
				last := bytes.LastIndexAny(d.Body, "0123456789")
				flipped := bytes.Clone(d.Body)
				flipped[last] = '0' + (flipped[last]-'0'+1)%10
				all = append(all, p.WithBody(d, flipped, "with one digit of the body changed"))
			}
			return all
		}),
	forgery("body-truncated", "a body cut short after signing is refused", "Half an event is not the event that was signed.", "Verify the whole body, as long as Content-Length says.",
		func(_ context.Context, p *Probe) []Delivery {
			d := p.Genuine(p.Usual())
			return []Delivery{
				p.WithBody(d, d.Body[:len(d.Body)-1], "without the last byte"),
				p.WithBody(d, d.Body[:len(d.Body)/2], "with the first half of the body"),
				p.WithBody(d, nil, "without a body"),
			}
		}),
	forgery("body-lengthened", "a body with something added after signing is refused", "What was added was not signed, and a parser may well prefer it.", "Verify the bytes as they came: no trimming, no parsing and writing again.",
		func(_ context.Context, p *Probe) []Delivery {
			d := p.Genuine(p.Usual())
			open := string(d.Body[:len(d.Body)-1])
			return []Delivery{
				p.WithBody(d, []byte(open+`,"khop_extra":1}`), "with a member added"),
				p.WithBody(d, []byte(string(d.Body)+"\n"), "with a newline added"),
				p.WithBody(d, []byte(string(d.Body)+string(d.Body)), "with the body doubled"),
			}
		}),
	forgery("of-another-body", "a signature that was accepted with another body is refused", "Whoever saw one genuine delivery could sign everything with it.", "Compute the digest of each body anew; do not remember accepted signatures.",
		func(ctx context.Context, p *Probe) []Delivery {
			var all []Delivery
			for _, e := range p.Events() {
				accepted := p.Genuine(e)
				p.Send(ctx, accepted)
				all = append(all, p.WithDigest(p.Genuine(e), p.Digest(accepted.Body), "with the signature of an earlier delivery"))
			}
			return all
		}),
}

// forgedAgainRules: what was accepted once is not thereby accepted in any form.
var forgedAgainRules = []rule{
	forgery("known-event", "a forged delivery of an event that is known already is refused", "A receiver that looks for duplicates first answers 200 to whoever names an event that it has, and tells strangers which ones those are.",
		"Verify before anything else, also before looking for duplicates.",
		func(ctx context.Context, p *Probe) []Delivery {
			var all []Delivery
			for _, d := range p.GenuineEach() {
				p.Send(ctx, d)
				d.Note += ", known already"
				all = append(all, p.unsigned(d), p.missigned(d))
			}
			return all
		}),
}

// forgedKeyRules: a digest of the right body, made with the wrong key or formula.
var forgedKeyRules = []rule{
	forgery("wrong-key", "a delivery signed with another secret is refused", anybody, compare,
		func(_ context.Context, p *Probe) []Delivery {
			var all []Delivery
			for _, e := range p.Events() {
				d := p.Genuine(e)
				for _, secret := range p.Provider.Secrets {
					other := maps.Clone(p.Account.Secrets)
					other[secret.Name] = "khop-" + other[secret.Name]
					all = append(all, p.WithDigest(d, p.Provider.Scheme.Digest(other, d.Body), "signed with another %s", secret.Name))
				}
			}
			return all
		}),
	lookalikes(mocks.WithoutSecret, "a digest that needs no secret is refused", anybody, "Put the shared secret into what is hashed, as documented."),
	lookalikes(mocks.EmptySecret, "a signature made with an empty secret is refused",
		"A secret that was not configured becomes \"\", \"undefined\" or \"None\", and then everybody knows it.", "Refuse to start without the secret."),
	only("mobio", lookalikes(mocks.SwappedKeys, "app_id and app_secret the wrong way round are refused",
		"A receiver that takes both orders does not know which formula it implements.", "Hash app_id, then the body, then app_secret.")),
	lookalikes(mocks.OtherConstruction, "a digest of another construction is refused",
		"Accepting HMAC and plain hashes alike widens what an attacker may try.", "Implement the documented construction and no other."),
}

func lookalikes(confusion mocks.Confusion, title, why, fix string) rule {
	return forgery(string(confusion), title, why, fix, func(_ context.Context, p *Probe) []Delivery {
		var all []Delivery
		for _, formula := range p.Provider.Scheme.Confused(confusion) {
			for _, d := range p.confusable(confusion) {
				digest := formula.Digest(p.Account.Secrets, d.Body)
				if digest != p.Digest(d.Body) {
					all = append(all, p.WithDigest(d, digest, "signed as %s", formula.Name))
				}
			}
		}
		if len(all) == 0 {
			p.Skip("with these secrets it is the same as the documented signature")
		}
		return all
	})
}

// confusable are deliveries to sign in a wrong way. A secret that is looked up by the name
// of a tenant is empty for one that is not known.
func (p *Probe) confusable(confusion mocks.Confusion) []Delivery {
	all := []Delivery{p.Genuine(p.Usual())}
	if stranger, named := p.ofNobody(p.Usual()); named && confusion == mocks.EmptySecret {
		all = append(all, stranger)
	}
	return all
}

// only keeps a rule for one provider.
func only(provider string, r rule) rule {
	r.For = demands{provider: r.For[provider]}
	return r
}

// flip changes every hex digit from one place to another.
func flip(digest string, from, to int) string {
	out := []byte(digest)
	for i := from; i < to; i++ {
		out[i] = "123456789abcdef0"[strings.IndexByte("0123456789abcdef", out[i])]
	}
	return string(out)
}

// changed is another value of the same type and length.
func changed(payload rawjson.Value, member string) rawjson.Value {
	v, _ := payload.Get(member)
	digits := []byte(v.Content())
	digits[0] = '1' + (digits[0]-'0')%9
	if v.Kind() == rawjson.Number {
		return rawjson.Literal(string(digits))
	}
	return rawjson.Text(string(digits))
}
