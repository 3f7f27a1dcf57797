package suites

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// The endpoint rules turn the tables: the target plays AccessTrade, and khop is the
// merchant who posts to it.

const (
	accesstradeDoc      = "https://docs.accesstrade.vn, Tracking API"
	accesstradePostback = accesstradeDoc + ", POST /core/transactions/postback"
	accesstradeMembers  = accesstradePostback + ", table of the parameters"
	accesstradeAnswers  = accesstradePostback + ", Kết quả trả về: status true or false, with a message"
	accesstradeListing  = accesstradeDoc + ", GET /core/transactions"
	accesstradeBulk     = accesstradeDoc + ", POST /core/transactions/postbacks/common"
	accesstradeSign     = accesstradeMembers + ": signature = md5(transaction_id + secret_key)"
)

// postbackRules: what is taken and what is refused of a single order.
var postbackRules = []rule{
	endpoint("signature-missing", Must, accesstradeSign, "a postback without a signature is refused",
		"Anybody could book commissions.", "Refuse when the member is absent or empty.",
		refuses(func(p *Probe) []Delivery {
			return []Delivery{
				p.tampered("without signature", func(v rawjson.Value) rawjson.Value { return v.Without("/signature") }),
				p.tampered("with an empty signature", set("/signature", rawjson.Text(""))),
				p.tampered("with null for a signature", set("/signature", rawjson.Value{})),
			}
		})),
	endpoint("signature-wrong", Must, accesstradeSign, "a postback with a wrong signature is refused",
		"Anybody could book commissions.", "Refuse a signature that is no string; then compare the whole digest with md5(transaction_id + secret_key), and strictly: in PHP true == any text.",
		refuses(func(p *Probe) []Delivery {
			return append([]Delivery{
				p.missignedPostback("with zeros for a signature", func(string, string, string) string { return strings.Repeat("0", 32) }),
				p.missignedPostback("with half its signature", func(_, _, right string) string { return right[:16] }),
				p.missignedPostback("with more behind its signature", func(_, _, right string) string { return right + "00" }),
				p.missignedPostback("with the last digit of its signature wrong", func(_, _, right string) string { return flip(right, 31, 32) }),
			}, p.mistypedSignatures()...)
		})),
	endpoint("signature-formula", Must, accesstradeSign, "a signature of another formula is refused",
		"A digest that needs no secret, or takes it in another place, is another contract.", "Hash transaction_id, then secret_key, with MD5.",
		refuses(func(p *Probe) []Delivery {
			return []Delivery{
				p.missignedPostback("signed as md5(transaction_id)", func(id, _, _ string) string { return md5Of(id) }),
				p.missignedPostback("signed as md5(secret_key + transaction_id)", func(id, secret, _ string) string { return md5Of(secret + id) }),
				p.tampered("signed as md5(transaction_id + access_key), which needs no secret", func(v rawjson.Value) rawjson.Value {
					id, _ := v.Get("/transaction_id")
					return v.With("/signature", rawjson.Text(md5Of(id.Content()+p.Account.Secrets[accesstrade.AccessKey])))
				}),
				p.missignedPostback("signed as md5(secret_key)", func(_, secret, _ string) string { return md5Of(secret) }),
				p.missignedPostback("signed with another secret", func(id, secret, _ string) string { return md5Of(id + "khop" + secret) }),
			}
		})),
	endpoint("signature-of-another-id", Must, accesstradeSign, "a signature of another order is refused",
		"Whoever saw one postback could report every order.", "Compute the digest of each order's own id.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			other := p.tampered("of another order, genuine", func(v rawjson.Value) rawjson.Value { return v })
			g.Expect(p.Send(ctx, other)).To(BeAccepted())
			signature, _ := rawjson.MustParse(other.Body).Get("/signature")
			g.Expect(p.Send(ctx, p.missignedPostback("with the signature of an order that was accepted before", func(string, string, string) string {
				return signature.Content()
			}))).To(BeRefused())
		}),
	endpoint("forged-first", Must, accesstradeSign+"; "+accesstradeListing, "an order is accepted and listed after a forged postback of it was refused",
		"Whoever guesses an order's id posts it first. An endpoint that notes the id before it verifies takes the merchant's own postback for a repeated one, and the order is never settled.", "Verify before the order's id is recorded anywhere.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			d, id := p.order(day, "", 0)
			if p.Send(ctx, p.missignedOrder(d)).Acknowledged() {
				p.Skip("the target accepts a plain forgery, which another check reports")
			}
			d.Note += ", after a forged one of the same order"
			g.Expect(p.Send(ctx, d)).To(BeAccepted())
			p.expectListed(ctx, g, day, id, 0, 1)
		}),
	endpoint("unknown-access-key", Must, accesstradeMembers+": access_key is given to the merchant", "a postback with an unknown access_key is refused",
		"The order would be booked for nobody, or for another merchant. Where no merchant means no secret_key, anybody can sign.", "Look the merchant up by the key first, and refuse where there is none.",
		refuses(func(p *Probe) []Delivery {
			return append([]Delivery{
				p.tampered("with an unknown access_key", set("/access_key", rawjson.Text("khop-unknown"))),
				p.tampered("with half of the access_key", set("/access_key", rawjson.Text(half(p.Account.Secrets[accesstrade.AccessKey])))),
				p.tampered("with true for an access_key", set("/access_key", rawjson.MustParse([]byte("true")))),
				p.tampered("without access_key", func(v rawjson.Value) rawjson.Value { return v.Without("/access_key") }),
			}, p.signedWithNothing()...)
		})),
	endpoint("required-members", Must, accesstradeMembers+", column Bắt buộc", "a postback that lacks a required member is refused",
		"An order without price or quantity cannot be paid out.", "Validate each required member, those of every product too.",
		refuses(func(p *Probe) []Delivery {
			var all []Delivery
			for _, member := range []string{
				"/transaction_id", "/transaction_time", "/products/0/sku", "/products/0/price", "/products/0/quantity",
				"/products/0/category_id", "/products/0/status",
			} {
				all = append(all, p.tampered("without "+member, func(v rawjson.Value) rawjson.Value { return v.Without(member) }))
			}
			return all
		})),
	endpoint("types", Must, accesstradeMembers+", column Type", "a member of the wrong type is refused",
		"A text becomes 0, half a piece becomes none, or an exception comes somewhere later.", "Validate the type of every documented member.",
		refuses(func(p *Probe) []Delivery {
			return []Delivery{
				p.tampered("with text for transaction_time", set("/transaction_time", rawjson.Text("yesterday"))),
				p.tampered("with digits as text for transaction_time", set("/transaction_time", rawjson.Text("1447388224436"))),
				p.tampered("with text for a price", set("/products/0/price", rawjson.Text("free"))),
				p.tampered("with half a piece", set("/products/0/quantity", rawjson.Literal("1.5"))),
				p.tampered("with text for products", set("/products", rawjson.Text("none"))),
				p.tampered("with an object for transaction_value", set("/transaction_value", rawjson.Record())),
			}
		})),
	endpoint("seconds-refused", Should, accesstradeMembers+": transaction_time in milliseconds", "a transaction_time in seconds is refused",
		"Ten digits put the order into January 1970, outside every report.", "Refuse what is too small to be milliseconds, and say so.",
		refuses(func(p *Probe) []Delivery {
			return []Delivery{p.tampered("with ten digits in transaction_time", set("/transaction_time", rawjson.Literal("1447388224")))}
		})),
	endpoint("status-values", Must, accesstradeMembers+": 0 pending, 1 success, -1 cancelled; typed Float for the order and Integer for a product", "the documented states are accepted, and no other",
		"A state that is stored and means nothing is never paid and never cancelled.", "Take 0, 1 and -1, written as 0.0 too; refuse the rest.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var good, bad []Delivery
			for _, state := range []string{"0", "1", "-1", "0.0", "1.0"} {
				good = append(good, p.tampered("with transaction_status "+state, set("/transaction_status", rawjson.Literal(state))))
			}
			for _, state := range []string{"0", "1", "-1"} {
				good = append(good, p.tampered("with a product in status "+state, set("/products/0/status", rawjson.Literal(state))))
			}
			for _, state := range []string{"2", "-2", "7"} {
				bad = append(bad,
					p.tampered("with transaction_status "+state, set("/transaction_status", rawjson.Literal(state))),
					p.tampered("with a product in status "+state, set("/products/0/status", rawjson.Literal(state))))
			}
			g.Expect(p.SendEach(ctx, good)).To(Each(BeAccepted()))
			g.Expect(p.SendEach(ctx, bad)).To(Each(BeRefused()))
		}),
	endpoint("category-forms", Must, accesstradePostback+": category and a number in the sample, category_name and String in the table", "both documented forms of a product's category are accepted",
		"Sample and table disagree; merchants follow either.", "Take category or category_name, and category_id as text or number.",
		accepts(func(p *Probe) []Delivery {
			named := func(v rawjson.Value) rawjson.Value {
				return v.Without("/products/0/category").With("/products/0/category_name", rawjson.Text("Điện tử"))
			}
			return []Delivery{
				p.tampered("with category", set("/products/0/category", rawjson.Text("Điện tử"))),
				p.tampered("with category_name", named),
				p.tampered("with a number in category_id", set("/products/0/category_id", rawjson.Int(123))),
				p.tampered("with text in category_id", set("/products/0/category_id", rawjson.Text("123"))),
			}
		})),
	endpoint("optional-members", Must, accesstradeMembers+", column Bắt buộc: Không", "members that are not required may be absent",
		"A minimal postback is a valid one.", "Give optional members a default.",
		accepts(func(p *Probe) []Delivery {
			optional := []string{
				"/transaction_discount", "/transaction_value", "/transaction_status", "/session_id",
				"/products/0/id", "/products/0/name", "/products/0/url", "/products/0/category",
			}
			var all []Delivery
			for _, member := range optional {
				all = append(all, p.tampered("without "+member, func(v rawjson.Value) rawjson.Value { return v.Without(member) }))
			}
			return append(all, p.tampered("with required members only", func(v rawjson.Value) rawjson.Value {
				for _, member := range optional {
					v = v.Without(member)
				}
				return v
			}))
		})),
	endpoint("extra-members", Should, accesstradePostback+": sample and table name different members", "members that the document does not name are ignored",
		"The contract grows; senders are ahead of the endpoint.", "Let the decoder ignore unknown members.",
		accepts(func(p *Probe) []Delivery {
			return []Delivery{
				p.tampered("with an unknown member", set("/khop_extra", rawjson.Text("new"))),
				p.tampered("with an unknown member in a product", set("/products/0/khop_extra", rawjson.Text("new"))),
			}
		})),
	endpoint("unicode", Must, accesstradeMembers+": names are strings", "Vietnamese text is accepted",
		"Product names are Vietnamese.", "Read the body as UTF-8.",
		accepts(func(p *Probe) []Delivery {
			return []Delivery{p.tampered("with a Vietnamese product name", set("/products/0/name", rawjson.Text("Nồi cơm điện “Sơn Hà” 1,8 lít – hoả tốc 😀")))}
		})),
	endpoint("success-shape", Must, accesstradeAnswers, `success is answered {"status": true, "message": "Done"}`,
		"The merchant's code compares with exactly that.", "Answer that JSON object, status being a boolean.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			g.Expect(p.Send(ctx, p.Genuine(p.Usual()))).To(BeJSONWith("status true and message Done", func(v rawjson.Value) bool {
				return is(v, "/status", rawjson.Bool, "true") && is(v, "/message", rawjson.String, "Done")
			}))
		}),
	endpoint("failure-shape", Must, accesstradeAnswers, `a refusal is answered with JSON {"status": false, "message": "..."}`,
		"The document's own sample of it is broken JSON; a merchant that parses a copy of it fails on every refusal.", "Emit valid JSON with status false, a boolean, and a message that says why.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			replies := p.SendEach(ctx, []Delivery{
				p.missignedPostback("with a wrong signature", func(_, _, right string) string { return flip(right, 0, 32) }),
				p.tampered("with true for a signature", set("/signature", rawjson.MustParse([]byte("true")))),
				p.tampered("with Vietnamese letters for a signature", set("/signature", rawjson.Text(vietnameseDigest))),
				p.tampered("without transaction_id", func(v rawjson.Value) rawjson.Value { return v.Without("/transaction_id") }),
				p.tampered("with digits as text for transaction_time", set("/transaction_time", rawjson.Text("1447388224436"))),
				p.tampered("with text for a price", set("/products/0/price", rawjson.Text("free"))),
				p.tampered("with an unknown access_key", set("/access_key", rawjson.Text("khop-unknown"))),
				p.Signed([]byte("xin chào"), "text that is not JSON"),
			})
			refused := slices.DeleteFunc(replies, Reply.Acknowledged)
			if len(refused) == 0 {
				p.Skip("the target refuses nothing, which other checks report")
			}
			g.Expect(refused).To(Each(BeJSONWith("status false and a message", refusedAsDocumented)))
		}),
	endpoint("malformed", Must, accesstradeAnswers, "a body that is no JSON is refused and gets no 5xx",
		"One broken merchant must not take the endpoint down.", "Catch what the parser throws.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			replies := p.SendEach(ctx, p.signedBodies([]oddBody{
				{"half of a JSON object", `{"access_key":"K","transaction_id":`}, {"no body", ""}, {"text that is not JSON", "xin chào"},
			}))
			g.Expect(replies).To(Each(BeSurvived()))
			g.Expect(replies).To(Each(BeRefused()))
		}),
	endpoint("method", Should, accesstradePostback, "another method than POST is refused",
		"A route that takes every method is reached by what was never meant for it.", "Register the route for POST.",
		refuses(func(p *Probe) []Delivery {
			d := p.Genuine(p.Usual())
			d.Method, d.Note = "PUT", "a postback by PUT"
			return []Delivery{d}
		})),
}

