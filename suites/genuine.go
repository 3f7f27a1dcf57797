package suites

import (
	"context"
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// genuineRules: what is rightly signed is accepted, in whatever form it comes.
var genuineRules = []rule{
	{
		Name: "genuine", Area: Signature,
		Title: "a genuine signature is taken for genuine with every event type",
		Why:   "A verifier that is right for one route or one sample only refuses real events.",
		Fix:   "Verify in one place, before the event type is looked at.",
		For:   demands{"superai": must(superaiSignature), "mobio": must(mobioSignature)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			twice := append(p.DocumentedEach(), p.DocumentedEach()...)
			g.Expect(p.SendEach(ctx, twice)).To(Each(BeTakenForGenuine()))
		},
	},
	{
		Name: "leading-zero", Area: Signature,
		Title: "a digest is accepted whatever digits it begins and ends with",
		Why:   "One delivery in sixteen has a digest that begins with 0: turning it into a number, or its bytes into unpadded hex, drops the zero. Stripping a prefix as a set of letters (strip, ltrim) eats the digest's own a and c.",
		Fix:   "Print every byte of the digest as two hex digits, and never through a big integer; cut prefixes off as whole words.",
		For:   demands{"superai": must(superaiSignature), "mobio": must(mobioSignature)},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var deliveries []Delivery
			for _, end := range []struct{ first, last string }{
				{"0", ""},
				{"00", ""},
				{"a", ""},
				{"b", ""},
				{"c", ""},
				{"d", ""},
				{"e", ""},
				{"f", ""},
				{"", "0"},
				{"", "a"},
				{"", "c"},
				{"", "e"},
			} {
				deliveries = append(deliveries, p.withDigestLike(end.first, end.last))
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
		},
	},
	{
		Name: "header-case", Area: Signature,
		Title: "the signature header is found in any letter case",
		Why:   "HTTP header names have no case, and proxies and HTTP/2 rewrite them in lower case.",
		Fix:   "Look the header up with the framework's own function, not in a map by its exact name.",
		For:   demands{"superai": must(superaiSignature + "; " + httpSemantics + ", 5.1: names are case-insensitive"), "mobio": must(mobioSignature + "; " + httpSemantics + ", 5.1: names are case-insensitive")},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			name := p.Provider.Scheme.Header
			var deliveries []Delivery
			for _, spelling := range []string{strings.ToLower(name), strings.ToUpper(name), http.CanonicalHeaderKey(name), swapCase(name)} {
				d := p.Genuine(p.Usual())
				value := d.Header[name]
				delete(d.Header, name)
				d.Header[spelling] = value
				d.Note += ", header " + spelling
				deliveries = append(deliveries, d)
			}
			g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
		},
	},
}

// withDigestLike is a genuine delivery whose digest begins and ends as wanted: fresh
// events are drawn until one does.
func (p *Probe) withDigestLike(first, last string) Delivery {
	for {
		body := p.baseline.style.Encode(p.enveloped(p.Fresh(p.Usual())))
		if digest := p.Digest(body); strings.HasPrefix(digest, first) && strings.HasSuffix(digest, last) {
			return p.Signed(body, "%s with the digest %s…%s", p.Usual(), digest[:2], digest[len(digest)-2:])
		}
	}
}

func swapCase(name string) string {
	out := []byte(strings.ToLower(name))
	for i := range out {
		if i%2 == 1 {
			out[i] = strings.ToUpper(string(out[i]))[0]
		}
	}
	return string(out)
}

// rawBytesRules: the signature covers the bytes. The same JSON value in other
// bytes, signed as sent, is as genuine.
var rawBytesRules = []rule{
	rawBytes("raw-key-order", "in any order of members", func(_ context.Context, p *Probe) []Delivery {
		var all []Delivery
		for _, e := range p.Events() {
			all = append(all, p.Written(rawjson.Compact, p.Fresh(e).Reversed(), "%s with its members in reverse order", e))
		}
		return all
	}),
	rawBytes("raw-whitespace", "with any white space", func(_ context.Context, p *Probe) []Delivery {
		e := p.Usual()
		indented := func(from, to string) []byte {
			return p.settled(p.Fresh(e), func(v rawjson.Value) []byte {
				return []byte(strings.ReplaceAll(string(rawjson.Pretty.Encode(v)), from, to))
			})
		}
		return []Delivery{
			p.Written(rawjson.Pretty, p.Fresh(e), "%s, indented", e),
			p.Written(rawjson.Spaced, p.Fresh(e), "%s with blanks after commas and colons", e),
			p.Written(rawjson.Compact, p.Fresh(e), "%s without any white space", e),
			p.Signed(indented("\n", "\r\n"), "%s, indented, with CRLF line ends", e),
			p.Signed(indented("  ", "\t"), "%s, indented by tabs", e),
		}
	}),
	rawBytes("raw-escapes", "with any escapes in its strings", func(_ context.Context, p *Probe) []Delivery {
		var all []Delivery
		for _, e := range p.Events() {
			for _, style := range []rawjson.Style{rawjson.Compact, rawjson.PHP, rawjson.EscapedUpper, rawjson.GoMap} {
				payload := p.Fresh(e)
				for _, member := range p.profile.texts {
					if _, there := payload.Get(member); there {
						payload = payload.With(member, rawjson.Text("Đường Hữu Trí / Bình Chánh & <Q.1>"))
					}
				}
				all = append(all, p.Written(style, payload, "%s as %s", e, style.Name))
			}
		}
		return all
	}),
	rawBytes("raw-numbers", "with numbers in any writing", func(ctx context.Context, p *Probe) []Delivery {
		e := p.Usual()
		if _, documented := e.Payload.Get(p.profile.decimal); !documented {
			plain := p.Carrying(p.Fresh(e).With(p.profile.decimal, rawjson.Int(1)), "%s with the unknown member %s", e, p.profile.decimal)
			if !p.Send(ctx, plain).Acknowledged() {
				p.Skip("the target refuses unknown members, which another check reports, and no documented one may hold any number")
			}
		}
		with := func(digits string) rawjson.Value { return p.Fresh(e).With(p.profile.decimal, rawjson.Literal(digits)) }
		var all []Delivery
		for _, digits := range []string{"1658876078.0", "1658876078.500000", "1.658876078505126e9", "1.658876078505126E+9", "1658876078.505126"} {
			all = append(all, p.Carrying(with(digits), "%s with %s = %s", e, p.profile.decimal, digits))
		}
		return all
	}),
	rawBytes("raw-trailing-newline", "with white space around the value", func(_ context.Context, p *Probe) []Delivery {
		between := func(before, after string) []byte {
			return p.settled(p.Fresh(p.Usual()), func(v rawjson.Value) []byte {
				return []byte(before + string(p.baseline.style.Encode(v)) + after)
			})
		}
		return []Delivery{
			p.Signed(between("", "\n"), "a body that ends in a newline"),
			p.Signed(between("", "\r\n"), "a body that ends in CRLF"),
			p.Signed(between(" ", ""), "a body that begins with a blank"),
			p.Signed(between("", "  "), "a body that ends in blanks"),
		}
	}),
}

func rawBytes(name, how string, deliveries func(context.Context, *Probe) []Delivery) rule {
	return rule{
		Name: name, Area: Signature,
		Title: "JSON " + how + ", signed as sent, is accepted",
		Why:   "The signature covers the bytes that were sent. A receiver that parses the body and writes it again before it verifies computes over other bytes, and refuses genuine events as soon as the provider's library writes them differently.",
		Fix:   "Keep the raw body (Express: the verify option of express.json; Flask: request.get_data(); Spring: byte[] or String; PHP: php://input; Go: io.ReadAll) and verify it before parsing.",
		For: demands{
			"superai": must(superaiSignature + "; " + jsonText),
			"mobio":   must(mobioSignature + ", data_string being the data as sent; " + jsonText),
		},
		Run: func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.SendEach(ctx, deliveries(ctx, p))).To(Each(BeAccepted()))
		},
	}
}