// endpoint is a rule about a target that plays AccessTrade.
func endpoint(name string, level Level, source, title, why, fix string, run func(context.Context, *Probe, gomega.Gomega)) rule {
	return rule{Name: name, Area: Endpoint, Title: title, Why: why, Fix: fix, For: demands{accesstrade.Name: {level, source}}, Run: run}
}

func refuses(deliveries func(*Probe) []Delivery) func(context.Context, *Probe, gomega.Gomega) {
	return func(ctx context.Context, p *Probe, g gomega.Gomega) {
		g.Expect(p.SendEach(ctx, deliveries(p))).To(Each(BeRefused()))
	}
}

func accepts(deliveries func(*Probe) []Delivery) func(context.Context, *Probe, gomega.Gomega) {
	return func(ctx context.Context, p *Probe, g gomega.Gomega) {
		g.Expect(p.SendEach(ctx, deliveries(p))).To(Each(BeAccepted()))
	}
}

// tampered is a rightly signed postback whose payload was changed at the end, so
// that also key and signature may be.
func (p *Probe) tampered(note string, change func(rawjson.Value) rawjson.Value) Delivery {
	call := accesstrade.Of(p.Account).Postback(p.Fresh(p.Usual()))
	call.Body = p.baseline.style.Encode(change(rawjson.MustParse(call.Body)))
	return Delivery{Request: call.Delivery(), Note: "a postback " + note}
}

// missignedPostback is a postback with a signature made of its id, the secret key
// and the right signature.
func (p *Probe) missignedPostback(note string, sign func(id, secret, right string) string) Delivery {
	return p.tampered(note, func(v rawjson.Value) rawjson.Value {
		id, _ := v.Get("/transaction_id")
		right, _ := v.Get("/signature")
		return v.With("/signature", rawjson.Text(sign(id.Content(), p.Account.Secrets[accesstrade.SecretKey], right.Content())))
	})
}

// missignedOrder is a postback as it stands with a signature that is wrong in every digit.
func (p *Probe) missignedOrder(d Delivery) Delivery {
	payload := rawjson.MustParse(d.Body)
	right, _ := payload.Get("/signature")
	wrong := flip(right.Content(), 0, len(right.Content()))
	return p.WithBody(d, p.baseline.style.Encode(payload.With("/signature", rawjson.Text(wrong))), "with a signature wrong in every digit")
}

func set(member string, to rawjson.Value) func(rawjson.Value) rawjson.Value {
	return func(v rawjson.Value) rawjson.Value { return v.With(member, to) }
}

// is tells whether a member has a kind and a content.
func is(v rawjson.Value, member string, kind rawjson.Kind, content string) bool {
	found, there := v.Get(member)
	return there && found.Kind() == kind && found.Content() == content
}

// number reads a JSON number that may be written 1 or 1.0.
func number(v rawjson.Value, member string) (float64, bool) {
	found, _ := v.Get(member)
	n, err := json.Number(found.Content()).Float64()
	return n, err == nil && found.Kind() == rawjson.Number
}
